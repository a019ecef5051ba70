from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.geometry.carm import xy_px_from_lps
from leakwatch.nouns import CArm, Run
from leakwatch.views.triangulate import nearest_points, triangulate

mm = st.floats(-60, 60)


def looking(make_run: Callable[..., Run], primary_deg: float, secondary_deg: float = 0.0) -> Run:
    arm = CArm(primary_deg, secondary_deg, 1100.0, 720.0, (0.4, 0.4))
    return make_run(rows=384, columns=384, geometry=arm)


def seen(run: Run, point: np.ndarray) -> tuple[float, float]:
    x, y = xy_px_from_lps(point, run.geometry, run.rows, run.columns)
    return float(x), float(y)


@pytest.mark.parametrize(("primary_deg", "secondary_deg"), [(90.0, 0.0), (45.0, 10.0), (-20.0, 25.0)])
@pytest.mark.parametrize("point", [(0.0, 0.0, 0.0), (17.0, -8.0, 2.0), (-40.0, 30.0, 55.0)])
def test_a_point_seen_twice_is_found(
    make_run: Callable[..., Run], primary_deg: float, secondary_deg: float, point: tuple[float, ...]
) -> None:
    a, b = looking(make_run, 0.0), looking(make_run, primary_deg, secondary_deg)
    there = np.array(point)
    position = triangulate(a, seen(a, there), 100.0, b, seen(b, there), 100.0)
    assert np.allclose(position.mm_lps, there, atol=1e-6)
    assert position.gap_mm == pytest.approx(0.0, abs=1e-6)


def test_a_shift_along_the_head_shows_as_gap_and_error(make_run: Callable[..., Run]) -> None:
    a, b = looking(make_run, 0.0), looking(make_run, 90.0)
    centre = np.zeros(3)
    exact = triangulate(a, seen(a, centre), 100.0, b, seen(b, centre), 100.0)
    off = triangulate(a, seen(a, centre), 100.0, b, seen(b, np.array([0, 0, 4.0])), 100.0)
    assert off.gap_mm == pytest.approx(4.0, rel=1e-3)
    assert off.mm_lps[2] == pytest.approx(2.0, rel=1e-3)
    assert off.error_mm == pytest.approx(np.hypot(exact.error_mm, 2.0), rel=1e-3)


def test_narrow_views_and_large_leaks_are_less_certain(make_run: Callable[..., Run]) -> None:
    a = looking(make_run, 0.0)
    errors = []
    for primary_deg, area_px in ((90.0, 100.0), (90.0, 400.0), (20.0, 400.0)):
        b = looking(make_run, primary_deg)
        errors.append(triangulate(a, (191.5, 191.5), area_px, b, (191.5, 191.5), area_px).error_mm)
    assert errors == sorted(errors)
    assert errors[0] < errors[1] < errors[2]


def test_views_too_close_leave_the_depth_open(make_run: Callable[..., Run]) -> None:
    a, b = looking(make_run, 0.0), looking(make_run, 8.0)
    with pytest.raises(ValueError, match=r"only 8\.0 degrees apart"):
        triangulate(a, (191.5, 191.5), 10.0, b, (191.5, 191.5), 10.0)


def test_a_run_without_geometry_says_so(make_run: Callable[..., Run]) -> None:
    a, b = looking(make_run, 0.0), make_run(geometry=CArm())
    with pytest.raises(ValueError, match="not stated"):
        triangulate(a, (0.0, 0.0), 10.0, b, (0.0, 0.0), 10.0)


@given(st.tuples(mm, mm, mm), st.tuples(mm, mm, mm), st.floats(15, 165), st.floats(-170, 170))
def test_the_shortest_line_stands_on_both(
    origin_a: tuple[float, ...], origin_b: tuple[float, ...], angle_deg: float, turn_deg: float
) -> None:
    angle, turn = np.radians([angle_deg, turn_deg])
    direction_a = np.array([np.cos(turn), np.sin(turn), 0.0])
    side = np.array([0.0, 0.0, 1.0])
    direction_b = np.cos(angle) * direction_a + np.sin(angle) * side
    on_a, on_b = nearest_points(np.array(origin_a), direction_a, np.array(origin_b), direction_b)
    between = on_b - on_a
    assert between @ direction_a == pytest.approx(0.0, abs=1e-6)
    assert between @ direction_b == pytest.approx(0.0, abs=1e-6)
    assert np.allclose(np.cross(on_a - np.array(origin_a), direction_a), 0.0, atol=1e-6)
