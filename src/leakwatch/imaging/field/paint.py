"""Painted shutters: thousands of pixels at the border with one and the same value."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.filters import Image, Mask, pixel_noise

_BORDER_SHARE = 0.1  # of the picture's border: less is no shutter
_AREA_SHARE = 0.01
_MOVED_SHARE = 0.003
_DENT_SHARE = 0.2  # of what is painted: text printed beside an edge is a dent too
_OPEN_SHARE = 0.02  # of the picture: a hole smaller than that is what is printed on the shutter


@dataclass(frozen=True, slots=True)
class Painted:
    """The paint's attenuation, the share of the picture that has exactly it, and what it covers."""

    paint: float
    share: float
    mask: Mask | None


def find_painted(attenuation: Image, before: Painted | None) -> Painted | None:
    """Mark what is painted over with one exact value, with whatever is printed on it; None for nothing.

    The value is the border's commonest. The brightest value of a frame is no paint: that is where the
    detector is saturated beside the patient. A picture without noise is none that a detector took, and
    says nothing. As long as about as many pixels have it as `before`, nothing has moved.
    """
    border = np.concatenate([attenuation[0], attenuation[-1], attenuation[:, 0], attenuation[:, -1]])
    values, counts = np.unique(border, return_counts=True)
    paint = values[counts.argmax()]
    if counts.max() < _BORDER_SHARE * len(border) or paint <= attenuation.min():
        return None
    equal = attenuation == paint
    share = np.count_nonzero(equal) / equal.size
    if before is not None and before.paint == float(paint) and abs(share - before.share) < _MOVED_SHARE:
        return before
    return Painted(float(paint), share, _covered(attenuation, equal.astype(np.uint8)))


def _covered(attenuation: Image, equal: NDArray[np.uint8]) -> Mask | None:
    _, parts, stats, _ = cv2.connectedComponentsWithStats(equal, connectivity=4)
    rows, columns = attenuation.shape
    x0, y0 = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    x1, y1 = x0 + stats[:, cv2.CC_STAT_WIDTH], y0 + stats[:, cv2.CC_STAT_HEIGHT]
    outer = (x0 == 0) | (y0 == 0) | (x1 == columns) | (y1 == rows)
    outer &= stats[:, cv2.CC_STAT_AREA] >= _AREA_SHARE * attenuation.size
    outer[0] = False
    if not outer.any():
        return None
    painted = _without_holes(outer[parts])
    rest = ~painted
    if rest.mean() < _OPEN_SHARE or pixel_noise(attenuation, rest) <= 0 or not _leaves_an_opening(painted):
        return None
    return painted


def _leaves_an_opening(painted: Mask) -> bool:
    """Whether what is open bulges nowhere inwards, as openings of shutters do not; a flat organ dents it."""
    points = cv2.findNonZero((~painted).astype(np.uint8))
    hull = np.zeros(painted.shape, np.uint8)
    cv2.fillConvexPoly(hull, cv2.convexHull(points), 1)
    return float(np.count_nonzero(painted & (hull > 0))) < _DENT_SHARE * float(np.count_nonzero(painted))


def _without_holes(painted: Mask) -> Mask:
    _, parts, stats, _ = cv2.connectedComponentsWithStats((~painted).astype(np.uint8), connectivity=4)
    hole = stats[:, cv2.CC_STAT_AREA] < _OPEN_SHARE * painted.size
    hole[0] = False
    return np.asarray(painted | hole[parts], np.bool_)
