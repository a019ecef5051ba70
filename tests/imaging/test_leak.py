from __future__ import annotations

import numpy as np
import pytest

from leakwatch.config.imaging import LeakConfig
from leakwatch.imaging.leak import Spread, distance_outside, find_spreads, without_filling

from .pictures import box, make_canvas

SHAPE = (60, 80)
CANVAS = make_canvas(rows=60, columns=80)  # 0.5 mm
BONE = box(SHAPE, (10, 50), (10, 40))
# 1.5 pixels of outline error
LEAK = LeakConfig(outline_error_mm=0.75)


def spreads_of(cement: np.ndarray) -> tuple[Spread, ...]:
    return find_spreads(cement, distance_outside(BONE), CANVAS, LEAK)[1]


def test_distance_is_counted_from_the_outline_in_pixels() -> None:
    distance = distance_outside(BONE)
    assert not distance[BONE].any()
    np.testing.assert_allclose(distance[30, 40:50], np.arange(1, 11), rtol=0.01)
    assert distance[9, 40] == pytest.approx(np.sqrt(2), rel=0.05)


def test_cement_in_the_bone_is_no_leak() -> None:
    parts, spreads = find_spreads(BONE, distance_outside(BONE), CANVAS, LEAK)
    assert spreads == ()
    assert not parts.any()


def test_cement_within_the_outlines_error_says_nothing() -> None:
    (spread,) = spreads_of(box(SHAPE, (20, 40), (35, 41)))
    assert (spread.beyond_px, spread.area_px) == (0, 20)


@pytest.mark.parametrize("rows", [3, 6, 12])
def test_what_lies_beyond_the_error_is_counted(rows: int) -> None:
    # columns 40, 41, 42 are 1, 2 and 3 pixels away: two of them count
    (spread,) = spreads_of(box(SHAPE, (20, 20 + rows), (30, 43)))
    assert spread.beyond_px == 2 * rows
    assert spread.area_px == 3 * rows
    assert spread.centroid == pytest.approx((41.0, 20 + (rows - 1) / 2))


def test_all_of_a_piece_apart_from_the_bone_lies_beyond() -> None:
    (spread,) = spreads_of(box(SHAPE, (20, 30), (48, 53)))
    assert spread.beyond_px == spread.area_px == 50


def test_two_ways_out_are_two_spreads() -> None:
    cement = box(SHAPE, (20, 24), (5, 46)) | box(SHAPE, (40, 55), (20, 22))
    parts, spreads = find_spreads(cement, distance_outside(BONE), CANVAS, LEAK)
    assert [spread.part for spread in spreads] == [1, 2, 3]
    assert sum(spread.area_px for spread in spreads) == int((cement & ~BONE).sum())
    for spread in spreads:
        column, row = (round(value) for value in spread.centroid)
        assert parts[row, column] == spread.part
        assert int((parts == spread.part).sum()) == spread.area_px
    np.testing.assert_array_equal(parts > 0, cement & ~BONE)


NEEDLE = box(SHAPE, (28, 34), (30, 80))


def left_of(cement: np.ndarray) -> np.ndarray:
    return without_filling(cement, NEEDLE, distance_outside(BONE))


def test_a_cannula_that_fills_is_no_leak() -> None:
    lumen = box(SHAPE, (29, 33), (30, 70))
    np.testing.assert_array_equal(left_of(lumen), lumen & BONE)


def test_noise_at_the_rim_of_a_full_cannula_is_no_leak() -> None:
    lumen = box(SHAPE, (29, 33), (30, 70))
    frayed = lumen | box(SHAPE, (26, 29), (50, 54))
    np.testing.assert_array_equal(left_of(frayed), lumen & BONE)


def test_a_sleeve_round_the_needle_is_a_leak() -> None:
    sleeve = box(SHAPE, (25, 37), (38, 60))
    np.testing.assert_array_equal(left_of(sleeve), sleeve)


def test_a_leak_elsewhere_is_kept_while_a_cannula_fills() -> None:
    lumen, leak = box(SHAPE, (29, 33), (30, 70)), box(SHAPE, (45, 50), (38, 48))
    np.testing.assert_array_equal(left_of(lumen | leak), lumen & BONE | leak)


def test_without_metal_nothing_is_taken_away() -> None:
    cement = box(SHAPE, (29, 33), (30, 70))
    nothing = np.zeros(SHAPE, bool)
    np.testing.assert_array_equal(without_filling(cement, nothing, distance_outside(BONE)), cement)
