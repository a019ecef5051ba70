"""What is kept of a case beside its score: how statistics climbed, the leak's size, other variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from leakwatch.bench.score import CaseScore
from leakwatch.bench.survey.record import CaseRecord

LEAKWATCH = "leakwatch"


@dataclass(frozen=True, slots=True)
class Climb:
    """A new largest value of an observer's statistic, and when on the case's clock it came."""

    time_s: float
    value: float


@dataclass(frozen=True, slots=True)
class Watched:
    """One observer on one run.

    Attributes
    ----------
    climbs
        Every new largest value, in order: all that is needed to replay the run against any threshold.
    alarm_s
        Its alarm at its own setting, on the case's clock, or None.
    knows
        Whether it could say anything at all; ideal observers cannot of a run without a leak.
    """

    observer: str
    climbs: tuple[Climb, ...]
    alarm_s: float | None
    knows: bool

    def crossed_s(self, threshold: float) -> float | None:
        """When the statistic first was as large, on the case's clock."""
        return next((climb.time_s for climb in self.climbs if climb.value >= threshold), None)


@dataclass(frozen=True, slots=True)
class LeakSize:
    """The true leak: its largest extent in any view, mm, and its mean flow, ml/min."""

    extent_mm: float
    flow_ml_min: float


@dataclass(frozen=True, slots=True)
class Variant:
    """The same files analysed again with one stage left out.

    Attributes
    ----------
    setting
        Of the `Ablation`.
    score
        None where it could not be scored.
    watched
        What leakwatch's own statistic did then.
    error
        What went wrong; empty where nothing did.
    """

    setting: str
    score: CaseScore | None
    watched: tuple[Watched, ...] = ()
    error: str = ""
    analyse_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SuiteCase:
    """A case with its score, the leak's size where there is one, and all observers on all its runs."""

    record: CaseRecord
    leak: LeakSize | None = None
    watched: tuple[Watched, ...] = ()
    variants: tuple[Variant, ...] = ()


def climbs_of(times_s: NDArray[np.float64], statistic: Sequence[float]) -> tuple[Climb, ...]:
    """Reduce a statistic, one value per frame, to its climbs; values that are not numbers say nothing."""
    largest, climbs = -np.inf, []
    for time_s, value in zip(times_s, statistic, strict=True):
        if value > largest:
            largest = value
            climbs.append(Climb(round(float(time_s), 4), float(f"{value:.5g}")))
    return tuple(climbs)


def to_line(case: SuiteCase) -> str:
    """Write a case as one line, its end included."""
    return TypeAdapter(SuiteCase).dump_json(case).decode() + "\n"


def from_line(line: str) -> SuiteCase:
    """Read what `to_line` wrote.

    Raises
    ------
    ValueError
        It is no such line.
    """
    return TypeAdapter(SuiteCase).validate_json(line)
