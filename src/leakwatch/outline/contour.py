"""From a mask to the polygon around it: the way back from `raster`."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.measure import find_contours

_SMALL = 0.05


def polygon_around(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Outline the largest piece of a mask, holes filled.

    Parameters
    ----------
    mask
        (rows, columns), with at least one pixel.

    Returns
    -------
    NDArray[np.float64]
        (n, 2), x = column, y = row, 0-based, pixel centres at integers; runs half-way between the pixels
        inside and those outside, and has no point twice.
    """
    count, numbers, facts, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    largest = 1 + int(np.argmax(facts[1:count, cv2.CC_STAT_AREA]))
    padded = np.pad((numbers == largest).astype(np.float32), 1)
    around = max(find_contours(padded, 0.5), key=len)  # type: ignore[no-untyped-call]
    return np.asarray(around[:-1, ::-1] - 1.0, np.float64)


def leaves_out(mask: NDArray[np.bool_]) -> bool:
    """Say whether `polygon_around` leaves out more than a speck: a twentieth of the largest piece."""
    facts = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)[2]
    areas = np.sort(facts[1:, cv2.CC_STAT_AREA])
    return bool(len(areas) > 1 and areas[:-1].sum() > _SMALL * areas[-1])
