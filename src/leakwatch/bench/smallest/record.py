"""What is kept of a case: of each view that shows its leak, how that grew, the alarm, and what was stated."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.lines import append_line, read_by_index


@dataclass(frozen=True, slots=True)
class Growth:
    """One run that shows a leak.

    Attributes
    ----------
    times_s
        (frames,) since the run's first.
    seen_mm2
        (frames,) of leak truly seen beside the bone in this view, at the isocentre plane.
    leaked_ul
        (frames,) all that truly leaked, in front of the bone and behind it too.
    alarm_frame
        First with the alarm; None without.
    undecided
        The frames that were not decided.
    clear_mm, edge_mm
        Smallest detectable diameters that run.json states, in a clear path and at the bone's edge; None
        where it states none.
    """

    case: int
    way: str
    view: str
    times_s: tuple[float, ...]
    seen_mm2: tuple[float, ...]
    leaked_ul: tuple[float, ...]
    alarm_frame: int | None
    undecided: tuple[int, ...]
    clear_mm: float | None
    edge_mm: float | None

    @property
    def early(self) -> bool:
        """The alarm came before anything had leaked."""
        return self.alarm_frame is not None and self.leaked_ul[self.alarm_frame] <= 0

    @property
    def disc_mm(self) -> NDArray[np.float64]:
        """(frames,) diameter of the disc of the seen area, at its largest so far: what was seen has been."""
        return _largest(2 * np.sqrt(np.array(self.seen_mm2) / np.pi))

    @property
    def ball_mm(self) -> NDArray[np.float64]:
        """(frames,) diameter of the sphere of the leaked volume, at its largest so far."""
        return _largest(np.cbrt(6 * np.array(self.leaked_ul) / np.pi))


@dataclass(frozen=True, slots=True)
class Case:
    """All runs of one case that show its leak; none where no view does, with an error where it has none."""

    index: int
    runs: tuple[Growth, ...]
    error: str = ""


def append_case(path: Path, case: Case) -> None:
    """Add a case to a file, one line; it is on the disk when this returns."""
    append_line(path, json.dumps(asdict(case), separators=(",", ":"), allow_nan=False) + "\n")


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read what `append_case` wrote, by index, as `read_by_index` does."""
    return read_by_index(path, Case)


def _largest(sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.maximum.accumulate(sizes), np.float64)
