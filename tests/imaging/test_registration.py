from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.imaging.canvas import Pose, lay_on_canvas, working_from_canvas
from leakwatch.imaging.filters import band
from leakwatch.imaging.registration import Target, prepare_target, refine_pose, sample

from .pictures import box, make_canvas, noise, texture

CANVAS = make_canvas()
FRAME = (130, 140)
DETAIL_PX = 1.2
BONE = box((CANVAS.rows, CANVAS.columns), (25, 75), (25, 85))


def bands_of(picture: np.ndarray) -> tuple[np.ndarray]:
    return (band(picture, DETAIL_PX),)


def bone(pose: Pose) -> np.ndarray:
    return texture(FRAME, pose, CANVAS.pivot, 21)


def target(weight: np.ndarray) -> Target:
    template = lay_on_canvas(bands_of(bone(Pose()))[0], CANVAS, Pose())
    ready = prepare_target((template,), (weight.astype(np.float32),), CANVAS)
    assert ready is not None
    return ready


def largest_error_px(found: Pose, true: Pose) -> float:
    """At the corners of the bone: displacement and rotation in one number."""
    corners = np.array([[25.0, 25], [84, 25], [84, 74], [25, 74]])
    places = [
        corners @ matrix[:, :2].T + matrix[:, 2]
        for matrix in (working_from_canvas(CANVAS, pose) for pose in (found, true))
    ]
    return float(np.hypot(*(places[0] - places[1]).T).max())


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 2), st.floats(0, 2 * np.pi), st.floats(-0.03, 0.03))
def test_known_displacement_is_found(far: float, angle: float, theta: float) -> None:
    pose = Pose(far * np.cos(angle), far * np.sin(angle), theta)
    found, agreement = refine_pose(bands_of(bone(pose)), target(BONE), CANVAS, Pose())
    assert largest_error_px(found, pose) < 0.05
    assert agreement > 0.97


def test_start_does_not_matter_within_reach() -> None:
    true = Pose(14.3, -9.6, 0.02)
    found, _ = refine_pose(bands_of(bone(true)), target(BONE), CANVAS, Pose(13.0, -8.5, 0.0))
    assert largest_error_px(found, true) < 0.05


@pytest.mark.parametrize("gain", [0.6, 1.4])
def test_contrast_does_not_matter(gain: float) -> None:
    true = Pose(1.2, -0.7, 0.01)
    moved = np.float32(gain) * bone(true) + np.float32(3.0)
    found, agreement = refine_pose(bands_of(moved), target(BONE), CANVAS, Pose())
    assert largest_error_px(found, true) < 0.05
    assert agreement > 0.97


def test_standing_needle_without_weight_does_not_hold_the_bone() -> None:
    true = Pose(1.4, -1.1, 0.0)
    needle = box(FRAME, (0, 70), (60, 66))
    dense = np.where(needle, 30.0, 0).astype(np.float32)
    template = lay_on_canvas(bands_of(bone(Pose()) + dense)[0], CANVAS, Pose())
    # band-passing smears the needle by some pixels, and the bone moves under it by two more
    clear = BONE & ~box(BONE.shape, (0, 80), (35, 67))
    ready = prepare_target((template,), (clear.astype(np.float32),), CANVAS)
    assert ready is not None
    found, _ = refine_pose(bands_of(bone(true) + dense), ready, CANVAS, Pose())
    assert largest_error_px(found, true) < 0.05


def test_weight_decides_between_two_motions() -> None:
    true = Pose(1.5, 0.5, 0.0)
    other = texture(FRAME, Pose(-1.5, -1.0), CANVAS.pivot, 21)
    left = np.indices(FRAME)[1] < 66
    picture = np.where(left, bone(true), other).astype(np.float32)
    on_left = np.indices(BONE.shape)[1] < 66 - CANVAS.origin[0]
    weight = np.where(on_left, 1.0, 1e-4) * BONE
    found, _ = refine_pose(bands_of(picture), target(weight), CANVAS, Pose())
    assert np.hypot(found.dx - 1.5, found.dy - 0.5) < 0.1


def test_noise_leaves_the_displacement_and_lowers_agreement() -> None:
    true = Pose(-0.8, 1.3, -0.01)
    found, agreement = refine_pose(bands_of(bone(true) + noise(FRAME, 0.5, 2)), target(BONE), CANVAS, Pose())
    assert largest_error_px(found, true) < 0.15
    assert 0.9 < agreement < 0.995
    assert refine_pose(bands_of(bone(true)), target(BONE), CANVAS, Pose())[1] > 0.999


def test_another_picture_does_not_agree() -> None:
    other = texture(FRAME, Pose(), CANVAS.pivot, 99)
    _, agreement = refine_pose(bands_of(other), target(BONE), CANVAS, Pose())
    assert agreement < 0.5


def test_too_little_bone_is_no_target() -> None:
    template = (np.ones((60, 60), np.float32),)
    few = box((60, 60), (0, 10), (0, 19))
    enough = box((60, 60), (0, 10), (0, 20))
    assert prepare_target(template, (few.astype(np.float32),), CANVAS) is None
    assert prepare_target(template, (enough.astype(np.float32),), CANVAS) is not None


def test_jacobian_is_the_change_with_the_pose() -> None:
    picture = bands_of(texture(FRAME, Pose(), CANVAS.pivot, 5, (16.0, 30.0)))[0]
    ready = prepare_target((lay_on_canvas(picture, CANVAS, Pose()),), (BONE.astype(np.float32),), CANVAS)
    assert ready is not None
    steps = (Pose(dx=0.5), Pose(dy=0.5), Pose(theta=0.01))
    sizes = (0.5, 0.5, 0.01)
    for column, (pose, size) in enumerate(zip(steps, sizes, strict=True)):
        back = Pose(-pose.dx, -pose.dy, -pose.theta)
        change = (sample(picture, ready, CANVAS, pose) - sample(picture, ready, CANVAS, back)) / (2 * size)
        expected = ready.jacobian[0, :, column]
        assert np.corrcoef(change, expected)[0, 1] > 0.99
        assert np.std(expected) == pytest.approx(np.std(change), rel=0.1)
