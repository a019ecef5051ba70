import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.nouns import Motion
from leakwatch.outline.move import AT_REST, move_polygon

BOX = np.array([[10.0, 10.0], [30.0, 10.0], [30.0, 20.0], [10.0, 20.0]])

motions = st.builds(Motion, st.floats(-50, 50), st.floats(-50, 50), st.floats(-180, 180), st.just(1.0))


def test_right_and_down_are_positive() -> None:
    moved = move_polygon(BOX, Motion(3.0, 4.0, 0.0, 1.0))
    assert np.allclose(moved, BOX + np.array([3.0, 4.0]))


def test_positive_rotation_is_clockwise_as_seen() -> None:
    moved = move_polygon(BOX, Motion(0.0, 0.0, 90.0, 1.0))
    # The point to the right of the centre comes to lie below it (y points down).
    assert np.allclose(moved[1:3].mean(axis=0), [20.0, 25.0])


@given(motions)
def test_the_centre_moves_by_the_displacement(motion: Motion) -> None:
    moved = move_polygon(BOX, motion)
    assert np.allclose(moved.mean(axis=0), BOX.mean(axis=0) + np.array([motion.dx_px, motion.dy_px]))


@given(motions)
def test_on_the_frame_it_was_drawn_on_it_lies_as_drawn(motion: Motion) -> None:
    assert np.allclose(move_polygon(BOX, motion, drawn=motion), BOX)


@given(motions, motions)
def test_drawn_later_or_carried_there_is_the_same(drawn: Motion, now: Motion) -> None:
    as_drawn_later = move_polygon(BOX, drawn)
    assert np.allclose(
        move_polygon(as_drawn_later, now, drawn=drawn), move_polygon(BOX, now, drawn=AT_REST), atol=1e-6
    )


def test_a_region_turns_about_its_bone() -> None:
    region = BOX + np.array([20.0, 0.0])
    half_turn = Motion(0.0, 0.0, 180.0, 1.0)
    moved = move_polygon(region, half_turn, centre_xy_px=BOX.mean(axis=0))
    assert np.allclose(moved.mean(axis=0), BOX.mean(axis=0) - [20.0, 0.0])
