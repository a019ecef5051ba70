from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from leakwatch.imaging.compartment.place import Place, place_of
from leakwatch.imaging.metal.ahead import Needle

from ..pictures import box, make_canvas

CANVAS = make_canvas()  # 0.5 mm
SHAPE = (CANVAS.rows, CANVAS.columns)
BONE = box(SHAPE, (30, 70), (35, 75))
UP = box(SHAPE, (20, 28), (45, 65))
DOWN = box(SHAPE, (72, 80), (45, 65))
LEFT = box(SHAPE, (45, 55), (25, 33))
RIGHT = box(SHAPE, (45, 55), (77, 85))


def placed(leak: NDArray[np.bool_], across: float = 1.0, *needles: Needle) -> Place:
    place = place_of(leak, BONE, across, needles, CANVAS)
    assert place is not None
    return place


def sides(place: Place) -> tuple[float, float, float, float]:
    return place.above, place.below, place.near, place.far


@pytest.mark.parametrize(
    ("leak", "expected"),
    [(UP, (1, 0, 0, 0)), (DOWN, (0, 1, 0, 0)), (LEFT, (0, 0, 1, 0)), (RIGHT, (0, 0, 0, 1))],
)
def test_each_side_is_told(leak: NDArray[np.bool_], expected: tuple[float, ...]) -> None:
    assert sides(placed(leak)) == expected
    # the other way across, near and far change places, head and foot do not
    swapped = (expected[0], expected[1], expected[3], expected[2])
    assert sides(placed(leak, -1.0)) == swapped


def test_past_a_wall_it_is_beside_however_high() -> None:
    corner = box(SHAPE, (15, 25), (78, 88))
    assert sides(placed(corner)) == (0, 0, 0, 1)
    assert placed(corner).height > 1


def test_in_a_hollow_of_the_contour_the_nearer_side_counts() -> None:
    hollow = BONE & ~box(SHAPE, (42, 58), (70, 75))
    leak = box(SHAPE, (45, 55), (71, 75))
    place = place_of(leak, hollow, 1.0, (), CANVAS)
    assert place is not None
    assert sides(place) == (0, 0, 0, 1)


def test_lengths_are_in_millimetres() -> None:
    place = placed(RIGHT)
    assert place.area_mm2 == pytest.approx(80 * 0.25)
    assert place.gap_mm == pytest.approx(3 * 0.5, abs=0.1)
    assert place.length_mm == pytest.approx(10 * 0.5)
    assert place.thickness_mm == pytest.approx(8 * 0.5, abs=0.6)
    assert place.height == pytest.approx(0.0, abs=0.05)
    assert placed(UP).width == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("tilt_deg", [-25.0, -10.0, 10.0, 25.0])
def test_sides_turn_with_the_bone(tilt_deg: float) -> None:
    turn = cv2.getRotationMatrix2D((54.5, 49.5), tilt_deg, 1.0)

    def turned(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(cv2.warpAffine(mask.astype(np.uint8), turn, SHAPE[::-1]), np.bool_)

    flat = BONE & ~box(SHAPE, (30, 36), (35, 75))  # not square, so that its box has one tilt
    for leak, side in ((box(SHAPE, (26, 34), (45, 65)), 0), (DOWN, 1), (LEFT, 2), (RIGHT, 3)):
        place = place_of(turned(leak), turned(flat), 1.0, (), CANVAS)
        assert place is not None
        assert sides(place)[side] > 0.9


def test_bone_on_its_corner_has_no_head_side() -> None:
    turn = cv2.getRotationMatrix2D((54.5, 49.5), 42.0, 1.0)
    tilted = np.asarray(cv2.warpAffine(BONE.astype(np.uint8), turn, SHAPE[::-1]), np.bool_)
    assert place_of(RIGHT, tilted, 1.0, (), CANVAS) is None


def test_needle_line_counts_behind_the_tip_only() -> None:
    inwards = Needle((60.0, 50.0), (-1.0, 0.0), 2.0, 1.0)
    assert placed(RIGHT, 1.0, inwards).on_needle == 1.0
    assert placed(LEFT, 1.0, inwards).on_needle == 0.0
    assert placed(UP, 1.0, inwards).on_needle == 0.0
    assert placed(RIGHT).on_needle == 0.0
