"""What two simultaneous views say as one."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.nouns import AnalysedRun, Run, State
from leakwatch.views.pair import Pair
from leakwatch.views.second_look import Verdict


@dataclass(frozen=True, slots=True)
class FusedAlarm:
    """The earlier of two views' alarms.

    Attributes
    ----------
    run, frame, time_s
        The view that alarmed, and its first ``alarm`` row, on its own clock.
    pair_time_s
        The same moment on the clock of plane A, seconds since A's first frame; negative before it.
    leaks
        Which merged leaks alarmed on that frame, by id.
    """

    run: Run
    frame: int
    time_s: float
    pair_time_s: float
    leaks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OtherWord:
    """What the other view says of a fused alarm.

    Attributes
    ----------
    view
        The view that did not alarm first; maybe it alarmed later.
    reason
        Empty where it is confirmed.
    since_s
        From when on it says so, on the clock of plane A: a confirmation from the later of both alarms,
        a contradiction from the end of the frames it was looked for in, silence from the alarm.
    """

    view: AnalysedRun
    verdict: Verdict
    reason: str
    since_s: float


@dataclass(frozen=True, slots=True)
class Fused:
    """What a pair of views says together.

    Attributes
    ----------
    state
        ``alarm`` if either view alarmed. Without an alarm the weaker of the two: ``no_decision`` if either
        decided nothing or broke off, ``watch`` if either gathers evidence, ``clear`` only if both are clear.
    reason
        Why nothing is decided; empty otherwise.
    alarm, other
        The first alarm and the other view's word; None without an alarm.
    """

    pair: Pair
    state: State
    reason: str = ""
    alarm: FusedAlarm | None = None
    other: OtherWord | None = None
