"""Points as plain tuples, for frozen records and messages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Triple = tuple[float, float, float]


def triple(point: NDArray[np.floating]) -> Triple:
    """Give a point (3,) as a tuple of floats."""
    x, y, z = (float(value) for value in point)
    return x, y, z
