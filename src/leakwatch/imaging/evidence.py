"""How much darker than background, noise and nuisance each pixel is, in units of their spread.

Cement only ever darkens. Whatever brightens is therefore noise or nuisance, and tells, pixel by pixel and
frame by frame, how much darkening means nothing: the evidence is scaled by the brightening around it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.config.imaging import EvidenceConfig
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, Mask, smooth, smooth_within
from leakwatch.imaging.softtissue import edges_of, remove_sliding

_CORE_SIGMA = 6.0  # beyond this a pixel does not speak for the background
_SHORTEST_SHARE, _LONGEST_SHARE = 0.02, 0.7
_SIGMA_FROM_MEDIAN = 1.4826
_LITTLE, _TINY = 1e-5, 1e-30


@dataclass(frozen=True, slots=True)
class Evidence:
    """One frame's evidence on the canvas.

    Attributes
    ----------
    contrast
        (rows, columns) float32: averaged, smoothed darkening in attenuation units.
    sigma
        (rows, columns) float32: spread of what is not cement, same units.
    floor
        The noise part of `sigma`, one number.
    """

    contrast: Image
    sigma: Image
    floor: float

    @property
    def z(self) -> Image:
        """Darkening in units of its spread; the brightening side is the null."""
        return self.contrast / self.sigma


def remember(memory: Image, difference: Image, elapsed_s: float, config: EvidenceConfig) -> Image:
    """Recursive average of difference pictures with the time constant `memory_s`."""
    share = float(np.clip(1 - np.exp(-elapsed_s / config.memory_s), _SHORTEST_SHARE, _LONGEST_SHARE))
    return memory + np.float32(share) * (difference - memory)


def weigh(
    memory: Image, reference: Image, background: Mask, canvas: Canvas, config: EvidenceConfig
) -> Evidence:
    """Turn an averaged difference into evidence.

    Parameters
    ----------
    memory
        Averaged difference to the reference, larger = more material.
    background
        Where noise and nuisance may be measured: no metal, no known cement, nothing under the shutter.
    """
    open_ = background.astype(np.float32)
    smoothed = smooth(memory, max(0.8, canvas.pixels(config.smoothing_mm)))
    rough = _SIGMA_FROM_MEDIAN * float(np.median(np.abs(smoothed[background]))) + 1e-9
    calm = open_ * (np.abs(smoothed) < _CORE_SIGMA * rough)
    level = smoothed - smooth_within(smoothed, calm, canvas.pixels(config.background_mm))
    edges = edges_of(reference, canvas, config)
    contrast = remove_sliding(level, edges, open_, rough, canvas, config) if config.remove_sliding else level
    bright = open_ * (contrast < 0)
    floor = _SIGMA_FROM_MEDIAN * float(np.median(np.abs(contrast[bright > 0]))) + 1e-9
    return Evidence(contrast, _spread(contrast, bright, edges, floor, canvas, config), floor)


def _spread(
    contrast: Image,
    bright: Image,
    edges: tuple[Image, Image],
    floor: float,
    canvas: Canvas,
    config: EvidenceConfig,
) -> Image:
    """Largest of: the noise floor, the brightening nearby, and what sliding edges nearby amount to."""
    if not config.local_nuisance:
        return np.full(contrast.shape, floor, np.float32)
    power = contrast * contrast
    nearby = 1.57 * smooth_within(np.abs(contrast), bright, canvas.pixels(config.nuisance_mm)) ** 2
    steep = edges[0] ** 2 + edges[1] ** 2
    reach = canvas.pixels(2 * config.nuisance_mm)
    excess = smooth((power - floor**2) * bright * steep, reach)
    leverage = smooth(steep * steep * bright, reach)
    # relative to the picture's own: gain is unknown, and must not matter
    displacement = np.maximum(excess / (leverage + _LITTLE * float(leverage.mean()) + _TINY), 0)
    largest = np.maximum(np.maximum(nearby, floor**2), floor**2 + displacement * steep)
    return np.asarray(np.sqrt(largest), np.float32)
