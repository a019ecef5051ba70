import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.geometry import (
    axes_from_angles,
    isocentre_plane_lps_from_xy_px,
    ray_lps_from_xy_px,
    source_lps,
    xy_px_from_lps,
)
from leakwatch.nouns import CArm

ROWS, COLUMNS = 300, 400
AP = CArm(0.0, 0.0, 1100.0, 720.0, (0.4, 0.4))
angles = st.tuples(st.floats(-180, 180), st.floats(-60, 60))
places = st.tuples(*[st.floats(-150, 150)] * 3)


def carm_at(primary_deg: float, secondary_deg: float) -> CArm:
    return CArm(primary_deg, secondary_deg, 1050.0, 700.0, (0.3, 0.4))


def test_ap_view_shows_patient_left_at_the_right_and_head_up() -> None:
    left, head = xy_px_from_lps([[10.0, 0, 0], [0, 0, 10.0]], AP, ROWS, COLUMNS)
    pixel_mm = 0.4 * 720 / 1100
    assert left == pytest.approx((199.5 + 10 / pixel_mm, 149.5))
    assert head == pytest.approx((199.5, 149.5 - 10 / pixel_mm))


def test_left_lateral_view_shows_posterior_at_the_right() -> None:
    lateral = CArm(90.0, 0.0, 1100.0, 720.0, (0.4, 0.4))
    x, y = xy_px_from_lps([0.0, 10.0, 0.0], lateral, ROWS, COLUMNS)
    assert x > 199.5
    assert y == pytest.approx(149.5)


def test_lao_turns_the_detector_to_the_patients_left_and_cranial_to_the_head() -> None:
    assert axes_from_angles(30, 0)[2] @ [1, 0, 0] == pytest.approx(0.5)
    assert axes_from_angles(0, 30)[2] @ [0, 0, 1] == pytest.approx(0.5)


@given(angles)
def test_axes_are_orthonormal_and_seen_from_the_detector(ab: tuple[float, float]) -> None:
    axes = axes_from_angles(*ab)
    assert axes @ axes.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.cross(axes[0], axes[1]) == pytest.approx(-axes[2], abs=1e-12)
    assert axes[1] @ [0, 0, 1] < 0


@given(angles, places)
def test_a_points_ray_goes_through_the_point(ab: tuple[float, float], place: tuple[float, ...]) -> None:
    carm = carm_at(*ab)
    point = np.array(place)
    source, direction = ray_lps_from_xy_px(xy_px_from_lps(point, carm, ROWS, COLUMNS), carm, ROWS, COLUMNS)
    miss = np.cross(point - source, direction)
    assert np.linalg.norm(miss) < 1e-7


@given(angles, st.tuples(st.floats(0, 399), st.floats(0, 299)), st.floats(400, 1000))
def test_any_depth_on_a_pixels_ray_projects_back_to_it(
    ab: tuple[float, float], xy: tuple[float, float], depth_mm: float
) -> None:
    carm = carm_at(*ab)
    source, direction = ray_lps_from_xy_px(xy, carm, ROWS, COLUMNS)
    assert xy_px_from_lps(source + depth_mm * direction, carm, ROWS, COLUMNS) == pytest.approx(xy, abs=1e-6)


@given(angles, st.tuples(st.floats(0, 399), st.floats(0, 299)))
def test_isocentre_plane_is_the_inverse_there(ab: tuple[float, float], xy: tuple[float, float]) -> None:
    carm = carm_at(*ab)
    point = isocentre_plane_lps_from_xy_px(xy, carm, ROWS, COLUMNS)
    assert point @ axes_from_angles(*ab)[2] == pytest.approx(0, abs=1e-9)
    assert xy_px_from_lps(point, carm, ROWS, COLUMNS) == pytest.approx(xy, abs=1e-9)


def test_one_pixel_at_the_isocentre_is_what_the_noun_says() -> None:
    carm = carm_at(20, 10)
    a, b = isocentre_plane_lps_from_xy_px([[0, 0], [1, 0]], carm, ROWS, COLUMNS)
    c = isocentre_plane_lps_from_xy_px([0, 1], carm, ROWS, COLUMNS)
    assert carm.pixel_mm == pytest.approx((np.linalg.norm(c - a), np.linalg.norm(b - a)))


def test_source_is_its_distance_away_behind_the_patient_in_ap() -> None:
    assert source_lps(AP) == pytest.approx((0, 720, 0))


def test_arrays_keep_their_leading_shape() -> None:
    assert xy_px_from_lps(np.zeros((2, 5, 3)), AP, ROWS, COLUMNS).shape == (2, 5, 2)
    assert ray_lps_from_xy_px(np.zeros((4, 2)), AP, ROWS, COLUMNS)[1].shape == (4, 3)


@pytest.mark.parametrize(
    ("carm", "said"),
    [
        (CArm(0.0, 0.0, 1100.0, None, (0.4, 0.4)), "sod_mm"),
        (CArm(0.0, 0.0, 700.0, 720.0, (0.4, 0.4)), "SID 700"),
        (CArm(0.0, 90.0, 1100.0, 720.0, (0.4, 0.4)), "up direction"),
    ],
)
def test_what_cannot_be_projected_is_refused(carm: CArm, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        xy_px_from_lps([0, 0, 0], carm, ROWS, COLUMNS)


def test_a_point_behind_the_source_is_refused() -> None:
    with pytest.raises(ValueError, match="behind the source"):
        xy_px_from_lps([0, 721, 0], AP, ROWS, COLUMNS)
