"""How much has been pushed by when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.injection import Pause


@dataclass(frozen=True, slots=True)
class Schedule:
    """A constant rate from `start_s` on, interrupted by pauses, over by `end_s`; the case's clock."""

    start_s: float
    end_s: float
    rate_ul_per_s: float
    pauses: tuple[Pause, ...] = ()

    @property
    def total_ul(self) -> float:
        """What has been pushed in the end."""
        return self.rate_ul_per_s * self._pushing_s(self.end_s)

    def times_s(self, volumes_ul: NDArray[np.float64]) -> NDArray[np.float64]:
        """When each of these volumes (n,) has been pushed."""
        knots = sorted({self.start_s, self.end_s, *self._edges()})
        pushed = [self.rate_ul_per_s * round(self._pushing_s(time), 9) for time in knots]
        # A pause is one volume at two times: the later is when it stops mattering, the earlier when it was
        # reached, and a volume is there when it was reached.
        # Rounding must not make the end of a pause come before its start.
        volumes, first = np.unique(np.maximum.accumulate(pushed), return_index=True)
        starts = np.array(knots)[first]
        ends = np.array(knots)[np.append(first[1:], len(knots)) - 1]
        index = np.clip(np.searchsorted(volumes, volumes_ul) - 1, 0, None)
        times: NDArray[np.float64] = ends[index] + (volumes_ul - volumes[index]) / self.rate_ul_per_s
        return np.where(volumes_ul <= volumes[0], starts[0], times)

    def _edges(self) -> list[float]:
        times = [time for pause in self.pauses for time in (pause.after_s, pause.after_s + pause.duration_s)]
        return [time for time in times if self.start_s < time < self.end_s]

    def _pushing_s(self, time_s: float) -> float:
        until = min(time_s, self.end_s)
        rest = sum(
            max(0.0, min(until, pause.after_s + pause.duration_s) - max(self.start_s, pause.after_s))
            for pause in self.pauses
        )
        return max(0.0, until - self.start_s - rest)
