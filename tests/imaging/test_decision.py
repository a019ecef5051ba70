from __future__ import annotations

import numpy as np
import pytest

from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.decision import Calm, before_evidence, decide, judge_floor, may_learn
from leakwatch.imaging.motion import Tracking
from leakwatch.imaging.tracks import Track
from leakwatch.nouns import Reason, State

STEADY = Tracking(Pose(), 1.0, True, False)
JUMPED = Tracking(Pose(), 1.0, True, True)
LOST = Tracking(Pose(), 0.1, False, True)
TIMES_S = tuple(np.arange(20) / 7.5)


def a_track(seen: bool = False, evidence: float = 0.0, alarm: int | None = None) -> Track:
    # what is seen here is more like anything else than a leak
    score = -2.0 if seen else 0.0
    return Track(1, np.zeros((2, 2), np.bool_), seen, 0.0, score=score, evidence=evidence, alarm_frame=alarm)


@pytest.mark.parametrize(
    ("ready", "tracking", "share_open", "elapsed_s", "reason"),
    [
        (True, STEADY, 1.0, 0.13, Reason.NONE),
        (True, STEADY, 0.8, 0.13, Reason.NONE),
        (True, STEADY, 0.79, 0.13, Reason.DARK),
        (False, STEADY, 0.79, 0.13, Reason.DARK),
        (False, STEADY, 1.0, 0.13, Reason.SETTLING),
        (False, JUMPED, 1.0, 0.13, Reason.SETTLING),
        (True, JUMPED, 1.0, 0.13, Reason.MOTION),
        (True, LOST, 1.0, 0.13, Reason.MOTION),
        (False, LOST, 1.0, 0.13, Reason.MOTION),
        (True, STEADY, 1.0, 1.0, Reason.NONE),
        (True, STEADY, 1.0, 1.1, Reason.GAP),
        (True, JUMPED, 1.0, 1.1, Reason.MOTION),
    ],
)
def test_what_forbids_a_decision(
    ready: bool, tracking: Tracking, share_open: float, elapsed_s: float, reason: Reason
) -> None:
    assert before_evidence(ready, tracking, share_open, elapsed_s, TIMES_S) is reason


def test_gap_is_measured_against_the_runs_own_rate() -> None:
    slow = tuple(0.5 * np.arange(10))
    assert before_evidence(True, STEADY, 1.0, 1.9, slow) is Reason.NONE
    assert before_evidence(True, STEADY, 1.0, 2.1, slow) is Reason.GAP
    # the second frame of a run has nothing to be compared with
    assert before_evidence(True, STEADY, 1.0, 5.0, (0.0,)) is Reason.NONE


def test_only_a_good_picture_is_learnt_from() -> None:
    assert {reason for reason in Reason if may_learn(reason)} == {Reason.NONE, Reason.SETTLING, Reason.GAP}


def test_first_floor_is_the_usual_one() -> None:
    assert judge_floor(Calm(), 0.5, 0.1, 0.02) == (Calm(0.5, 0.1), Reason.NONE)


@pytest.mark.parametrize(
    ("floor", "offset", "reason"),
    [
        (2.4, 0.0, Reason.NONE),
        (2.6, 0.0, Reason.MOTION),
        (2.6, 0.059, Reason.MOTION),
        (2.6, -0.061, Reason.EXPOSURE),
        (2.4, 0.5, Reason.NONE),
    ],
)
def test_upset_background_is_told_from_a_calm_one(floor: float, offset: float, reason: Reason) -> None:
    assert judge_floor(Calm(1.0, 0.0), floor, offset, 0.02)[1] is reason


def test_lasting_change_becomes_usual() -> None:
    calm, reasons = Calm(1.0, 0.0), []
    for _ in range(12):
        calm, reason = judge_floor(calm, 4.0, 0.0, 0.02)
        reasons.append(reason)
    # usual is 4 - 3 * 0.9^n before frame n, and 4 is upset above 2.5 times that: below 1.6, for n < 2.1
    assert reasons == [Reason.MOTION] * 3 + [Reason.NONE] * 9


ALARMED, WATCHED, SEEN, QUIET = a_track(alarm=3), a_track(evidence=0.1), a_track(seen=True), a_track()


@pytest.mark.parametrize(
    ("track", "reason", "outlined", "state", "why"),
    [
        (QUIET, Reason.NONE, True, State.CLEAR, Reason.NONE),
        (WATCHED, Reason.NONE, True, State.WATCH, Reason.EVIDENCE),
        (SEEN, Reason.NONE, True, State.WATCH, Reason.NUISANCE),
        (WATCHED, Reason.DARK, True, State.NO_DECISION, Reason.DARK),
        (QUIET, Reason.GAP, True, State.NO_DECISION, Reason.GAP),
        (QUIET, Reason.EXPOSURE, True, State.NO_DECISION, Reason.EXPOSURE),
        (QUIET, Reason.NONE, False, State.NO_DECISION, Reason.NO_OUTLINE),
        (QUIET, Reason.DARK, False, State.NO_DECISION, Reason.NO_OUTLINE),
        (QUIET, Reason.SETTLING, False, State.NO_DECISION, Reason.SETTLING),
        (QUIET, Reason.MOTION, False, State.NO_DECISION, Reason.MOTION),
        *((ALARMED, reason, True, State.ALARM, Reason.LEAK) for reason in Reason),
    ],
)
def test_state_of_a_frame(track: Track, reason: Reason, outlined: bool, state: State, why: Reason) -> None:
    assert decide((track,), reason, outlined) == (state, why)


def test_one_leak_in_alarm_is_enough() -> None:
    assert decide((QUIET, WATCHED, ALARMED), Reason.NONE, True)[0] is State.ALARM
    assert decide((), Reason.NONE, True) == (State.CLEAR, Reason.NONE)


def test_cement_where_the_bone_may_end_is_watched_and_never_clear() -> None:
    assert decide((QUIET,), Reason.NONE, True, at_edge=True) == (State.WATCH, Reason.EDGE)
    assert decide((QUIET,), Reason.NONE, False, at_edge=True)[0] is State.NO_DECISION
    assert decide((ALARMED,), Reason.NONE, True, at_edge=True)[0] is State.ALARM
