from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.imaging.canvas import Pose, lay_on_canvas
from leakwatch.imaging.filters import band
from leakwatch.imaging.search import search_pose

from .pictures import box, make_canvas, noise, texture

CANVAS = make_canvas(origin=(30.0, 28.0), pivot=(84.0, 77.5))
FRAME = (158, 160)
BONE = box((CANVAS.rows, CANVAS.columns), (25, 76), (25, 86))


def coarse(pose: Pose) -> np.ndarray:
    return band(texture(FRAME, pose, CANVAS.pivot, 31, (8.0, 40.0)), 2.4)


TEMPLATE = lay_on_canvas(coarse(Pose()), CANVAS, Pose())


def miss_px(found: Pose, dx: float, dy: float) -> float:
    return max(abs(found.dx - dx), abs(found.dy - dy))


@settings(max_examples=25, deadline=None)
@given(st.floats(-24, 24), st.floats(-24, 24), st.floats(-3, 3))
def test_lost_bone_is_found_to_two_pixels(dx: float, dy: float, last: float) -> None:
    found = search_pose(coarse(Pose(dx, dy)), TEMPLATE, BONE, CANVAS, Pose(last, -last, 0.01), 30.0)
    assert miss_px(found, dx, dy) <= 2.0
    assert found.theta == 0.01


def test_noise_does_not_mislead() -> None:
    frame = band(texture(FRAME, Pose(20.0, -17.0), CANVAS.pivot, 31, (8.0, 40.0)) + noise(FRAME, 1.0, 4), 2.4)
    assert miss_px(search_pose(frame, TEMPLATE, BONE, CANVAS, Pose(), 30.0), 20.0, -17.0) <= 2.0


@pytest.mark.parametrize("radius", [0.0, 6.0, 11.0])
def test_it_looks_no_further_than_asked(radius: float) -> None:
    found = search_pose(coarse(Pose(20.0, -20.0)), TEMPLATE, BONE, CANVAS, Pose(), radius)
    assert miss_px(found, 0.0, 0.0) <= radius + 2.0


def test_needle_does_not_outweigh_the_bone() -> None:
    picture = texture(FRAME, Pose(-14.0, 10.0), CANVAS.pivot, 31, (8.0, 40.0))
    picture[10:80, 90:96] += 40.0
    found = search_pose(band(picture, 2.4), TEMPLATE, BONE, CANVAS, Pose(), 30.0)
    assert miss_px(found, -14.0, 10.0) <= 2.0


def test_window_may_reach_beyond_the_frame() -> None:
    found = search_pose(coarse(Pose(-30.0, -30.0)), TEMPLATE, BONE, CANVAS, Pose(), 60.0)
    assert miss_px(found, -30.0, -30.0) <= 2.0


def test_nothing_to_correlate_leaves_the_pose() -> None:
    last = Pose(3.0, 4.0, 0.1)
    few = box(BONE.shape, (0, 10), (0, 19))
    assert search_pose(coarse(Pose(9.0, 9.0)), TEMPLATE, few, CANVAS, last, 20.0) is last
