import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.simulate.beam.basis import Basis
from leakwatch.simulate.motion.layers import (
    PictureMotion,
    moved_point,
    moved_rigidly,
    picture_motion,
    soft_paths,
    warp_of,
)
from leakwatch.simulate.motion.movement import Pose
from leakwatch.simulate.run import SimulatedRun


def centroid(picture: np.ndarray) -> np.ndarray:
    y, x = np.indices(picture.shape)
    return np.array([(x * picture).sum(), (y * picture).sum()]) / picture.sum()


def spot(run: SimulatedRun, xy_px: tuple[float, float]) -> np.ndarray:
    fine = run.layers.fine
    y, x = np.indices(fine.shape)
    u, v = fine.fine_from_xy_px(np.asarray(xy_px))
    return np.exp(-((x - u) ** 2 + (y - v) ** 2) / 18)


@settings(max_examples=15, deadline=None)
@given(st.floats(-6, 6), st.floats(-6, 6), st.floats(-4, 4))
def test_bone_moves_as_the_numbers_say(leaking_run: SimulatedRun, dx: float, dy: float, turn: float) -> None:
    motion = PictureMotion(dx, dy, turn)
    place = (60.0, 40.0)
    moved = moved_rigidly(spot(leaking_run, place), motion, leaking_run.layers)
    assert centroid(moved) == pytest.approx(
        moved_point(np.asarray(place), motion, leaking_run.layers), abs=0.02
    )


def test_positive_rotation_is_clockwise_as_seen(leaking_run: SimulatedRun) -> None:
    centre = leaking_run.layers.centre_xy_px
    right = moved_point(centre + np.array([10.0, 0.0]), PictureMotion(0, 0, 90.0), leaking_run.layers)
    assert right - centre == pytest.approx([0.0, 10.0])


def test_a_turn_about_the_axis_towards_the_back_is_clockwise_in_ap(leaking_run: SimulatedRun) -> None:
    # Right-handed about +y takes the head (+z) to the left of the patient (+x), the picture's right.
    motion = picture_motion(Pose(np.zeros(3), np.array([0.0, 1.0, 0.0])), leaking_run.layers)
    assert motion.rotation_deg == pytest.approx(1.0)


def test_motion_towards_the_head_goes_up(leaking_run: SimulatedRun) -> None:
    motion = picture_motion(Pose(np.array([1.0, 5.0, 2.0]), np.zeros(3)), leaking_run.layers)
    pixel_mm = leaking_run.scene.config.machine.pixel_mm
    assert (motion.dx_px, motion.dy_px) == pytest.approx((1 / pixel_mm, -2 / pixel_mm))


def test_soft_tissue_is_as_thick_as_the_trunk_within_its_texture(leaking_run: SimulatedRun) -> None:
    water_mm = soft_paths(leaking_run.scene.movement, leaking_run.layers, 0.0)[Basis.WATER]
    depth_mm = leaking_run.scene.config.anatomy.trunk_depth_mm
    assert 0.6 * depth_mm < np.median(water_mm) < 1.1 * depth_mm


def test_the_table_shifts_soft_tissue_evenly(leaking_run: SimulatedRun) -> None:
    """What sways when it breathes does not tear when everything is moved."""
    layers = leaking_run.layers
    pixel_mm = leaking_run.scene.config.machine.pixel_mm
    x, y = warp_of(layers, np.array([0.0, 0.0, 4 * pixel_mm]), np.zeros(3), layers.soft_sway)
    margin = layers.coarse.margin_px
    assert x - margin == pytest.approx(np.broadcast_to(np.arange(x.shape[1]), x.shape), abs=1e-4)
    assert y - margin - 4 == pytest.approx(np.broadcast_to(np.arange(y.shape[0])[:, None], y.shape), abs=1e-4)
