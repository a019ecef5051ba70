"""What matter is reduced to: how many millimetres of each basis material a ray crosses."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Paths = NDArray[np.float32]
"""(len(Basis), rows, columns) mm; a basis is counted by what it adds to the water it displaces."""


class Basis(IntEnum):
    """Materials, and the plane of `Paths` that holds each."""

    WATER = 0
    """Soft tissue by the water that attenuates as much; gas takes water away."""
    BONE = 1
    """Cortical bone beyond the water it displaces; spongy bone is a thin share of it."""
    STEEL = 2
    CEMENT = 3
    CONTRAST_MEDIUM = 4


def no_paths(rows: int, columns: int) -> Paths:
    """Give rays that cross nothing."""
    return np.zeros((len(Basis), rows, columns), np.float32)
