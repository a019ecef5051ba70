from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.config.imaging import AlarmConfig
from leakwatch.imaging.alarm import Null, is_latched, leading_evidence, remember_null, sum_evidence
from leakwatch.imaging.tracks import Track

CONFIG = AlarmConfig(max_step=1.0, drift=0.25, threshold=1.4, null_memory_s=3.0)
INTERVAL_S = 1 / 7.5


def a_track(score: float, number: int = 1, evidence: float = 0.0) -> Track:
    return Track(number, np.zeros((2, 2), np.bool_), score, evidence)


def play(
    scores: Sequence[float], null: float = 0.0, elapsed_s: float = INTERVAL_S, config: AlarmConfig = CONFIG
) -> list[Track]:
    """One track with these scores, frame by frame, kept even where it would be forgotten."""
    played = []
    track = a_track(0.0)
    for frame, score in enumerate(scores):
        known = Track(
            1, track.footprint, score, track.evidence, track.peak, track.alarm_frame, track.alarm_evidence
        )
        advanced = sum_evidence((known,), Null(null), frame, elapsed_s, config)
        track = advanced[0] if advanced else a_track(0.0)
        played.append(track)
    return played


def test_evidence_is_summed_less_the_drift_until_it_alarms() -> None:
    played = play([0.5, 0.1, 1.0, 1.0, 0.0])
    assert [track.evidence for track in played] == pytest.approx([0.25, 0.1, 0.85, 1.6, 1.35])
    assert [track.alarm_frame for track in played] == [None, None, None, 3, 3]
    assert played[-1].alarm_evidence == pytest.approx(1.6)
    assert [track.peak for track in played] == pytest.approx([0.25, 0.25, 0.85, 1.6, 1.6])


def test_alarm_stays_raised() -> None:
    played = play([1.0] * 3 + [0.0] * 40 + [1.0] * 4)
    assert [is_latched([track]) for track in played] == [False] + [True] * 46
    assert played[42].evidence == 0.0
    # and is not raised anew
    assert (played[-1].alarm_frame, played[-1].alarm_evidence) == (1, pytest.approx(1.5))


@pytest.mark.parametrize(("threshold", "frame"), [(0.75, 0), (0.76, 1), (2.2, 2), (2.3, 3)])
def test_alarm_comes_on_the_frame_that_reaches_the_threshold(threshold: float, frame: int) -> None:
    config = AlarmConfig(max_step=1.0, drift=0.25, threshold=threshold)
    assert next(k for k, track in enumerate(play([1.0] * 5, config=config)) if is_latched([track])) == frame


def test_brightening_is_held_against_darkening() -> None:
    assert [track.evidence for track in play([1.0] * 3, null=0.6)] == pytest.approx([0.15, 0.3, 0.45])
    assert not any(track.evidence for track in play([1.0] * 20, null=0.75))


def test_drift_alone_leaves_no_evidence() -> None:
    assert [track.evidence for track in play([0.25] * 50)] == [0.0] * 50


@given(st.floats(0.0, 1.0), st.integers(1, 4))
def test_evidence_per_second_does_not_depend_on_the_frame_rate(score: float, times: int) -> None:
    config = AlarmConfig(max_step=1.0, drift=0.25, threshold=100.0)
    slow = play([score] * 12, config=config)[-1].evidence
    fast = play([score] * (12 * times), elapsed_s=INTERVAL_S / times, config=config)[-1].evidence
    assert fast == pytest.approx(slow, abs=1e-9)


def test_pause_is_no_evidence() -> None:
    assert play([1.0], elapsed_s=60.0)[0].evidence == pytest.approx(3 * 0.75)


def test_no_frame_counts_more_than_the_largest_step() -> None:
    assert play([50.0])[0].evidence == pytest.approx(0.75)


def test_evidence_on_account_is_bounded() -> None:
    played = play([1.0] * 60)
    assert played[-1].evidence == pytest.approx(4 * CONFIG.threshold)


def test_tracks_without_evidence_are_forgotten_unless_they_alarmed() -> None:
    alarmed = Track(4, np.zeros((2, 2), np.bool_), 0.0, 0.0, 2.0, 3, 1.5)
    tracks = (a_track(0.0, 1), a_track(0.1, 2), a_track(0.0, 3, evidence=0.3), alarmed)
    kept = sum_evidence(tracks, Null(), 9, INTERVAL_S, CONFIG)
    assert [track.id for track in kept] == [2, 3, 4]


def test_null_fades_over_its_memory_and_rises_at_once() -> None:
    null = remember_null(Null(0.0), 0.8, INTERVAL_S, CONFIG)
    assert null.score == 0.8
    faded = remember_null(null, 0.0, 3.0, CONFIG)
    assert faded.score == pytest.approx(0.8 / np.e)
    assert remember_null(faded, 0.1, 1e-6, CONFIG).score == pytest.approx(0.8 / np.e, rel=1e-5)
    assert remember_null(faded, 0.5, 1e-6, CONFIG).score == 0.5


def test_leading_evidence_is_the_largest() -> None:
    assert leading_evidence((a_track(0, 1, 0.3), a_track(0, 2, 1.2), a_track(0, 3, 0.7))) == 1.2
    assert leading_evidence(()) == 0.0
    assert not is_latched(())
