"""What is kept of a run that shows a leak: what was made of the leak on each judged frame."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from leakwatch.bench.lines import append_line, read_by_index


@dataclass(frozen=True, slots=True)
class Looked:
    """The true leak on one judged frame.

    Attributes
    ----------
    time_s
        Since the run's first frame.
    area_mm2
        Of the leak that shows beside the bone.
    open_mm2
        Of it, what lies beyond the outline's uncertainty, in the open picture and off the metal.
    z, contrast, sigma, floor
        Mean evidence there, the broad one where it is larger; the darkening and its spread; and the noise.
    learned
        Mean log odds of cement by the network there.
    marked_mm2
        Of `open_mm2`, what a candidate covers.
    log_odds
        The largest of a candidate that covers some of it; None without one.
    evidence
        The largest sum of theirs.
    """

    time_s: float
    area_mm2: float
    open_mm2: float
    z: float
    contrast: float
    sigma: float
    floor: float
    learned: float
    marked_mm2: float
    log_odds: float | None
    evidence: float


@dataclass(frozen=True, slots=True)
class Leaked:
    """One run that shows a leak; times since its first frame, `alarm_s` None without an alarm."""

    case: int
    way: str
    view: str
    chosen: tuple[tuple[str, str], ...]
    onset_s: float
    alarm_s: float | None
    looked: tuple[Looked, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """All runs of one case that show its leak."""

    index: int
    runs: tuple[Leaked, ...]
    error: str = ""


def append_case(path: Path, case: Case) -> None:
    """Add a case to a file, one line; it is on the disk when this returns."""
    append_line(path, TypeAdapter(Case).dump_json(case).decode() + "\n")


def read_cases(path: Path) -> tuple[Case, ...]:
    """Read what `append_case` wrote, by index, as `read_by_index` does."""
    return read_by_index(path, Case)
