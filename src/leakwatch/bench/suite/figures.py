"""What the report says of a suite: the target, and each observer at its own setting and at all others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leakwatch.bench.intervals import Quantile, Share, quantile, share
from leakwatch.bench.score import CaseScore, Verdict
from leakwatch.bench.suite.bought import Bought, bought_of
from leakwatch.bench.suite.curve import EARLY_S, Point, curve, observers_of, own_point
from leakwatch.bench.suite.watched import LEAKWATCH, SuiteCase

LEAST_MM, LEAST_ML_MIN = 3.0, 0.2
IDEAL = "ideal_outside"


@dataclass(frozen=True, slots=True)
class Observed:
    """One observer: at its own setting, and at every threshold."""

    observer: str
    watches_all: bool
    """Whether it says something of cases without a leak as well."""
    own: Point
    points: tuple[Point, ...]
    after_first_voxel_s: Quantile
    """Median time from the first leaked voxel to its alarm at its own setting, of the leaks it found."""


@dataclass(frozen=True, slots=True)
class SuiteFigures:
    """The whole suite.

    Attributes
    ----------
    target
        Of the visible leaks of at least 3 mm and 0.2 ml/min, those hit.
    target_median_s, target_p90_s
        Delays of those hits.
    already_there
        Visible leaks that were there on the first frame of every view that shows them: no detector that
        compares with an earlier picture sees them come.
    ratio
        Time from the first leaked voxel to leakwatch's alarm over that to the alarm of `IDEAL`, at least one
        frame: the median over the leaks that both find, None where there are none.
    bought
        What each stage buys; None where nothing was left out.
    """

    target: Share
    target_median_s: Quantile
    target_p90_s: Quantile
    already_there: int
    ratio: Quantile | None
    observers: tuple[Observed, ...]
    bought: Bought | None = None


def figures_of(cases: Sequence[SuiteCase]) -> SuiteFigures:
    """Work out the figures of a suite."""
    visible = [case for case in cases if _score(case) is not None and _onset(case) is not None]
    chosen = [
        case
        for case in visible
        if case.leak and case.leak.extent_mm >= LEAST_MM and case.leak.flow_ml_min >= LEAST_ML_MIN
    ]
    scores = [score for case in chosen if (score := _score(case)) is not None]
    delays = [score.delay_s for score in scores if score.delay_s is not None]
    return SuiteFigures(
        target=share(sum(score.verdict is Verdict.HIT for score in scores), len(scores)),
        target_median_s=quantile(delays, 0.5),
        target_p90_s=quantile(delays, 0.9),
        already_there=sum(_was_there(case) for case in visible),
        ratio=_ratio(cases),
        observers=tuple(_observed(cases, name) for name in observers_of(cases)),
        bought=bought_of(cases),
    )


def _observed(cases: Sequence[SuiteCase], name: str) -> Observed:
    knowing = [case for case in cases if any(one.observer == name and one.knows for one in case.watched)]
    waits = [wait for case in knowing if (wait := _wait_s(case, name)) is not None]
    quiet = any((score := _score(case)) is not None and score.first_leak_s is None for case in knowing)
    return Observed(name, quiet, own_point(knowing, name), curve(knowing, name), quantile(waits, 0.5))


def _ratio(cases: Sequence[SuiteCase]) -> Quantile | None:
    ratios = []
    for case in cases:
        ours, ideal, score = _wait_s(case, LEAKWATCH), _wait_s(case, IDEAL), _score(case)
        if ours is not None and ideal is not None and score is not None:
            frame_s = min(run.seconds / max(1, run.frames - 1) for run in score.runs if run.frames)
            ratios.append(max(ours, frame_s) / max(ideal, frame_s))
    return quantile(ratios, 0.5) if ratios else None


def _wait_s(case: SuiteCase, observer: str) -> float | None:
    """Time from the first leaked voxel to an observer's alarm; None for a miss or a false alarm."""
    score = _score(case)
    alarms = [one.alarm_s for one in case.watched if one.observer == observer and one.alarm_s is not None]
    if score is None or score.first_leak_s is None or not alarms:
        return None
    wait_s = min(alarms) - score.first_leak_s
    return max(wait_s, 0.0) if wait_s > -EARLY_S else None


def _was_there(case: SuiteCase) -> bool:
    score = _score(case)
    runs = [run for run in score.runs if run.onset_s is not None] if score else []
    return bool(runs) and all(run.onset_s == run.start_s for run in runs)


def _onset(case: SuiteCase) -> float | None:
    score = _score(case)
    return None if score is None else score.onset_s


def _score(case: SuiteCase) -> CaseScore | None:
    return case.record.score
