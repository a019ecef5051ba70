"""How one patient differs from the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_MOST = 2.0


@dataclass(frozen=True, slots=True)
class Variation:
    """Draws about ideal values; `scale` 0 gives the ideal itself, from the same number of draws."""

    rng: np.random.Generator
    scale: float

    def normal(self, deviation: float) -> float:
        """Draw what is zero on average and never beyond twice the standard deviation."""
        return float(np.clip(self.rng.standard_normal(), -_MOST, _MOST)) * deviation * self.scale

    def about(self, value: float, share: float) -> float:
        """Draw a value whose standard deviation is a `share` of it."""
        return value * (1 + self.normal(share))
