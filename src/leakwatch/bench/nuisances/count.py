"""What became of a nuisance over its seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.bench.nuisances.play import Played
from leakwatch.nouns import Reason

IN_TIME_S = 1.5
"""A leak is found in time if the alarm comes no later than this after 3 mm² of it show."""
_FILM_S = 1.5
"""A leak that shows for less than this before the run ends is not counted: there was no time to find it."""
_RECOVERED_S = 1.5
"""A run has recovered if it decides every frame of its last stretch of this length."""


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """Frames that went undecided for one reason."""

    reason: Reason
    frames: int


@dataclass(frozen=True, slots=True)
class Count:
    """A nuisance over its seeds.

    Attributes
    ----------
    quiet, quiet_alarms
        Runs without a leak, and those of them that alarmed.
    leaking, early
        Runs with a leak, and those that alarmed before the first leaked voxel.
    shown, hits, in_time
        Runs whose leak showed long enough and that had not alarmed before it; those that alarmed; those that
        did so in time.
    delay_s
        Median delay of the hits.
    recovered
        Runs without a leak, and without an alarm, that decide every frame of their last second and a half.
    calm
        Runs without a leak that did not alarm.
    reasons
        Frames of all runs that went undecided, after the cement had started.
    frames
        All such frames.
    """

    name: str
    quiet: int
    quiet_alarms: int
    leaking: int
    early: int
    shown: int
    hits: int
    in_time: int
    delay_s: float | None
    recovered: int
    calm: int
    reasons: tuple[ReasonCount, ...]
    frames: int


def count(name: str, runs: Sequence[Played], from_s: float) -> Count:
    """Count over the runs of one nuisance; undecided frames from `from_s` on."""
    quiet = [run for run in runs if not run.leaking]
    leaking = [run for run in runs if run.leaking]
    shown = [run for run in leaking if has_time(run) and not run.is_false_alarm]
    delays = [run.delay_s for run in shown if run.delay_s is not None]
    calm = [run for run in quiet if run.alarm_s is None]
    late = [frame for run in runs for frame in run.frames if frame.time_s >= from_s]
    reasons = Counter(frame.reason for frame in late if frame.state == "no_decision")
    return Count(
        name=name,
        quiet=len(quiet),
        quiet_alarms=len(quiet) - len(calm),
        leaking=len(leaking),
        early=sum(run.is_false_alarm for run in leaking),
        shown=len(shown),
        hits=len(delays),
        in_time=sum(delay <= IN_TIME_S for delay in delays),
        delay_s=float(np.median(delays)) if delays else None,
        recovered=sum(has_recovered(run) for run in calm),
        calm=len(calm),
        reasons=tuple(ReasonCount(reason, frames) for reason, frames in sorted(reasons.items())),
        frames=len(late),
    )


def has_time(run: Played) -> bool:
    """Whether the leak shows long enough before the run ends."""
    return run.onset_s is not None and run.end_s - run.onset_s >= _FILM_S


def has_recovered(run: Played) -> bool:
    """Whether the end of the run is decided, frame by frame."""
    return run.is_decided_from(run.end_s - _RECOVERED_S)
