"""Join the alarms of two simultaneous views: the earlier counts, and what the other says stands beside it.

Evidence of two views is not added up: where a view misses a leak it most often has no evidence at all, and
there is nothing to add (docs/decisions/0036-two-alarms-one-case.md).
"""

from __future__ import annotations

from collections.abc import Sequence

from leakwatch.config.views import ViewsConfig
from leakwatch.nouns import AnalysedRun, State
from leakwatch.views.case import MergedLeak
from leakwatch.views.fused import Fused, FusedAlarm, OtherWord
from leakwatch.views.pair import Pair
from leakwatch.views.second_look import Verdict

_NOTHING_TO_LOOK_FOR = "the alarm names no leak that could be looked for"
# Of several leaks that alarmed on one frame: one that is confirmed is enough, one that may hide keeps the
# others' contradiction from being the whole truth.
_STRONGEST = (Verdict.CONFIRMED, Verdict.NOT_VISIBLE, Verdict.CONTRADICTED)


def fuse(
    pair: Pair, a: AnalysedRun, b: AnalysedRun, leaks: Sequence[MergedLeak], config: ViewsConfig
) -> Fused:
    """Say what the two views of `pair` say together.

    The alarm is causal as the views' own are: frames after it do not change when it was, nor in which view.
    The other view's word is reached later, and says since when.

    Parameters
    ----------
    a, b
        The views of `pair`, in its order.
    leaks
        All merged leaks of the study, each with its second look.
    """
    alarms = [
        found for view, behind_s in ((a, 0.0), (b, pair.offset_s)) if (found := _alarm(view, behind_s, leaks))
    ]
    if not alarms:
        state, reason = _without_alarm(a, b)
        return Fused(pair, state, reason)
    # at one and the same moment it is A's
    first = min(alarms, key=lambda alarm: alarm.pair_time_s)
    other = b if first.run.sop_instance_uid == a.run.sop_instance_uid else a
    return Fused(pair, State.ALARM, "", first, _word(first, other, pair, leaks, config))


def _alarm(view: AnalysedRun, behind_s: float, leaks: Sequence[MergedLeak]) -> FusedAlarm | None:
    frame, time_s = view.first_alarm_frame, view.first_alarm_time_s
    if frame is None or time_s is None:
        return None
    uid = view.run.sop_instance_uid
    alarmed = tuple(
        leak.id
        for leak in leaks
        if any(one.run.sop_instance_uid == uid and one.event.alarm_frame == frame for one in leak.sightings)
    )
    return FusedAlarm(view.run, frame, time_s, time_s + behind_s, alarmed)


def _word(
    alarm: FusedAlarm, other: AnalysedRun, pair: Pair, leaks: Sequence[MergedLeak], config: ViewsConfig
) -> OtherWord:
    looks = {
        leak.second_look.verdict: leak
        for leak in leaks
        if leak.id in alarm.leaks and leak.second_look is not None
    }
    for verdict in _STRONGEST:
        leak = looks.get(verdict)
        if leak is not None and leak.second_look is not None:
            since_s = _since_s(verdict, leak, alarm, pair, config)
            return OtherWord(other, verdict, leak.second_look.reason, since_s)
    return OtherWord(other, Verdict.NOT_VISIBLE, _NOTHING_TO_LOOK_FOR, alarm.pair_time_s)


def _since_s(verdict: Verdict, leak: MergedLeak, alarm: FusedAlarm, pair: Pair, config: ViewsConfig) -> float:
    if verdict is Verdict.CONTRADICTED:
        return alarm.pair_time_s + config.second_look_s
    if verdict is Verdict.NOT_VISIBLE:
        return alarm.pair_time_s
    b = pair.b.sop_instance_uid
    return max(
        one.event.alarm_time_s + (pair.offset_s if one.run.sop_instance_uid == b else 0.0)
        for one in leak.sightings
    )


def _without_alarm(a: AnalysedRun, b: AnalysedRun) -> tuple[State, str]:
    for view, name in ((a, "first"), (b, "second")):
        plane = f"the {name} view ({view.run.plane.value})"
        if view.state is State.NO_DECISION:
            return State.NO_DECISION, f"{plane} decided nothing"
        if view.error:
            return State.NO_DECISION, f"{plane} broke off before its end"
    return (State.WATCH if State.WATCH in (a.state, b.state) else State.CLEAR), ""
