from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from leakwatch.config.imaging import MotionConfig
from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.motion import MotionState, Tracking, split_bands, start_motion, track

from .pictures import box, make_canvas, noise, texture

CANVAS = make_canvas(origin=(30.0, 28.0), pivot=(84.0, 77.5))
FRAME = (158, 160)
BONE = box((CANVAS.rows, CANVAS.columns), (25, 76), (25, 86))
CONFIG = MotionConfig()
INTERVAL_S = 1 / 7.5
SIGMA = 0.2


def bone(pose: Pose, seed: int) -> np.ndarray:
    return texture(FRAME, pose, CANVAS.pivot, 41, (6.0, 24.0)) + noise(FRAME, SIGMA, seed)


def begin(picture: np.ndarray) -> MotionState:
    return start_motion(split_bands(picture, CANVAS, CONFIG), CANVAS, SIGMA, 0.0)


def advance(
    state: MotionState,
    picture: np.ndarray,
    time_s: float,
    config: MotionConfig = CONFIG,
    usable: object = BONE,
) -> tuple[MotionState, Tracking]:
    bands = split_bands(picture, CANVAS, config)
    return track(state, bands, np.asarray(usable), CANVAS, SIGMA, time_s, config)


def follow(
    pictures: Sequence[np.ndarray], config: MotionConfig = CONFIG
) -> tuple[list[MotionState], list[Tracking]]:
    """States and results of every picture after the first, at 7.5 frames/s."""
    states, results = [begin(pictures[0])], []
    for index, picture in enumerate(pictures[1:], start=1):
        state, result = advance(states[-1], picture, index * INTERVAL_S, config)
        states.append(state)
        results.append(result)
    return states, results


def breathing(count: int) -> list[Pose]:
    phase = np.arange(count) * INTERVAL_S / 4.0 * 2 * np.pi
    return [Pose(1.5 * np.sin(p), 4.0 * (1 - np.cos(p)) / 2, 0.01 * np.sin(p)) for p in phase]


def miss_px(result: Tracking, pose: Pose) -> float:
    return float(np.hypot(result.pose.dx - pose.dx, result.pose.dy - pose.dy))


def test_breathing_bone_is_followed_and_is_steady() -> None:
    poses = breathing(20)
    _, results = follow([bone(pose, k) for k, pose in enumerate(poses)])
    assert max(miss_px(r, p) for r, p in zip(results, poses[1:], strict=True)) < 0.1
    assert max(abs(r.pose.theta - p.theta) for r, p in zip(results, poses[1:], strict=True)) < 0.003
    assert all(r.found and not r.unsteady for r in results)
    assert min(r.quality for r in results) > 0.9


def test_bone_is_told_from_a_smooth_layer_that_moves_otherwise() -> None:
    poses = breathing(20)
    pictures = []
    for k, pose in enumerate(poses):
        gas = texture(FRAME, Pose(-2.0 * pose.dx, 9.0 - 3.0 * pose.dy), CANVAS.pivot, 43, (30.0, 60.0))
        pictures.append(bone(pose, k) + np.float32(2.0) * gas)
    _, results = follow(pictures)
    assert max(miss_px(r, p) for r, p in zip(results, poses[1:], strict=True)) < 0.3
    assert all(r.found for r in results)


@pytest.mark.parametrize(("dx", "dy"), [(25.0, 0.0), (-15.0, 20.0)])
def test_jump_is_found_and_held_unsteady(dx: float, dy: float) -> None:
    poses = [Pose()] * 6 + [Pose(dx, dy)] * 8
    _, results = follow([bone(pose, k) for k, pose in enumerate(poses)])
    assert all(r.found for r in results)
    assert max(miss_px(r, p) for r, p in zip(results, poses[1:], strict=True)) < 0.2
    # 0.6 s at 7.5 frames/s: the frame of the jump and the four after it
    assert [r.unsteady for r in results] == [False] * 5 + [True] * 5 + [False] * 3


def test_step_that_breathing_explains_is_no_jump() -> None:
    # allowed are 1.6 mm and 6 mm/s over 1/7.5 s: 2.4 mm or 4.8 pixels
    for step, jumped in ((4.4, False), (5.2, True)):
        state, _ = advance(begin(bone(Pose(), 1)), bone(Pose(), 2), INTERVAL_S)
        _, result = advance(state, bone(Pose(0.0, step), 3), 2 * INTERVAL_S)
        assert miss_px(result, Pose(0.0, step)) < 0.1
        assert result.unsteady is jumped


def test_frame_without_bone_is_lost_and_the_next_one_found_again() -> None:
    states, _ = follow([bone(Pose(), k) for k in range(6)])
    lost, result = advance(states[-1], noise(FRAME, 1.0, 77), 6 * INTERVAL_S)
    assert (result.found, result.unsteady, lost.lost) == (False, True, 1)
    assert result.quality < CONFIG.min_quality
    assert result.pose == states[-1].pose
    assert lost.template is states[-1].template
    back, again = advance(lost, bone(Pose(1.0, 2.0), 7), 7 * INTERVAL_S)
    assert (again.found, again.unsteady, back.lost) == (True, True, 0)
    assert miss_px(again, Pose(1.0, 2.0)) < 0.1


def test_template_is_fixed_after_its_time() -> None:
    config = MotionConfig(template_s=0.5)
    states, _ = follow([bone(pose, k) for k, pose in enumerate(breathing(9))], config)
    # 0.5 s hold frames 1 to 3 (0.4 s); frame 4 comes at 0.53 s
    assert [state.seen for state in states] == [0, 1, 2, 3, 3, 3, 3, 3, 3]
    np.testing.assert_array_equal(states[-1].template[0], states[3].template[0])
    np.testing.assert_array_equal(states[-1].squares[0], states[3].squares[0])
    assert not np.array_equal(states[3].template[0], states[2].template[0])


def test_template_is_the_mean_weighted_with_inverse_variance() -> None:
    first = texture(FRAME, Pose(), CANVAS.pivot, 41, (6.0, 24.0))
    bands = split_bands(first, CANVAS, CONFIG)
    state = start_motion(bands, CANVAS, 2.0, 0.0)
    doubled = split_bands(np.float32(1.5) * first, CANVAS, CONFIG)
    after, result = track(state, doubled, BONE, CANVAS, 1.0, INTERVAL_S, CONFIG)
    assert miss_px(result, Pose()) < 1e-3
    # weights 1/4 and 1: (1/4 + 1.5) / (5/4) = 1.4
    inner = (slice(5, -5), slice(5, -5))
    np.testing.assert_allclose(after.template[0][inner], 1.4 * state.template[0][inner], atol=2e-3)
    assert after.weight == pytest.approx(1.25)


def test_with_too_little_usable_bone_nothing_is_claimed() -> None:
    state = begin(bone(Pose(), 1))
    little = box(BONE.shape, (40, 50), (40, 59))
    after, result = advance(state, bone(Pose(), 2), INTERVAL_S, usable=little)
    assert result == Tracking(state.pose, 0.0, False, True)
    assert after.lost == 0  # covered is not lost: the bone is looked for where it was


def test_cement_outside_the_usable_part_does_not_move_the_bone() -> None:
    states, _ = follow([bone(Pose(), k) for k in range(6)])
    picture = bone(Pose(2.0, 1.0), 9)
    picture[60:80, 60:90] += 10.0
    cement = box(BONE.shape, (26, 56), (22, 66))
    _, result = advance(states[-1], picture, 6 * INTERVAL_S, usable=BONE & ~cement)
    assert miss_px(result, Pose(2.0, 1.0)) < 0.15
    assert result.found
