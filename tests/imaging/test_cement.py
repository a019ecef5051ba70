from __future__ import annotations

import numpy as np
import pytest

from leakwatch.config.imaging import CementConfig
from leakwatch.imaging.cement import (
    keep_components,
    levels_agreed,
    levels_alone,
    seed_evidence,
    segment_by_odds,
    segment_cement,
)
from leakwatch.imaging.leak import distance_outside

from .pictures import box, make_canvas

SHAPE = (60, 80)
CANVAS = make_canvas(rows=60, columns=80)
NONE = np.zeros(SHAPE, np.bool_)
ALL = np.ones(SHAPE, np.bool_)
BONE = box(SHAPE, (10, 50), (10, 40))
INSIDE = box(SHAPE, (20, 26), (20, 28))
# 4 mm are 8 pixels: columns 40 to 47
OUTSIDE, DETACHED = box(SHAPE, (20, 26), (40, 48)), box(SHAPE, (20, 26), (60, 68))
CONFIG = CementConfig(
    seed_sigma=6.0,
    outside_seed_sigma=8.0,
    detached_seed_sigma=12.0,
    contact_mm=4.0,
    grow_sigma=3.5,
    keep_sigma=2.1,
    min_area_mm2=2.0,
)

OUTSIDE_PX = distance_outside(BONE)
NEEDED = seed_evidence(OUTSIDE_PX, CANVAS, CONFIG)
ALONE = levels_alone(OUTSIDE_PX, CANVAS, CONFIG)


def evidence(*pieces: tuple[np.ndarray, float]) -> np.ndarray:
    z = np.zeros(SHAPE, np.float32)
    for mask, value in pieces:
        z[mask] = value
    return z


def segment(
    z: np.ndarray, before: np.ndarray = NONE, metal: np.ndarray = NONE, searched: np.ndarray = ALL
) -> np.ndarray:
    return segment_cement(z, before, ALONE, metal, searched, CANVAS, CONFIG)


@pytest.mark.parametrize(
    ("place", "peak", "kept"),
    [
        (INSIDE, 6.1, True),
        (INSIDE, 5.9, False),
        (OUTSIDE, 8.1, True),
        (OUTSIDE, 7.9, False),
        (DETACHED, 12.1, True),
        (DETACHED, 11.9, False),
    ],
)
def test_one_strong_pixel_starts_a_piece(place: np.ndarray, peak: float, kept: bool) -> None:
    z = evidence((place, 3.6))
    rows, columns = np.nonzero(place)
    z[rows[7], columns[7]] = peak
    np.testing.assert_array_equal(segment(z), place if kept else NONE)


def test_piece_holds_what_is_connected_and_strong_enough() -> None:
    weak, apart = box(SHAPE, (20, 26), (28, 31)), box(SHAPE, (40, 44), (20, 28))
    diagonal = box(SHAPE, (26, 29), (28, 31))
    z = evidence((INSIDE, 9.0), (weak, 3.4), (apart, 5.0), (diagonal, 3.6))
    np.testing.assert_array_equal(segment(z), INSIDE | diagonal)


def test_what_was_cement_stays_with_less_evidence() -> None:
    np.testing.assert_array_equal(segment(evidence((INSIDE, 2.2)), before=INSIDE), INSIDE)
    assert not segment(evidence((INSIDE, 2.0)), before=INSIDE).any()
    assert not segment(evidence((INSIDE, 2.2))).any()


def test_seed_in_the_metal_is_none() -> None:
    z = evidence((INSIDE, 3.6))
    z[22, 22] = 50.0
    assert not segment(z, metal=box(SHAPE, (0, 60), (20, 24))).any()
    assert segment(z).any()


def test_cement_runs_on_behind_the_needle() -> None:
    needle = box(SHAPE, (0, 60), (24, 30))
    z = evidence((box(SHAPE, (20, 28), (16, 24)), 9.0), (box(SHAPE, (20, 28), (30, 38)), 9.0))
    found = segment(z, metal=needle)
    assert found[22:26, 16:38].all()
    assert not found[:18].any()
    assert not found[30:].any()


def test_cement_beside_the_needle_does_not_run_behind_it() -> None:
    needle, beside = box(SHAPE, (0, 60), (24, 30)), box(SHAPE, (20, 28), (16, 24))
    np.testing.assert_array_equal(segment(evidence((beside, 9.0)), metal=needle), beside)


def test_gap_without_a_needle_stays_open() -> None:
    both = box(SHAPE, (20, 28), (16, 24)) | box(SHAPE, (20, 28), (28, 36))
    np.testing.assert_array_equal(segment(evidence((both, 9.0))), both)


def test_nothing_is_found_where_nothing_is_searched() -> None:
    searched = box(SHAPE, (0, 60), (0, 24))
    np.testing.assert_array_equal(segment(evidence((INSIDE, 9.0)), searched=searched), INSIDE & searched)


def test_brightening_is_no_cement() -> None:
    assert not segment(evidence((INSIDE, -50.0)), before=INSIDE).any()


def test_speck_is_no_cement() -> None:
    # 2 mm2 are 8 pixels of 0.25 mm2
    assert not segment(evidence((box(SHAPE, (20, 21), (20, 27)), 50.0))).any()
    assert segment(evidence((box(SHAPE, (20, 21), (20, 28)), 50.0))).sum() == 8


