from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.config.imaging import CanvasConfig
from leakwatch.imaging.canvas import (
    Pose,
    bin_down,
    canvas_from_frame_points,
    frame_from_canvas_points,
    lay_canvas,
    lay_on_canvas,
    mask_on_canvas,
    mask_on_frame,
    motion_from_pose,
    polygon_on_canvas,
    pose_of,
    working_from_canvas,
    working_from_frame,
)
from leakwatch.nouns import CArm, Outline, Run
from leakwatch.outline.move import move_polygon
from leakwatch.outline.raster import mask_from_polygon

from .pictures import centroid, make_canvas, texture

POSES = st.builds(Pose, st.floats(-20, 20), st.floats(-20, 20), st.floats(-0.2, 0.2))
BOX = np.array([[40.0, 35.0], [95.0, 38.0], [92.0, 80.0], [42.0, 77.0]])


def overlap(one: np.ndarray, two: np.ndarray) -> float:
    return 2 * float((one & two).sum()) / float(one.sum() + two.sum())


def spot(shape: tuple[int, int], xy: tuple[float, float], sigma: float = 3.0) -> np.ndarray:
    y, x = np.indices(shape)
    return np.exp(-((x - xy[0]) ** 2 + (y - xy[1]) ** 2) / (2 * sigma**2)).astype(np.float32)


@given(POSES, st.integers(1, 4), st.floats(-50, 200), st.floats(-50, 200))
def test_points_come_back(pose: Pose, binning: int, x: float, y: float) -> None:
    canvas = make_canvas(binning=binning)
    point = np.array([[x, y]])
    there = canvas_from_frame_points(point, canvas, pose)
    np.testing.assert_allclose(frame_from_canvas_points(there, canvas, pose), point, atol=1e-9)


@given(POSES, st.integers(1, 4))
def test_a_pose_comes_back_from_its_map(pose: Pose, binning: int) -> None:
    canvas = make_canvas(binning=binning)
    again = pose_of(working_from_canvas(canvas, pose), canvas)
    np.testing.assert_allclose((again.dx, again.dy, again.theta), (pose.dx, pose.dy, pose.theta), atol=1e-9)


@given(POSES, POSES, st.integers(1, 4))
def test_motion_since_another_pose_is_what_came_after_it(pose: Pose, rest: Pose, binning: int) -> None:
    canvas = make_canvas(binning=binning)

    def on_frame(at: Pose) -> np.ndarray:
        return frame_from_canvas_points(np.array([[3.0, 4.0], [60.0, 20.0]]), canvas, at)

    motion = motion_from_pose(pose, canvas, 1.0, rest)
    assert motion.pivot_xy_px is not None
    moved = move_polygon(on_frame(rest), motion, centre_xy_px=np.array(motion.pivot_xy_px))
    np.testing.assert_allclose(moved, on_frame(pose), atol=1e-8)


@given(POSES, st.integers(1, 4))
def test_bone_stays_where_it_is_on_the_canvas(pose: Pose, binning: int) -> None:
    canvas = make_canvas(binning=binning)
    moved = move_polygon(
        BOX, motion_from_pose(pose, canvas, 1.0), centre_xy_px=np.array(_pivot(canvas, binning))
    )
    np.testing.assert_allclose(
        canvas_from_frame_points(moved, canvas, pose),
        canvas_from_frame_points(BOX, canvas, Pose()),
        atol=1e-9,
    )


def _pivot(canvas: object, binning: int) -> tuple[float, float]:
    # the centre of working pixel (66, 58.5) is in the middle of the stored pixels it was averaged from
    return 66.0 * binning + (binning - 1) / 2, 58.5 * binning + (binning - 1) / 2


def test_motion_is_told_in_stored_pixels_and_degrees_clockwise() -> None:
    motion = motion_from_pose(Pose(1.5, -2.0, np.pi / 180), make_canvas(binning=2), 0.8)
    assert (motion.dx_px, motion.dy_px, motion.rotation_deg) == pytest.approx((3.0, -4.0, 1.0))
    assert (motion.quality, motion.pivot_xy_px) == (0.8, (132.5, 117.5))
    right = move_polygon(BOX, motion_from_pose(Pose(theta=np.pi / 2), make_canvas(), 1.0))
    # clockwise as seen: what was to the right of the centre goes below it
    assert right[1, 1] - right[:, 1].mean() > 20


