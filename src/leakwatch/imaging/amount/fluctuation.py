"""How much a sum over a place would come to if there were no cement in it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.filters import Mask, robust_sigma

_FULL = 0.7  # of a place that must be clear of cement
_LARGEST_SHARE = 0.3  # of the canvas's shorter side: of larger places there are too few
_ENOUGH_PX = 50


def sum_spread(contrast: NDArray[np.float32], clear: Mask, count: int, ring_px: float) -> float:
    """Spread of the mean contrast of a place of `count` pixels against the ring around it.

    The place is a square that is laid everywhere where it is `clear`: noise that is correlated in space, and
    tissue that moved, are in it as they are. Where there is no room, the spread of single pixels is taken as
    if they all went together.

    Returns
    -------
    float
        Standard deviation, same units as `contrast`.
    """
    if not clear.any():
        return 0.0
    side = max(1, round(min(np.sqrt(count), _LARGEST_SHARE * min(contrast.shape))))
    reach = side + 2 * max(1, round(ring_px))
    weight = clear.astype(np.float32)
    value = np.where(clear, contrast, np.float32(0))
    inner, outer = (_sums(value, weight, width) for width in (side, reach))
    ring_value, ring_weight = outer[0] - inner[0], outer[1] - inner[1]
    full = (inner[1] > _FULL * side**2) & (ring_weight > 0.5 * _FULL * (reach**2 - side**2)) & clear
    if np.count_nonzero(full) < _ENOUGH_PX:
        return robust_sigma(contrast[clear])
    return robust_sigma(inner[0][full] / inner[1][full] - ring_value[full] / ring_weight[full])


def _sums(
    value: NDArray[np.float32], weight: NDArray[np.float32], width: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    value_sum, weight_sum = (
        cv2.boxFilter(part, cv2.CV_64F, (width, width), normalize=False, borderType=cv2.BORDER_CONSTANT)
        for part in (value, weight)
    )
    return np.asarray(value_sum, np.float64), np.asarray(weight_sum, np.float64)
