"""Two motions joined are one motion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.imaging.session import after
from leakwatch.nouns import Motion
from leakwatch.outline.move import move_polygon

PLACE = st.floats(-50, 300)
SHIFT = st.floats(-20, 20)
TURN = st.floats(-10, 10)
MOTIONS = st.builds(Motion, SHIFT, SHIFT, TURN, st.floats(0, 1), st.tuples(PLACE, PLACE))


def moved(points: np.ndarray, motion: Motion) -> np.ndarray:
    return move_polygon(points, motion, centre_xy_px=np.array(motion.pivot_xy_px))


@given(MOTIONS, MOTIONS)
def test_joined_motions_move_as_one_after_the_other(first: Motion, then: Motion) -> None:
    points = np.array([[0.0, 0.0], [120.0, 40.0], [33.0, 250.0]])
    np.testing.assert_allclose(
        moved(points, after(first, then)), moved(moved(points, first), then), atol=1e-8
    )
    assert after(first, then).quality == then.quality


@given(MOTIONS, MOTIONS, MOTIONS)
def test_all_frames_after_turn_about_one_point(first: Motion, then: Motion, later: Motion) -> None:
    later = Motion(later.dx_px, later.dy_px, later.rotation_deg, 1.0, then.pivot_xy_px)
    assert after(first, then).pivot_xy_px == after(first, later).pivot_xy_px


def test_a_motion_about_nothing_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="pivot"):
        after(Motion(1.0, 0.0, 0.0, 1.0), Motion(1.0, 0.0, 0.0, 1.0, (0.0, 0.0)))
