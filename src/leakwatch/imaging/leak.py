"""Cement outside the bone: which components there are, and how much each says."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.config.imaging import AlarmConfig, LeakConfig
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, Mask


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
    score
        0 for what lies within the outline's uncertainty, 1 for `full_area_mm2` beyond it.
    """

    part: int
    area_px: int
    centroid: tuple[float, float]
    score: float


def distance_outside(bone: Mask) -> Image:
    """Distance of every canvas pixel to the bone's outline, in working pixels, 0 inside."""
    return np.asarray(cv2.distanceTransform((~bone).astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def find_spreads(
    cement: Mask, outside_px: Image, contact_px: float, canvas: Canvas, leak: LeakConfig, alarm: AlarmConfig
) -> tuple[NDArray[np.int32], tuple[Spread, ...]]:
    """Label and measure the pieces of cement outside the outline.

    Parameters
    ----------
    outside_px
        From `distance_outside`.
    contact_px
        A piece that comes no nearer to the outline than this is detached, and counts less.

    Returns
    -------
    parts
        (rows, columns) int32, 0 none, else a spread's `part`.
    spreads
        One per piece, in order of `part`.
    """
    outside = cement & (outside_px > 0)
    count, parts, stats, centroids = cv2.connectedComponentsWithStats(
        outside.astype(np.uint8), connectivity=8
    )
    if count == 1:
        return np.asarray(parts, np.int32), ()
    beyond = np.bincount(
        parts[outside & (outside_px > canvas.pixels(leak.outline_error_mm))], minlength=count
    )
    close = outside & (outside_px <= contact_px)
    touching = np.bincount(parts[close], minlength=count) > 0
    full = np.minimum(beyond * canvas.pixel_mm**2 / alarm.full_area_mm2, alarm.max_step)
    score = full * np.where(touching, 1.0, leak.detached_weight)
    spreads = tuple(
        Spread(
            part,
            int(stats[part, cv2.CC_STAT_AREA]),
            (float(centroids[part, 0]), float(centroids[part, 1])),
            float(score[part]),
        )
        for part in range(1, count)
    )
    return np.asarray(parts, np.int32), spreads
