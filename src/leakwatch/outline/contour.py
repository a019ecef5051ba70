"""From a mask to the polygon around it: the way back from `raster`."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes
from skimage.measure import find_contours

_SMALL = 0.05


@dataclass(frozen=True, slots=True)
class Contour:
    """The polygon around a mask, and whether it says less than the mask.

    Attributes
    ----------
    polygon_xy_px
        (n, 2), x = column, y = row, 0-based, pixel centres at integers; runs half-way between the pixels
        inside and those outside, and has no point twice.
    in_pieces
        Whether more than a speck, a twentieth of the largest piece, lies outside of it.
    holed
        Whether holes of more than a speck were filled.
    """

    polygon_xy_px: NDArray[np.float64]
    in_pieces: bool
    holed: bool


def contour_of(mask: NDArray[np.bool_]) -> Contour:
    """Outline the largest piece of a mask, holes filled.

    Parameters
    ----------
    mask
        (rows, columns), with at least one pixel.
    """
    count, numbers, facts, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    areas = facts[1:count, cv2.CC_STAT_AREA]
    largest = 1 + int(np.argmax(areas))
    left, top, width, height = facts[largest, : cv2.CC_STAT_HEIGHT + 1].tolist()
    piece = numbers[top : top + height, left : left + width] == largest
    whole = binary_fill_holes(np.pad(piece, 1))
    # without holes and other pieces there is one line around it all
    around = max(find_contours(whole.astype(np.float32), 0.5), key=len)  # type: ignore[no-untyped-call]
    area = int(areas[largest - 1])
    return Contour(
        np.asarray(around[:-1, ::-1] + np.array([left - 1.0, top - 1.0]), np.float64),
        bool(areas.sum() - area > _SMALL * area),
        bool(np.count_nonzero(whole) - area > _SMALL * area),
    )


def polygon_around(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give the polygon of `contour_of` alone."""
    return contour_of(mask).polygon_xy_px
