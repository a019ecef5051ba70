"""Where the needle and other metal lie: far denser than anything around them."""

from __future__ import annotations

import cv2
import numpy as np

from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, Mask, dilate, disc, robust_sigma, smooth

_SURROUND_MM = 6.5
_RIM_MM = 0.8


def find_metal(picture: Image, valid: Mask, noise: float, canvas: Canvas) -> Mask:
    """Mark metal on the canvas.

    Metal stands out of its surroundings both against the noise and against the spread of everything else
    in the picture; bone edges do the first at high dose, but never the second.

    Parameters
    ----------
    picture
        (rows, columns) float32 attenuation, larger = more material.
    noise
        Its one-pixel noise.
    """
    contrast = picture - smooth(picture, canvas.pixels(_SURROUND_MM))
    spread = robust_sigma(contrast[valid])
    strong = (contrast > max(6.0 * spread, 8.0 * noise)) & valid
    weak = (contrast > max(3.0 * spread, 4.0 * noise)) & valid
    weak = cv2.morphologyEx(weak.astype(np.uint8), cv2.MORPH_OPEN, disc(canvas.pixels(0.5))) > 0
    _, parts = cv2.connectedComponents(weak.astype(np.uint8), connectivity=8)
    kept = np.unique(parts[strong & weak])
    metal = np.isin(parts, kept[kept > 0])
    return dilate(metal, canvas.pixels(_RIM_MM)) if metal.any() else metal
