from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leakwatch.config.imaging import LeakConfig
from leakwatch.imaging.leak import distance_outside, find_spreads
from leakwatch.imaging.tracks import Piece, Track, follow

from .pictures import box, make_canvas

SHAPE = (60, 80)
CANVAS = make_canvas(rows=60, columns=80)  # 0.5 mm, so that tracks reach 2 pixels
OUTSIDE_PX = distance_outside(box(SHAPE, (0, 60), (0, 20)))


def advance(
    tracks: tuple[Track, ...], cement: np.ndarray, frame: int, next_id: int
) -> tuple[tuple[Track, ...], int]:
    parts, spreads = find_spreads(cement, OUTSIDE_PX, CANVAS, LeakConfig())
    return follow(tracks, parts, spreads, frame, frame / 7.5, next_id, CANVAS)


def piece(row: int, column: int, rows: int = 6, columns: int = 6) -> np.ndarray:
    return box(SHAPE, (row, row + rows), (column, column + columns))


def a_track(number: int, mask: np.ndarray, evidence: float = 0.0, alarm: int | None = None) -> Track:
    return Track(
        number,
        mask,
        True,
        0.0,
        evidence=evidence,
        peak=evidence,
        alarm_frame=alarm,
        alarm_evidence=evidence if alarm else 0.0,
        history=(Piece(0, 1, (0.0, 0.0)),),
    )


def test_every_piece_begins_a_track() -> None:
    tracks, next_id = advance((), piece(10, 21) | piece(40, 21), 7, 3)
    assert ([track.id for track in tracks], next_id) == ([3, 4], 5)
    assert tracks[0].history == (Piece(7, 36, (23.5, 12.5)),)
    np.testing.assert_array_equal(tracks[1].footprint, piece(40, 21))
    assert [(track.seen, track.born_s) for track in tracks] == [(True, 7 / 7.5)] * 2
    # what has not been measured says nothing
    assert [(track.score, track.evidence, track.traits) for track in tracks] == [(0.0, 0.0, None)] * 2
    assert all(np.isnan(track.born_reach_mm) for track in tracks)


def test_piece_within_the_outlines_error_is_followed_and_not_seen() -> None:
    # column 20 is one pixel from the bone, and the error is 1.5
    tracks, _ = advance((), piece(10, 20, 6, 1), 0, 1)
    assert [(track.seen, track.history[0].area_px) for track in tracks] == [(False, 6)]
    tracks, _ = advance(tracks, piece(10, 20, 6, 2), 1, 2)
    assert [(track.id, track.seen) for track in tracks] == [(1, True)]


def test_growing_piece_stays_one_track() -> None:
    tracks, next_id = advance((), piece(10, 21), 0, 1)
    tracks = (replace(tracks[0], evidence=0.9, peak=1.2),)
    for frame, columns in enumerate((8, 12, 20), start=1):
        tracks, next_id = advance(tracks, piece(10, 21, 6, columns), frame, next_id)
    assert ([track.id for track in tracks], next_id) == ([1], 2)
    assert [p.area_px for p in tracks[0].history] == [36, 48, 72, 120]
    assert [p.frame for p in tracks[0].history] == [0, 1, 2, 3]
    assert (tracks[0].evidence, tracks[0].peak, tracks[0].born_s) == (0.9, 1.2, 0.0)


@pytest.mark.parametrize(("gap", "same"), [(2, True), (3, False)])
def test_track_reaches_a_millimetre(gap: int, same: bool) -> None:
    # the footprint ends at row 15
    tracks, next_id = advance((a_track(1, piece(10, 30)),), piece(15 + gap, 30), 1, 2)
    assert next_id == (2 if same else 3)
    assert len(tracks) == (1 if same else 2)


def test_older_track_takes_the_younger_one_and_its_evidence() -> None:
    tracks = (a_track(1, piece(10, 30), 0.4), a_track(2, piece(20, 30), 1.1))
    merged, next_id = advance(tracks, piece(10, 30, 16, 6), 5, 3)
    assert ([track.id for track in merged], next_id) == ([1], 3)
    assert (merged[0].evidence, merged[0].peak) == (1.1, 1.1)
    assert merged[0].history[-1].area_px == 96


def test_track_in_alarm_takes_the_older_one() -> None:
    tracks = (a_track(1, piece(10, 30), 0.4), a_track(2, piece(20, 30), 2.0, alarm=3))
    merged, _ = advance(tracks, piece(10, 30, 16, 6), 5, 3)
    assert [(track.id, track.alarm_frame, track.evidence, track.alarm_evidence) for track in merged] == [
        (2, 3, 2.0, 2.0)
    ]


def test_two_tracks_in_alarm_stay_two() -> None:
    tracks = (a_track(1, piece(10, 30), 2.0, alarm=2), a_track(2, piece(20, 30), 2.0, alarm=3))
    after, _ = advance(tracks, piece(10, 30, 16, 6), 5, 3)
    assert [(track.id, track.alarm_frame) for track in after] == [(1, 2), (2, 3)]
    assert after[0].seen
    assert (after[1].seen, after[1].history) == (False, tracks[1].history)


def test_chain_of_merging_tracks_becomes_the_oldest() -> None:
    tracks = tuple(a_track(k, piece(5 + 10 * k, 30), 0.1 * k) for k in (1, 2, 3))
    # the upper piece touches 2 and 3, the lower 1 and 2
    upper, lower = piece(28, 30, 13, 2), piece(15, 34, 13, 2)
    merged, next_id = advance(tracks, upper | lower, 5, 4)
    assert ([track.id for track in merged], next_id) == ([1], 4)
    assert merged[0].evidence == pytest.approx(0.3)
    np.testing.assert_array_equal(merged[0].footprint, upper | lower)


def test_split_leak_is_still_one() -> None:
    whole = (a_track(1, piece(10, 30, 20, 6), 1.0),)
    split, next_id = advance(whole, piece(10, 30) | piece(24, 30, 6, 3), 4, 2)
    assert ([track.id for track in split], next_id) == ([1], 2)
    assert split[0].history[-1].area_px == 54
    # mean of the pieces' centres weighted with their areas 36 and 18
    assert split[0].history[-1].centroid == pytest.approx(((2 * 32.5 + 31.0) / 3, (2 * 12.5 + 26.5) / 3))
    np.testing.assert_array_equal(split[0].footprint, piece(10, 30) | piece(24, 30, 6, 3))


def test_track_that_is_not_seen_waits_in_its_place() -> None:
    tracks = (replace(a_track(1, piece(10, 30), 0.8), score=1.3),)
    waiting, next_id = advance(tracks, np.zeros(SHAPE, np.bool_), 4, 2)
    assert (waiting[0].seen, waiting[0].score, waiting[0].evidence, next_id) == (False, 0.0, 0.8, 2)
    assert waiting[0].footprint is tracks[0].footprint
    assert waiting[0].history == tracks[0].history
    back, next_id = advance(waiting, piece(11, 30), 6, next_id)
    assert (back[0].id, back[0].seen, back[0].born_s, next_id) == (1, True, 0.0, 2)


def test_alarm_is_not_lost_when_leaks_merge_in_a_chain() -> None:
    tracks = (
        a_track(1, piece(40, 30), 0.2),
        a_track(2, piece(10, 30), 2.0, alarm=3),
        a_track(3, piece(20, 30, 16, 6), 0.2),
    )
    # one piece joins 3 to the leak in alarm, another joins it to the older one
    after, _ = advance(tracks, piece(12, 30, 10, 6) | piece(34, 30, 10, 6), 5, 4)
    assert [track.id for track in after if track.alarm_frame == 3] == [2]