def test_components_are_kept_whole_or_not_at_all() -> None:
    mask = INSIDE | DETACHED
    seeds = box(SHAPE, (20, 21), (20, 21)) | box(SHAPE, (0, 1), (0, 1))
    np.testing.assert_array_equal(keep_components(mask, seeds, 1.0), INSIDE)
    assert not keep_components(mask, seeds, INSIDE.sum() + 1).any()
    assert not keep_components(mask, NONE, 0.0).any()


def test_evidence_needed_grows_away_from_the_bone() -> None:
    np.testing.assert_array_equal(NEEDED[30, 38:50], [6, 6, 8, 8, 8, 8, 8, 8, 8, 8, 12, 12])
    # without an outline all is inside
    assert set(np.unique(seed_evidence(np.zeros(SHAPE, np.float32), CANVAS, CONFIG))) == {6.0}


@pytest.mark.parametrize(
    ("place", "z", "odds", "kept"),
    [
        (OUTSIDE, 3.6, 0.6, True),
        (DETACHED, 3.6, 0.6, True),
        (OUTSIDE, 3.4, 0.6, False),  # the network alone finds nothing
        (OUTSIDE, 3.6, 0.4, False),
        (INSIDE, 3.6, 0.6, False),  # in the bone the levels stay
    ],
)
def test_less_evidence_does_where_the_network_agrees(
    place: np.ndarray, z: float, odds: float, kept: bool
) -> None:
    levels = levels_agreed(ALONE, evidence((place, odds)), OUTSIDE_PX, CONFIG)
    found = segment_cement(evidence((place, z)), NONE, levels, NONE, ALL, CANVAS, CONFIG)
    np.testing.assert_array_equal(found, place if kept else NONE)


def test_what_the_network_agrees_to_holds_together_at_the_lower_level() -> None:
    core = box(SHAPE, (22, 24), (43, 45))
    z = evidence((OUTSIDE, 2.2), (core, 3.6))
    agreed = levels_agreed(ALONE, evidence((OUTSIDE, -0.2), (core, 0.6)), OUTSIDE_PX, CONFIG)
    np.testing.assert_array_equal(segment_cement(z, NONE, agreed, NONE, ALL, CANVAS, CONFIG), OUTSIDE)
    apart = levels_agreed(ALONE, evidence((OUTSIDE, -0.4), (core, 0.6)), OUTSIDE_PX, CONFIG)
    assert not segment_cement(z, NONE, apart, NONE, ALL, CANVAS, CONFIG).any()  # the core is too small


def test_no_agreement_raises_a_level() -> None:
    odds = np.random.default_rng(1).normal(0, 2, SHAPE).astype(np.float32)
    levels = levels_agreed(ALONE, odds, OUTSIDE_PX, CONFIG)
    assert np.all(levels.seed <= ALONE.seed)
    assert np.all(levels.grow <= ALONE.grow)
    np.testing.assert_array_equal(levels.seed[BONE], ALONE.seed[BONE])
    np.testing.assert_array_equal(levels.grow[BONE], ALONE.grow[BONE])


LEARNED = CementConfig(seed_log_odds=0.5, grow_log_odds=-0.3, keep_log_odds=-1.0, min_area_mm2=2.0)


def by_odds(
    odds: np.ndarray,
    z: np.ndarray | None = None,
    before: np.ndarray = NONE,
    known: np.ndarray = NONE,
    searched: np.ndarray = ALL,
) -> np.ndarray:
    nothing = np.zeros(SHAPE, np.float32)
    return segment_by_odds(odds, nothing if z is None else z, before, known, NONE, searched, CANVAS, LEARNED)


def unlikely(*pieces: tuple[np.ndarray, float]) -> np.ndarray:
    return np.where(evidence(*((mask, 1.0) for mask, _ in pieces)) > 0, 0, -8) + evidence(*pieces)


@pytest.mark.parametrize("place", [INSIDE, OUTSIDE, DETACHED])
@pytest.mark.parametrize(("peak", "kept"), [(0.6, True), (0.4, False)])
def test_likely_pixels_start_a_piece_wherever_it_is(place: np.ndarray, peak: float, kept: bool) -> None:
    odds = unlikely((place, -0.2))
    rows, columns = np.nonzero(place)
    odds[rows[7], columns[7]] = peak
    np.testing.assert_array_equal(by_odds(odds), place if kept else NONE)


def test_what_was_cement_is_kept_at_lower_odds() -> None:
    odds = unlikely((INSIDE, -0.9))
    assert not by_odds(odds).any()
    np.testing.assert_array_equal(by_odds(odds, before=INSIDE), INSIDE)
    assert not by_odds(unlikely((INSIDE, -1.1)), before=INSIDE).any()


def test_known_cement_stays_while_its_place_is_dark_whatever_the_odds() -> None:
    odds = unlikely((INSIDE, -5.0))
    dark = evidence((INSIDE, 6.5))
    np.testing.assert_array_equal(by_odds(odds, dark, before=INSIDE, known=INSIDE), INSIDE)
    assert not by_odds(odds, evidence((INSIDE, 5.5)), before=INSIDE, known=INSIDE).any()
    # what was only a candidate does not
    assert not by_odds(odds, dark, before=INSIDE).any()
    assert not by_odds(odds, dark, before=INSIDE, known=INSIDE, searched=NONE).any()
