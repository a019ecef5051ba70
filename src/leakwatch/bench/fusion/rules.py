"""Ways to make one alarm of two views, each scored on the same cases from the views' own alarms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from leakwatch.bench.fusion.case import FusionCase, Told
from leakwatch.bench.score import CaseScore, RunScore, judge


@dataclass(frozen=True, slots=True)
class Rule:
    """A name, and which view's alarm counts and when, on the case's clock; None where there is none."""

    name: str
    alarm: Callable[[FusionCase, CaseScore], tuple[str, float] | None]


def judged(case: FusionCase, score: CaseScore, rule: Rule) -> CaseScore:
    """Score a case as if only the rule's alarm had been given.

    What is visible, and when, stays that of the whole case: a view that does not show a leak misses it.
    """
    alarm = rule.alarm(case, score)
    runs = tuple(
        replace(run, alarm_s=alarm[1] if alarm is not None and run.plane == alarm[0] else None)
        for run in score.runs
    )
    return judge(score.case, score.leak, runs)


def alarms_of(score: CaseScore) -> list[tuple[str, float]]:
    """Give each view's alarm, on the case's clock, the earlier one first."""
    alarms = [(run.plane, run.alarm_s) for run in score.runs if run.alarm_s is not None]
    return sorted(alarms, key=lambda alarm: alarm[1])


def _plane(plane: str) -> Callable[[FusionCase, CaseScore], tuple[str, float] | None]:
    return lambda case, score: next((alarm for alarm in alarms_of(score) if alarm[0] == plane), None)


def _both(case: FusionCase, score: CaseScore) -> tuple[str, float] | None:
    alarms = alarms_of(score)
    return alarms[-1] if len(alarms) == len(score.runs) else None


def _fused(case: FusionCase, score: CaseScore) -> tuple[str, float] | None:
    told = told_of(case)
    if told is None:
        return None
    run = _run(score, told.plane)
    return told.plane, run.start_s + told.time_s


def _not_contradicted(case: FusionCase, score: CaseScore) -> tuple[str, float] | None:
    told = told_of(case)
    return None if told is None or told.verdict == "contradicted" else _fused(case, score)


def told_of(case: FusionCase) -> Told | None:
    """Give a case's fused alarm."""
    return None if case.together is None else case.together.told


def _run(score: CaseScore, plane: str) -> RunScore:
    return next(run for run in score.runs if run.plane == plane)


RULES: Sequence[Rule] = (
    Rule("plane A alone", _plane("A")),
    Rule("plane B alone", _plane("B")),
    Rule("**fused: the earlier of both**", _fused),
    Rule("fused, unless contradicted", _not_contradicted),
    Rule("only once both alarm", _both),
)
