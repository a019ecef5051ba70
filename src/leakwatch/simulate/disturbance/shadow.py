"""Something in the beam that comes and goes, or moves in its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.beam.basis import Basis


@dataclass(frozen=True, slots=True)
class Shadow:
    """What it is made of, and its path lengths (rows, columns) mm on the stored matrix at a time.

    `at` takes seconds on the case's clock and gives None while there is nothing to see.
    """

    basis: Basis
    at: Callable[[float], NDArray[np.float32] | None]
