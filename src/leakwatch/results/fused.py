"""What two views say together, as `cases.json` has it."""

from __future__ import annotations

from leakwatch.views.fused import Fused, FusedAlarm, OtherWord


def fused_verdict(fused: Fused) -> dict[str, object]:
    """Give the entry of one pair; times named ``pair_…`` are on the clock of plane A, its first frame 0."""
    return {
        "a": fused.pair.a.sop_instance_uid,
        "b": fused.pair.b.sop_instance_uid,
        "state": fused.state.value,
        "reason": fused.reason or None,
        "alarm": None if fused.alarm is None else _alarm(fused.alarm),
        "other_view": None if fused.other is None else _other(fused.other),
    }


def _alarm(alarm: FusedAlarm) -> dict[str, object]:
    return {
        "sop_instance_uid": alarm.run.sop_instance_uid,
        "plane": alarm.run.plane.value,
        "frame": alarm.frame,
        "time_s": alarm.time_s,
        "pair_time_s": alarm.pair_time_s,
        "leaks": alarm.leaks,
    }


def _other(word: OtherWord) -> dict[str, object]:
    view = word.view
    return {
        "sop_instance_uid": view.run.sop_instance_uid,
        "plane": view.run.plane.value,
        "verdict": word.verdict.value,
        "verdict_reason": word.reason or None,
        "pair_since_s": word.since_s,
        "first_alarm_frame": view.first_alarm_frame,
        "first_alarm_time_s": view.first_alarm_time_s,
    }
