import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from leakwatch.simulate.motion.layers import (
    PictureMotion,
    moved_point,
    moved_rigidly,
    moved_softly,
    picture_motion,
)
from leakwatch.simulate.motion.movement import Pose
from leakwatch.simulate.run import SimulatedFrame, SimulatedRun
from leakwatch.simulate.truth.frame import FrameTruth, onset_visible, silhouette_polygon


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


def test_volume_in_the_picture_is_the_injected_volume(
    leaking_frames: list[SimulatedFrame], leaking_run: SimulatedRun
) -> None:
    config, last = leaking_run.scene.config, leaking_frames[-1]
    kept_ul = (config.cement.rate_ml_per_min * 1000 / 60) * (last.time_s - config.cement.start_s)
    injected_ul = kept_ul + last.truth.leak_ul
    assert last.truth.cement_ul == pytest.approx(injected_ul, rel=0.02)
    assert _picture_volume_ul(leaking_run, last, 0.152 - 0.021) == pytest.approx(injected_ul, rel=0.02)


def _picture_volume_ul(run: SimulatedRun, frame: SimulatedFrame, contrast_per_mm: float) -> float:
    """From the attenuation alone: this frame less what bone, needle and soft layers make of it."""
    motion = run.motion(frame.time_s)
    empty = moved_rigidly(run.layers.rigid, motion, run.layers)
    empty = empty + moved_softly(run.scene, run.layers, frame.time_s)
    thickness_mm = (frame.attenuation - empty) / contrast_per_mm
    spread = run.scene.injection
    points = np.concatenate([spread.inside.points_mm, spread.leaked.points_mm])
    depth_mm = float((points @ run.layers.fine.axes()[2]).mean())
    machine = run.scene.config.machine
    return float(thickness_mm.sum() * (machine.pixel_mm * (machine.sod_mm + depth_mm) / machine.sod_mm) ** 2)


def test_areas_are_the_labels(leaking_frames: list[SimulatedFrame], leaking_run: SimulatedRun) -> None:
    area = leaking_run.scene.config.machine.pixel_mm**2
    for frame in leaking_frames:
        labels = frame.truth.labels
        assert frame.truth.cement_area_mm2 == pytest.approx(np.count_nonzero(labels) * area)
        assert frame.truth.leak_area_mm2 == pytest.approx(np.count_nonzero(labels == 2) * area)


def test_a_lateral_leak_shows_and_nothing_leaks_before_it_starts(
    leaking_frames: list[SimulatedFrame],
) -> None:
    truths = [frame.truth for frame in leaking_frames]
    onset = onset_visible(truths)
    assert onset is not None
    first = next(t.index for t in truths if t.leak_ul > 0)
    assert 8 < first <= onset
    assert truths[first - 1].leak_area_mm2 == 0


def test_leak_labels_lie_outside_the_silhouette(
    leaking_frames: list[SimulatedFrame], leaking_run: SimulatedRun
) -> None:
    last = leaking_frames[-1]
    chord = moved_rigidly(
        leaking_run.layers.body_chord_mm, leaking_run.motion(last.time_s), leaking_run.layers
    )
    assert chord[last.truth.labels == 2].max() <= 0.5


def test_motion_starts_from_frame_0(leaking_frames: list[SimulatedFrame]) -> None:
    first = leaking_frames[0].truth
    assert (first.dx_mm, first.dy_mm, first.rotation_deg) == (0.0, 0.0, 0.0)
    assert max(abs(frame.truth.dy_mm) for frame in leaking_frames) > 0.1


def test_bone_and_gas_do_not_move_alike(leaking_run: SimulatedRun) -> None:
    movement = leaking_run.scene.movement
    bone = np.array([movement.bone(t).shift_mm[2] for t in np.arange(0, 4, 0.1)])
    gas = np.array([movement.gas(t)[2] for t in np.arange(0, 4, 0.1)])
    assert np.ptp(gas) > 4 * np.ptp(bone)


def test_the_silhouette_encloses_the_body(leaking_run: SimulatedRun) -> None:
    from skimage.draw import polygon2mask

    chord = leaking_run.body_chord_mm()
    polygon = silhouette_polygon(chord)
    drawn = polygon2mask(chord.shape, polygon[:, ::-1])
    body = chord > 0.5
    edge = body & ~ndimage.binary_erosion(body)
    assert np.count_nonzero(drawn ^ body) < 0.7 * np.count_nonzero(edge)


def test_a_body_out_of_the_picture_has_no_silhouette() -> None:
    with pytest.raises(ValueError, match="not in the picture"):
        silhouette_polygon(np.zeros((10, 10), np.float32))


def test_no_leak_has_no_onset() -> None:
    quiet = FrameTruth(0, 0.0, np.zeros((2, 2), np.uint8), 0.0, 2.9, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert onset_visible([quiet]) is None
