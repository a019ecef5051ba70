from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.filters import smooth
from leakwatch.imaging.metal.ahead import Needle, find_ahead, find_needles, seen_needles
from leakwatch.imaging.metal.find import find_metal
from leakwatch.imaging.metal.uncovered import start_ground

from ..pictures import box, make_canvas, noise, texture

SHAPE = (160, 170)
CANVAS = make_canvas(rows=160, columns=170)
OPEN = np.ones(SHAPE, np.bool_)
SIGMA, HEIGHT = 0.02, 1.0
ANATOMY = 0.1 * texture(SHAPE, Pose(), CANVAS.pivot, 6, (20.0, 60.0))
MIDDLE = np.array([85.0, 80.0])


def rod(angle_deg: float, from_px: float, to_px: float, width: int = 5) -> np.ndarray:
    """A straight piece on a line through the middle; lengths are counted from there, + onwards."""
    along = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    mask = np.zeros(SHAPE, np.uint8)
    ends = [tuple(int(v) for v in np.rint(MIDDLE + along * s)) for s in (from_px, to_px)]
    cv2.line(mask, ends[0], ends[1], 1, width)
    return np.asarray(smooth(mask.astype(np.float32), 0.7) * HEIGHT)


def needles(angle_deg: float) -> tuple[Needle, ...]:
    """Those of a reference whose needle comes from outside and ends in the middle."""
    picture = (ANATOMY + rod(angle_deg, -150, 0) + noise(SHAPE, SIGMA, 7)).astype(np.float32)
    metal = find_metal(picture, OPEN, SIGMA, CANVAS)
    return find_needles(metal, start_ground(picture, metal, OPEN, CANVAS).height, OPEN, CANVAS)


def ahead(angle_deg: float, dark: np.ndarray) -> np.ndarray:
    return find_ahead(needles(angle_deg), (dark + noise(SHAPE, SIGMA, 8)).astype(np.float32), CANVAS)


@pytest.mark.parametrize("angle_deg", [0.0, 35.0, 90.0, 160.0, 250.0])
def test_a_needle_is_described(angle_deg: float) -> None:
    (needle,) = needles(angle_deg)
    along = (np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg)))
    assert needle.tip == pytest.approx(tuple(MIDDLE), abs=4.0)
    assert np.dot(needle.along, along) > 0.999
    assert 2 * needle.half_px == pytest.approx(5, abs=2.0)
    assert needle.height == pytest.approx(HEIGHT, rel=0.3)


@pytest.mark.parametrize("angle_deg", [0.0, 35.0, 90.0, 160.0, 250.0])
def test_what_it_covers_when_it_is_pushed_on_is_marked(angle_deg: float) -> None:
    pushed = rod(angle_deg, 0, 35)
    marked = ahead(angle_deg, pushed)
    core = pushed > 0.6 * HEIGHT
    assert marked[core].mean() > 0.9
    assert marked.sum() < 2.2 * (pushed > 0.1).sum()


def test_a_needle_that_rests_marks_nothing() -> None:
    assert not ahead(35.0, np.zeros(SHAPE)).any()


def test_cement_before_the_tip_is_not_metal() -> None:
    y, x = np.indices(SHAPE)
    bolus = 1.2 * HEIGHT * (np.hypot(x - 95, y - 80) < 14)
    assert not ahead(0.0, bolus).any()


def test_a_thin_leak_straight_ahead_is_not_metal() -> None:
    assert not ahead(0.0, 0.5 * rod(0.0, 0, 35)).any()


def test_a_leak_beside_the_line_is_not_marked() -> None:
    leak = 0.8 * HEIGHT * box(SHAPE, (95, 110), (90, 120))
    marked = ahead(0.0, rod(0.0, 0, 40) + leak)
    assert marked[78:83, 90:118].all()
    assert not marked[97:108, 92:118].any()


def test_a_round_piece_of_metal_is_no_needle() -> None:
    y, x = np.indices(SHAPE)
    picture = (ANATOMY + 2.0 * (np.hypot(x - 60, y - 60) < 8) + noise(SHAPE, SIGMA, 7)).astype(np.float32)
    metal = find_metal(picture, OPEN, SIGMA, CANVAS)
    assert metal.any()
    assert find_needles(metal, start_ground(picture, metal, OPEN, CANVAS).height, OPEN, CANVAS) == ()


def test_a_needle_is_told_by_tip_direction_and_radius_on_the_stored_frame() -> None:
    canvas = replace(CANVAS, origin=(12.0, -3.0), binning=2)
    (needle,) = seen_needles(needles(0.0), canvas)
    # canvas to working frame adds the origin; two stored pixels make a working one, centres at integers
    assert needle.tip_xy_px == pytest.approx(2 * (MIDDLE + canvas.origin) + 0.5, abs=4)
    assert needle.towards_tip == pytest.approx((1.0, 0.0), abs=0.05)
    # blur makes it up to a working pixel wider to each side, and never narrower
    assert 2 * 2.5 <= needle.radius_px <= 2 * 3.5


def test_no_needle_is_no_entry() -> None:
    assert seen_needles((), CANVAS) == ()
