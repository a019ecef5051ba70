"""Cement outside the bone: which components there are, and how far each reaches."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.config.imaging import LeakConfig
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, Mask

_HIDDEN_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class Spread:
    """One connected piece of cement outside the outline, on the canvas.

    Attributes
    ----------
    part
        Its number in the label picture it was measured in.
    area_px
        Working pixels outside the outline.
    centroid
        Canvas (x, y).
    beyond_px
        Those of them that lie beyond the outline's uncertainty.
    """

    part: int
    area_px: int
    centroid: tuple[float, float]
    beyond_px: int


def distance_outside(mask: Mask) -> Image:
    """Distance of every canvas pixel to a mask, as to the bone's outline, in working pixels, 0 inside."""
    return np.asarray(cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def find_spreads(
    cement: Mask, outside_px: Image, canvas: Canvas, config: LeakConfig
) -> tuple[NDArray[np.int32], tuple[Spread, ...]]:
    """Label and measure the pieces of cement outside the outline.

    Parameters
    ----------
    outside_px
        From `distance_outside`.

    Returns
    -------
    parts
        (rows, columns) int32, 0 none, else a spread's `part`.
    spreads
        One per piece, in order of `part`.
    """
    outside = cement & (outside_px > 0)
    return _label(outside, outside_px > canvas.pixels(config.outline_error_mm))


def without_filling(cement: Mask, metal: Mask, outside_px: Image) -> Mask:
    """Take away the pieces outside the outline that lie on metal: a cannula that cement has filled.

    A cannula that was empty, or held a stylet or contrast, darkens along its lumen, from outside the patient
    to the bone. That is all within its own shadow, where nothing can be judged. What leaks along its track
    lies round it, and so beside it in the picture.

    Parameters
    ----------
    metal
        (rows, columns) metal with its rim, as it lies in the reference.
    """
    outside = cement & (outside_px > 0)
    if not (outside & metal).any():
        return cement
    count, parts = cv2.connectedComponents(outside.astype(np.uint8), connectivity=8)
    whole = np.bincount(parts.ravel(), minlength=count)
    hidden = np.bincount(parts[metal], minlength=count) > _HIDDEN_SHARE * whole
    hidden[0] = False
    return np.asarray(cement & ~hidden[parts], np.bool_)


def find_pools(cement: Mask, outside_px: Image) -> tuple[NDArray[np.int32], tuple[Spread, ...]]:
    """Label and measure the pieces of cement inside the outline, as `find_spreads` does those outside."""
    inside = cement & (outside_px <= 0)
    return _label(inside, inside)


def _label(cement: Mask, beyond: Mask) -> tuple[NDArray[np.int32], tuple[Spread, ...]]:
    count, parts, stats, centroids = cv2.connectedComponentsWithStats(cement.astype(np.uint8), connectivity=8)
    past = np.bincount(parts[cement & beyond], minlength=count)
    pieces = tuple(
        Spread(
            part,
            int(stats[part, cv2.CC_STAT_AREA]),
            (float(centroids[part, 0]), float(centroids[part, 1])),
            int(past[part]),
        )
        for part in range(1, count)
    )
    return np.asarray(parts, np.int32), pieces
