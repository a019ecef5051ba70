from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.config.imaging import AlarmConfig
from leakwatch.imaging.alarm import is_latched, leading_evidence, raise_travelled, sum_evidence
from leakwatch.imaging.drift import Drift, Sight
from leakwatch.imaging.tracks import Track

CONFIG = AlarmConfig(max_gain=2.0, max_loss=1.5)
THRESHOLD = 4.0
INTERVAL_S = 1 / 7.5


def a_track(score: float, number: int = 1, evidence: float = 0.0, seen: bool = True) -> Track:
    return Track(number, np.zeros((2, 2), np.bool_), seen, 0.0, score=score, evidence=evidence)


def play(
    scores: Sequence[float | None],
    threshold: float = THRESHOLD,
    elapsed_s: float = INTERVAL_S,
    config: AlarmConfig = CONFIG,
) -> list[Track]:
    """One track with these log odds, None where it is not seen, kept even where it would be forgotten."""
    played = []
    track = a_track(0.0)
    for frame, score in enumerate(scores):
        known = replace(track, seen=score is not None, score=score or 0.0)
        advanced = sum_evidence((known,), threshold, frame, elapsed_s, config)
        track = advanced[0] if advanced else a_track(0.0)
        played.append(track)
    return played


def test_log_odds_are_summed_until_they_alarm() -> None:
    played = play([1.0, -0.5, 1.75, 2.0, -0.25])
    assert [track.evidence for track in played] == pytest.approx([1.0, 0.5, 2.25, 4.25, 4.0])
    assert [track.alarm_frame for track in played] == [None, None, None, 3, 3]
    assert played[-1].alarm_evidence == pytest.approx(4.25)
    assert [track.peak for track in played] == pytest.approx([1.0, 1.0, 2.25, 4.25, 4.25])


def test_alarm_stays_raised() -> None:
    played = play([2.0] * 3 + [None] * 40 + [2.0] * 4)
    assert [is_latched([track]) for track in played] == [False] + [True] * 46
    assert played[42].evidence == 0.0
    # and is not raised anew
    assert (played[-1].alarm_frame, played[-1].alarm_evidence) == (1, pytest.approx(4.0))


@pytest.mark.parametrize(("threshold", "frame"), [(1.75, 0), (1.76, 1), (5.2, 2), (5.3, 3)])
def test_alarm_comes_on_the_frame_that_reaches_the_threshold(threshold: float, frame: int) -> None:
    played = play([1.75] * 5, threshold)
    assert next(k for k, track in enumerate(played) if is_latched([track])) == frame


def test_what_speaks_against_a_leak_is_taken_off() -> None:
    assert [track.evidence for track in play([2.0, 1.0, -0.4, -1.0, -3.0, 0.5])] == pytest.approx(
        [2.0, 3.0, 2.6, 1.6, 0.1, 0.6]
    )
    assert not any(track.evidence for track in play([-0.1] * 20))


def test_even_odds_leave_no_evidence() -> None:
    assert [track.evidence for track in play([0.0] * 50)] == [0.0] * 50


def test_not_being_seen_takes_away_the_most() -> None:
    # whatever the track's score was when it was last seen
    unseen = a_track(2.0, evidence=3.5, seen=False)
    (after,) = sum_evidence((unseen,), THRESHOLD, 1, INTERVAL_S, CONFIG)
    assert after.evidence == pytest.approx(3.5 - CONFIG.max_loss)


@given(st.floats(-1.5, 2.0), st.integers(1, 4))
def test_evidence_per_second_does_not_depend_on_the_frame_rate(score: float, times: int) -> None:
    slow = play([2.0] * 4 + [score] * 8, 100.0)[-1].evidence
    fast = play([2.0] * (4 * times) + [score] * (8 * times), 100.0, INTERVAL_S / times)[-1].evidence
    assert fast == pytest.approx(slow, abs=1e-9)


def test_pause_is_no_evidence() -> None:
    assert play([1.0], elapsed_s=60.0)[0].evidence == pytest.approx(3 * 1.0)
    # nor is it the end of all evidence
    faded = sum_evidence((a_track(0.0, evidence=10.0, seen=False),), THRESHOLD, 1, 60.0, CONFIG)
    assert faded[0].evidence == pytest.approx(10.0 - 3 * CONFIG.max_loss)


def test_no_frame_counts_more_than_the_largest_gain_and_loss() -> None:
    assert play([50.0])[0].evidence == pytest.approx(CONFIG.max_gain)
    assert play([2.0, 2.0, -50.0])[-1].evidence == pytest.approx(4.0 - CONFIG.max_loss)


@pytest.mark.parametrize("threshold", [1.0, 4.0, 11.0])
def test_evidence_on_account_is_bounded(threshold: float) -> None:
    assert play([2.0] * 60, threshold)[-1].evidence == pytest.approx(min(120.0, 4 * threshold))


def test_tracks_without_evidence_are_forgotten_unless_they_are_seen_or_alarmed() -> None:
    alarmed = replace(a_track(0.0, 4, seen=False), peak=5.0, alarm_frame=3, alarm_evidence=4.5)
    tracks = (
        a_track(0.0, 1, evidence=1.4, seen=False),
        a_track(0.1, 2),
        a_track(0.0, 3, evidence=1.6, seen=False),
        alarmed,
        a_track(-1.0, 5),
    )
    kept = sum_evidence(tracks, THRESHOLD, 9, INTERVAL_S, CONFIG)
    assert [track.id for track in kept] == [2, 3, 4, 5]


def test_leading_evidence_is_the_largest() -> None:
    assert leading_evidence((a_track(0, 1, 0.3), a_track(0, 2, 1.2), a_track(0, 3, 0.7))) == 1.2
    assert leading_evidence(()) == 0.0
    assert not is_latched(())


def test_what_travels_raises_the_alarm_of_its_track_alone() -> None:
    left, right = np.zeros((4, 4), np.bool_), np.zeros((4, 4), np.bool_)
    left[:, 0], right[:, 3] = True, True
    tracks = [replace(a_track(0.5, number), footprint=mask) for number, mask in ((1, left), (2, right))]
    sight = Sight(7, 1.0, right, (3.0, 1.5), (3.0, 1.5), 4, 1.0)
    going = [Drift(5, (sight,), told_frame=7)]
    stays, gone = raise_travelled(tracks, going, THRESHOLD, 7)
    assert stays == tracks[0]
    assert (gone.alarm_frame, gone.alarm_evidence, gone.evidence, gone.peak) == (
        7,
        THRESHOLD,
        THRESHOLD,
        THRESHOLD,
    )
    assert gone.travelled
    # on the frame on which it was told, once
    assert raise_travelled(tracks, going, THRESHOLD, 8) == tuple(tracks)
    unseen = replace(tracks[1], seen=False)
    assert raise_travelled([unseen], going, THRESHOLD, 7) == (unseen,)


def test_an_alarm_that_was_raised_before_keeps_its_frame() -> None:
    track = replace(
        a_track(0.5, evidence=9.0), alarm_frame=3, alarm_evidence=5.0, footprint=np.ones((2, 2), bool)
    )
    going = [
        Drift(5, (Sight(7, 1.0, np.ones((2, 2), np.bool_), (0.5, 0.5), (0.5, 0.5), 4, 1.0),), told_frame=7)
    ]
    (after,) = raise_travelled([track], going, THRESHOLD, 7)
    assert (after.alarm_frame, after.alarm_evidence, after.evidence) == (3, 5.0, 9.0)
    assert after.travelled
