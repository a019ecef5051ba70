"""A growing picture of cement: thickness along the rays of one view, added to as it fills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.beam.projection import Canvas, deposit
from leakwatch.simulate.injection.embolus import Embolus
from leakwatch.simulate.injection.spread import Spread


@dataclass(slots=True)
class Filling:
    """Thickness of one spread on a fine canvas; time only goes forwards.

    Once an embolus has broken off it is no longer part of what grows here: `travelling_mm` gives it.
    """

    spread: Spread
    canvas: Canvas
    embolus: Embolus | None = None
    done: int = 0
    broken: bool = False
    _thickness_mm: NDArray[np.float64] | None = None

    def up_to(self, time_s: float) -> NDArray[np.float64]:
        """Thickness (fine rows, fine columns) mm of what has filled by `time_s` and stays in place."""
        thickness = np.zeros(self.canvas.shape) if self._thickness_mm is None else self._thickness_mm
        now = self.spread.filled(time_s)
        if now > self.done:
            thickness += self._deposited(np.arange(self.done, now))
            self.done = now
        if self.embolus is not None and not self.broken and time_s >= self.embolus.start_s:
            thickness -= self._deposited(self.embolus.members)
            # What cancels leaves a rounding residue of either sign.
            np.clip(thickness, 0, None, out=thickness)
            self.broken = True
        self._thickness_mm = thickness
        return thickness

    def travelling_mm(self, time_s: float) -> NDArray[np.float64] | None:
        """Thickness of the embolus where it is at `time_s`; None while it is part of the rest."""
        if self.embolus is None or not self.broken:
            return None
        return self._deposited(self.embolus.members, self.embolus.shift_mm(time_s))

    def volume_ul(self) -> float:
        """All that has filled so far, wherever it is now."""
        return float(self.spread.volumes_ul[: self.done].sum())

    def _deposited(
        self, members: NDArray[np.int64], shift_mm: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        points = self.spread.points_mm[members]
        if shift_mm is not None:
            points = points + shift_mm
        return deposit(points, self.spread.volumes_ul[members], self.spread.edge_mm, self.canvas)