@pytest.mark.parametrize("binning", [1, 2, 3])
def test_averaging_down_keeps_a_marker_in_its_place(binning: int) -> None:
    canvas = make_canvas(binning=binning, rows=30, columns=34, origin=(4.0, 3.0), pivot=(20.0, 18.0))
    # the far end of an odd matrix is cut, which must not shift the rest
    picture = spot((145, 151), (21.3 * binning, 15.8 * binning))
    laid = lay_on_canvas(bin_down(picture, binning), canvas, Pose())
    place = frame_from_canvas_points(np.array([centroid(laid)]), canvas, Pose())[0]
    assert place == pytest.approx([21.3 * binning, 15.8 * binning], abs=0.05)


def test_averaging_down_is_the_mean() -> None:
    picture = np.arange(24, dtype=np.float32).reshape(4, 6)
    np.testing.assert_allclose(bin_down(picture, 2), picture.reshape(2, 2, 3, 2).mean(axis=(1, 3)))


def test_centre_of_a_binned_pixel() -> None:
    np.testing.assert_allclose(working_from_frame(np.array([[0.5, 2.5]]), 2), [[0.0, 1.0]])


@pytest.mark.parametrize("pose", [Pose(4.0, -3.0), Pose(-2.6, 1.3, 0.05)])
def test_moved_picture_looks_unmoved_on_the_canvas(pose: Pose) -> None:
    canvas = make_canvas()
    still = texture((130, 140), Pose(), canvas.pivot, 4, (12.0, 30.0))
    moved = texture((130, 140), pose, canvas.pivot, 4, (12.0, 30.0))
    difference = lay_on_canvas(moved, canvas, pose) - lay_on_canvas(still, canvas, Pose())
    # bilinear interpolation of a wave of length L is off by at most (pi / L)^2 / 2 of its height
    assert np.abs(difference[8:-8, 8:-8]).max() < 0.08
    assert np.std(lay_on_canvas(moved, canvas, Pose()) - lay_on_canvas(still, canvas, Pose())) > 0.3


@settings(max_examples=25, deadline=None)
@given(POSES, st.sampled_from([1, 2]))
def test_mask_lands_on_the_moved_bone(pose: Pose, binning: int) -> None:
    canvas = make_canvas(binning=binning)
    polygon = BOX * binning + (binning - 1) / 2
    shape = (130 * binning, 140 * binning)
    here = mask_on_frame(polygon_on_canvas(polygon, canvas, Pose()), canvas, pose, shape)
    moved = move_polygon(
        polygon, motion_from_pose(pose, canvas, 1.0), centre_xy_px=np.array(_pivot(canvas, binning))
    )
    assert overlap(here, mask_from_polygon(moved, shape)) > 0.95


def test_mask_goes_to_the_canvas_as_the_picture_does() -> None:
    canvas, pose = make_canvas(), Pose(5.0, -4.0, 0.03)
    moved = move_polygon(BOX, motion_from_pose(pose, canvas, 1.0), centre_xy_px=np.array(_pivot(canvas, 1)))
    laid = mask_on_canvas(mask_from_polygon(moved, (130, 140)), canvas, pose)
    assert overlap(laid, polygon_on_canvas(BOX, canvas, Pose())) > 0.97


def test_beyond_the_frame_nothing_is_valid_and_the_edge_repeats() -> None:
    canvas, pose = make_canvas(rows=40, columns=40, origin=(0.0, 0.0), pivot=(20.0, 20.0)), Pose(-10.0, 0.0)
    valid = mask_on_canvas(np.ones((40, 40), np.bool_), canvas, pose)
    assert not valid[:, :10].any()
    assert valid[:, 10:].all()
    ramp = np.tile(np.arange(40, dtype=np.float32), (40, 1))
    np.testing.assert_allclose(lay_on_canvas(ramp, canvas, pose)[5], np.maximum(np.arange(40) - 10, 0))


