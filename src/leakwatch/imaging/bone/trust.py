"""What the network's own certainty is worth, as measured on views it has not seen.

The numbers are those of ``python -m leakwatch.bench.bone.calibrate --patients 30``; a network is too sure of
itself (Guo 2017), and so its word is held against what came true.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_AGREEMENT = (0.629, 0.819, 0.877, 0.903, 0.917, 0.932, 0.941, 0.957)
_DICE = (0.767, 0.833, 0.89, 0.901, 0.903, 0.93, 0.944, 0.96)
_ERROR_SCALE = 1.0
_LEAST_MM, _MOST_MM = 0.3, 6.0


def expected_dice(agreement: float) -> float:
    """Dice to be expected of an outline, by how much of the probability it takes in."""
    return float(np.interp(agreement, _AGREEMENT, _DICE))


def stated_error_mm(edge_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the standard deviation of the edge, by what the network's own slope says of it."""
    return np.clip(_ERROR_SCALE * edge_mm, _LEAST_MM, _MOST_MM)
