"""Delay against false alarms: every run replayed against every threshold, each observer by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.bench.intervals import Quantile, Share, quantile, share
from leakwatch.bench.score import CaseScore
from leakwatch.bench.suite.watched import LEAKWATCH, SuiteCase, Watched

WITHIN_S = 1.0
_POINTS = 80
RATES = (0.02, 0.05, 0.1, 0.2, 0.5)
EARLY_S = 2e-3  # files round times differently; frames are 30 ms apart or more


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold.

    Attributes
    ----------
    false_alarms
        Of the cases, those that alarm before anything has leaked, or without a leak.
    soon
        Of the visible leaks, those alarmed within a second of onset and not before the first leaked voxel.
    hits
        Of the visible leaks, those alarmed at all.
    delay_median_s
        Of the hits, after onset.
    """

    threshold: float
    false_alarms: Share
    soon: Share
    hits: Share
    delay_median_s: Quantile


def observers_of(cases: Sequence[SuiteCase]) -> tuple[str, ...]:
    """Name the observers that the cases were watched by, leakwatch first."""
    names = {one.observer: None for case in cases for one in case.watched}
    return tuple(sorted(names, key=lambda name: (name != LEAKWATCH, list(names).index(name))))


def own_point(cases: Sequence[SuiteCase], observer: str) -> Point:
    """Figures of an observer at its own setting."""
    return _point(
        np.nan, [(_score(case), _first(case, observer, None)) for case in _watched_by(cases, observer)]
    )


def curve(cases: Sequence[SuiteCase], observer: str) -> tuple[Point, ...]:
    """Figures at every threshold that tells two cases apart, the largest first."""
    mine = _watched_by(cases, observer)
    values = {climb.value for case in mine for one in _of(case, observer) for climb in one.climbs}
    thresholds = sorted(values, reverse=True)
    if len(thresholds) > _POINTS:
        thresholds = [thresholds[round(k)] for k in np.linspace(0, len(thresholds) - 1, _POINTS)]
    return tuple(
        _point(level, [(_score(case), _first(case, observer, level)) for case in mine])
        for level in thresholds
    )


def at_rate(points: Sequence[Point], rate: float) -> Point | None:
    """Find the lowest threshold whose share of false alarms is at most `rate`; None where all have more."""
    kept = [point for point in points if (point.false_alarms.rate or 0.0) <= rate + 1e-9]
    return min(kept, key=lambda point: point.threshold) if kept else None


def _point(threshold: float, alarms: Sequence[tuple[CaseScore, float | None]]) -> Point:
    false = sum(alarm is not None and _is_early(score, alarm) for score, alarm in alarms)
    visible = [(score, alarm) for score, alarm in alarms if score.onset_s is not None]
    delays = [
        alarm - (score.onset_s or 0.0)
        for score, alarm in visible
        if alarm is not None and not _is_early(score, alarm)
    ]
    return Point(
        threshold,
        share(false, len(alarms)),
        share(sum(delay <= WITHIN_S for delay in delays), len(visible)),
        share(len(delays), len(visible)),
        quantile(delays, 0.5),
    )


def _is_early(score: CaseScore, alarm_s: float) -> bool:
    return score.first_leak_s is None or alarm_s < score.first_leak_s - EARLY_S


def _first(case: SuiteCase, observer: str, threshold: float | None) -> float | None:
    """First alarm over the case's runs, at a threshold or (None) at the observer's own setting."""
    found = [one.alarm_s if threshold is None else one.crossed_s(threshold) for one in _of(case, observer)]
    return min((time for time in found if time is not None), default=None)


def _of(case: SuiteCase, observer: str) -> list[Watched]:
    return [one for one in case.watched if one.observer == observer]


def _watched_by(cases: Sequence[SuiteCase], observer: str) -> list[SuiteCase]:
    return [case for case in cases if case.record.score is not None and _of(case, observer)]


def _score(case: SuiteCase) -> CaseScore:
    if case.record.score is None:
        msg = f"case {case.record.index} was not scored"
        raise ValueError(msg)
    return case.record.score
