"""A piece of cement that breaks off in a vein and travels on with the blood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Exit
from leakwatch.simulate.config.injection import EmbolusSection
from leakwatch.simulate.injection.spread import Spread


@dataclass(frozen=True, slots=True)
class Embolus:
    """A travelling piece.

    Attributes
    ----------
    members
        (m,) indices into the leaked volumes that travel.
    start_s
        When it breaks off, on the case's clock.
    path_mm
        (n, 3) LPS: the vessel from where the piece lies onwards.
    """

    members: NDArray[np.int64]
    start_s: float
    speed_mm_per_s: float
    path_mm: NDArray[np.float64]

    def shift_mm(self, time_s: float) -> NDArray[np.float64]:
        """How far the piece has gone, (3,) LPS mm; it leaves the path's end in the last direction."""
        gone = max(0.0, time_s - self.start_s) * self.speed_mm_per_s
        legs = np.diff(self.path_mm, axis=0)
        lengths = np.linalg.norm(legs, axis=1)
        at = np.concatenate([[0.0], np.cumsum(lengths)])
        leg = int(np.clip(np.searchsorted(at, gone, side="right") - 1, 0, len(legs) - 1))
        place = self.path_mm[leg] + legs[leg] / lengths[leg] * (gone - at[leg])
        return np.asarray(place - self.path_mm[0], np.float64)


def break_off(section: EmbolusSection | None, leaked: Spread, way_out: Exit) -> Embolus | None:
    """Take the farthest part of what has leaked by the time it breaks.

    Raises
    ------
    ValueError
        The leak is not in a vessel, or has not brought enough out by then.
    """
    if section is None:
        return None
    if way_out.path_mm is None:
        msg = f"an embolus needs a vessel to travel in, and a leak of kind {way_out.kind.value!r} has none"
        raise ValueError(msg)
    out = leaked.filled(section.start_s)
    wanted = int(np.ceil(section.volume_ul / leaked.volumes_ul[0])) if len(leaked.volumes_ul) else 1
    if out < wanted:
        msg = f"no {section.volume_ul:g} µl have leaked by {section.start_s:g} s that could break off"
        raise ValueError(msg)
    # What filled last is farthest along the vessel.
    members = np.arange(out - wanted, out)
    centre = leaked.points_mm[members].mean(axis=0)
    nearest = int(np.argmin(np.linalg.norm(way_out.path_mm - centre, axis=1)))
    onwards = way_out.path_mm[nearest + 1 :]
    if len(onwards) == 0:
        onwards = centre[None] + (way_out.path_mm[-1] - way_out.path_mm[-2])
    return Embolus(members, section.start_s, section.speed_mm_per_s, np.vstack([centre, onwards]))
