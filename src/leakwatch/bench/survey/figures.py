"""The figures of a set of cases: how often, how late, how falsely, how exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.bench.intervals import Frequency, Quantile, Share, frequency, quantile, share
from leakwatch.bench.score import CaseScore, ReasonShare, RunScore, Verdict

WITHIN_S = (0.5, 1.0, 2.0)
_SHORT_S = 1.0


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """A run and the first leaked voxel of its case, on the case's clock; None for a case without."""

    run: RunScore
    first_leak_s: float | None

    @property
    def falsely_alarmed(self) -> bool:
        """Whether it alarmed before anything had leaked."""
        alarm_s = self.run.alarm_s
        return alarm_s is not None and (self.first_leak_s is None or alarm_s < self.first_leak_s)

    @property
    def at_risk_s(self) -> float:
        """How long it could have alarmed falsely: to its end, its alarm or the first leaked voxel."""
        ends = [self.run.end_s]
        if self.first_leak_s is not None:
            ends.append(self.first_leak_s)
        if self.run.alarm_s is not None:
            ends.append(self.run.alarm_s)
        return max(0.0, min(ends) - self.run.start_s)


@dataclass(frozen=True, slots=True)
class RunFigures:
    """Of runs, each view by itself.

    `dice_*` and `motion_p95_mm` are quantiles over runs: the median, and for motion the 90th percentile too;
    `no_decision` and `reasons` are mean shares of frames.
    """

    runs: int
    false_alarms: Share
    false_alarms_per_minute: Frequency
    dice_cement: Quantile
    dice_cement_p10: Quantile
    dice_leak: Quantile
    motion_p95_mm: Quantile
    motion_p95_mm_p90: Quantile
    no_decision: float | None
    reasons: tuple[ReasonShare, ...]


@dataclass(frozen=True, slots=True)
class WithinShare:
    """How many of the leaks that could be seen were alarmed so soon after onset."""

    seconds: float
    share: Share


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Of cases, over their views.

    Attributes
    ----------
    hits
        Of the cases whose leak can be seen; an alarm before the first leaked voxel is no hit.
    invisible
        Cases whose leak no view shows and that did not alarm; in none of the other figures.
    alarmed_early
        Of the cases with a leak, those that alarmed before it.
    false_alarms
        Of the cases without a leak.
    missed_short
        Missed leaks whose film ends less than a second after onset.
    failed
        Cases with a run that has no result; with a leak they count as not hit.
    """

    cases: int
    hits: Share
    within: tuple[WithinShare, ...]
    delay_median_s: Quantile
    delay_p90_s: Quantile
    missed: int
    missed_short: int
    alarmed_early: Share
    invisible: int
    false_alarms: Share
    failed: int


def case_figures(scores: Sequence[CaseScore]) -> CaseFigures:
    """Work out the figures of cases."""
    leaking = [one for one in scores if one.leak is not None]
    # Whether a leak can be seen is a matter of truth alone: not of whether there was an alarm.
    visible = [one for one in leaking if one.onset_s is not None or one.verdict is Verdict.FAILED]
    quiet = [one for one in scores if one.leak is None and one.verdict is not Verdict.FAILED]
    missed = [one for one in visible if one.verdict is Verdict.MISSED]
    delays = [one.delay_s for one in visible if one.delay_s is not None]
    return CaseFigures(
        cases=len(scores),
        hits=share(_count(visible, Verdict.HIT), len(visible)),
        within=tuple(
            WithinShare(limit, share(sum(delay <= limit for delay in delays), len(visible)))
            for limit in WITHIN_S
        ),
        delay_median_s=quantile(delays, 0.5),
        delay_p90_s=quantile(delays, 0.9),
        missed=len(missed),
        missed_short=sum(_film_after_onset_s(one) < _SHORT_S for one in missed),
        alarmed_early=share(_count(leaking, Verdict.FALSE_ALARM), len(leaking)),
        invisible=len(leaking) - len(visible),
        false_alarms=share(_count(quiet, Verdict.FALSE_ALARM), len(quiet)),
        failed=_count(scores, Verdict.FAILED),
    )


def runs_of(scores: Iterable[CaseScore]) -> list[ScoredRun]:
    """Give the runs of cases that have a result."""
    return [ScoredRun(run, one.first_leak_s) for one in scores for run in one.runs if not run.error]


def run_figures(scored: Sequence[ScoredRun]) -> RunFigures:
    """Work out the figures of runs."""
    runs = [one.run for one in scored]
    # A second view that starts after the leak cannot alarm falsely.
    at_risk = [one for one in scored if one.at_risk_s > 0]
    false_alarms = sum(one.falsely_alarmed for one in at_risk)
    minutes = sum(one.at_risk_s for one in at_risk) / 60
    dice_cement = [run.dice_cement for run in runs if run.dice_cement is not None]
    motion = [run.motion_p95_mm for run in runs if run.motion_p95_mm is not None]
    undecided = [run.no_decision for run in runs if run.no_decision is not None]
    return RunFigures(
        runs=len(runs),
        false_alarms=share(false_alarms, len(at_risk)),
        false_alarms_per_minute=frequency(false_alarms, minutes),
        dice_cement=quantile(dice_cement, 0.5),
        dice_cement_p10=quantile(dice_cement, 0.1),
        dice_leak=quantile([run.dice_leak for run in runs if run.dice_leak is not None], 0.5),
        motion_p95_mm=quantile(motion, 0.5),
        motion_p95_mm_p90=quantile(motion, 0.9),
        no_decision=float(np.mean(undecided)) if undecided else None,
        reasons=_mean_reasons(runs),
    )


def _mean_reasons(runs: Sequence[RunScore]) -> tuple[ReasonShare, ...]:
    """Mean over runs of the share of frames undecided for each reason, the most frequent first."""
    named = sorted({reason.reason for run in runs for reason in run.reasons})
    shares = [
        ReasonShare(
            name, sum(one.share for run in runs for one in run.reasons if one.reason == name) / len(runs)
        )
        for name in named
    ]
    return tuple(sorted(shares, key=lambda one: -one.share))


def _film_after_onset_s(score: CaseScore) -> float:
    end_s = max(run.end_s for run in score.runs)
    return end_s - (end_s if score.onset_s is None else score.onset_s)


def _count(scores: Sequence[CaseScore], verdict: Verdict) -> int:
    return sum(one.verdict is verdict for one in scores)