def test_canvas_holds_the_outline_and_its_margin(
    make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    run = make_run(rows=400, columns=400, geometry=CArm(0, 0, 1000.0, 1000.0, (0.3, 0.3)))
    polygon = np.array([[150.0, 140], [250, 140], [250, 230], [150, 230]])
    canvas = lay_canvas(run, [make_outline(polygon_xy_px=polygon)], CanvasConfig(margin_mm=12.0))
    # 12 mm are 40 pixels of 0.3 mm
    assert (canvas.origin, canvas.columns, canvas.rows) == ((110.0, 100.0), 181, 171)
    assert (canvas.pivot, canvas.binning) == ((200.0, 185.0), 1)
    assert canvas.pixels(3.0) == pytest.approx(10.0)
    inside = polygon_on_canvas(polygon, canvas, Pose())
    assert inside.sum() == pytest.approx(101 * 91)
    rows, columns = np.nonzero(inside)
    assert (rows.min(), columns.min()) == (40, 40)


def test_two_bones_share_one_canvas(
    make_run: Callable[..., Run], make_outline: Callable[..., Outline]
) -> None:
    run = make_run(rows=400, columns=400, geometry=CArm(0, 0, 1000.0, 1000.0, (0.3, 0.3)))
    polygon = np.array([[150.0, 140], [200, 140], [200, 170], [150, 170]])
    outlines = [make_outline(polygon_xy_px=polygon), make_outline(polygon_xy_px=polygon + np.array([0, 60]))]
    canvas = lay_canvas(run, outlines, CanvasConfig(margin_mm=3.0))
    assert (canvas.origin, canvas.columns, canvas.rows) == ((140.0, 130.0), 71, 111)
    assert canvas.pivot == (175.0, 185.0)


@pytest.mark.parametrize(("spacing_mm", "binning"), [(0.1, 3), (0.14, 2), (0.28, 1), (0.6, 1)])
def test_only_fine_pixels_are_averaged(make_run: Callable[..., Run], spacing_mm: float, binning: int) -> None:
    run = make_run(rows=400, columns=300, geometry=CArm(0, 0, 1000.0, 1000.0, (spacing_mm, spacing_mm)))
    canvas = lay_canvas(run, [], CanvasConfig(pixel_mm=0.28))
    assert canvas.binning == binning
    assert canvas.pixel_mm == pytest.approx(spacing_mm * binning)


def test_without_an_outline_it_is_the_middle_of_the_picture(make_run: Callable[..., Run]) -> None:
    canvas = lay_canvas(make_run(rows=200, columns=300, geometry=CArm()), [], CanvasConfig())
    # 300 columns over the assumed 150 mm
    assert canvas.pixel_mm == pytest.approx(0.5)
    assert (canvas.origin, canvas.columns, canvas.rows) == ((30.0, 20.0), 241, 161)
    assert canvas.pivot == (149.5, 99.5)


def test_polygon_with_a_pose_is_where_the_bone_was_then() -> None:
    canvas, pose = make_canvas(), Pose(7.0, -3.0)
    drawn_later = BOX + np.array([7.0, -3.0])
    np.testing.assert_array_equal(
        polygon_on_canvas(drawn_later, canvas, pose), polygon_on_canvas(BOX, canvas, Pose())
    )


def test_one_pixel_mask_survives_whole_displacements() -> None:
    canvas = make_canvas()
    mask = np.zeros((canvas.rows, canvas.columns), np.bool_)
    mask[50, 60] = True
    here = mask_on_frame(mask, canvas, Pose(3.0, -2.0), (130, 140))
    assert cv2.findNonZero(here.astype(np.uint8)).reshape(-1, 2).tolist() == [[60 + 12 + 3, 50 + 9 - 2]]


@pytest.mark.parametrize("binning", [2, 3])
def test_binned_mask_is_centred_on_the_stored_pixels_it_came_from(binning: int) -> None:
    canvas = make_canvas(binning=binning)
    mask = np.zeros((canvas.rows, canvas.columns), np.bool_)
    mask[48:53, 58:63] = True
    here = mask_on_frame(mask, canvas, Pose(3.0, -2.0), (130 * binning, 140 * binning))
    # working pixel (75, 57) is the mean of stored pixels 75 b to 75 b + b - 1
    centre = (75 * binning + (binning - 1) / 2, 57 * binning + (binning - 1) / 2)
    assert centroid(here) == pytest.approx(centre, abs=0.05)
