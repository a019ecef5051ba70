import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.geometry import ray_lps_from_xy_px, source_lps, xy_px_from_lps
from leakwatch.nouns import CArm
from leakwatch.simulate.beam.projection import Canvas, deposit, line_integrals
from leakwatch.simulate.injection.needle import cylinder_chords
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import ellipsoid, occupancy


def sphere_grid(centre: tuple[float, float, float], radius: float, voxel_mm: float = 0.5) -> VoxelGrid:
    low, high = (tuple(c + s * (radius + 2) for c in centre) for s in (-1, 1))
    grid = empty_grid(low, high, voxel_mm)
    distance = ellipsoid(*open_axes_mm(grid), centre, (radius,) * 3)
    return VoxelGrid(grid.origin_mm, voxel_mm, occupancy(distance, voxel_mm))


def exact_sphere_chords(canvas: Canvas, centre: tuple[float, float, float], radius: float) -> np.ndarray:
    source, directions = canvas.rays()
    to_centre = np.asarray(centre) - source
    along = directions @ to_centre
    return 2 * np.sqrt(np.clip(radius**2 - (to_centre @ to_centre - along**2), 0, None))


def test_a_spheres_chords_are_its_own(canvas: Canvas) -> None:
    centre, radius = (3.0, -8.0, 2.0), 9.0
    got, exact = (
        line_integrals(sphere_grid(centre, radius), canvas),
        exact_sphere_chords(canvas, centre, radius),
    )
    # At the rim a chord changes without bound, so there the radius is bounded: by a voxel and its half ramp.
    assert np.all(got > exact_sphere_chords(canvas, centre, radius - 0.6) - 0.05)
    assert np.all(got < exact_sphere_chords(canvas, centre, radius + 0.6) + 0.05)
    assert np.abs(got - exact)[exact > 8].max() < 0.15
    assert got.sum() == pytest.approx(exact.sum(), rel=0.005)


def test_a_slab_is_thicker_to_slanted_rays(canvas: Canvas) -> None:
    grid = empty_grid((-80, -5, -80), (80, 5, 80), 0.5)
    values = occupancy(np.abs(open_axes_mm(grid)[1]) - np.float32(4.0) + 0 * grid.values, 0.5)
    _, directions = canvas.rays()
    exact = 8.0 / -directions[..., 1]
    assert line_integrals(VoxelGrid(grid.origin_mm, 0.5, values), canvas) == pytest.approx(exact, rel=0.002)


def test_a_cylinder_seen_from_the_side_is_as_thick_as_it_is_wide() -> None:
    source, direction = (
        np.array([0.0, 100.0, 0.0]),
        np.array([[0.0, -1.0, 0.0], [0.5, -1.0, 0.0], [0.0, -1.0, 0.6]]),
    )
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    chords = cylinder_chords(source, direction, np.array([0.0, 0, -20.0]), np.array([0.0, 0, 20.0]), 3.0)
    assert chords == pytest.approx([6.0, 0.0, 0.0])


def test_a_cylinder_seen_end_on_is_as_thick_as_it_is_long() -> None:
    source, direction = np.array([0.5, 100.0, 0.0]), np.array([[0.0, -1.0, 0.0]])
    chords = cylinder_chords(source, direction, np.array([0.0, -7.0, 0]), np.array([0.0, 4.0, 0]), 3.0)
    assert chords == pytest.approx([11.0])


def volume_ul(thickness: np.ndarray, canvas: Canvas, depth_mm: float) -> float:
    """Thickness times the area across each ray at a depth below the isocentre."""
    carm = canvas.carm
    _, directions = canvas.rays()
    pixel_mm = carm.pixel_mm[0] / canvas.oversampling * (carm.sod_mm + depth_mm) / carm.sod_mm
    return float((thickness * (directions @ canvas.axes()[2])).sum() * pixel_mm**2)


@settings(max_examples=20)
@given(st.tuples(*[st.floats(-12, 12)] * 3), st.integers(1, 40), st.floats(-60, 60))
def test_deposited_thickness_holds_the_volume(
    place: tuple[float, float, float], count: int, primary_deg: float
) -> None:
    canvas = Canvas(CArm(primary_deg, 10.0, 1100.0, 720.0, (1.0, 1.0)), 64, 64, 2, 2)
    points = np.asarray(place) + np.random.default_rng(count).uniform(-1, 1, (count, 3))
    picture = deposit(points, np.full(count, 0.125), 0.5, canvas)
    depth = float(points.mean(0) @ canvas.axes()[2])
    assert volume_ul(picture, canvas, depth) == pytest.approx(0.125 * count, rel=0.01)


def test_a_marker_is_where_the_stated_geometry_says() -> None:
    carm = CArm(25.0, -12.0, 1100.0, 720.0, (1.0, 1.0))
    canvas = Canvas(carm, 64, 64, 0, 2)
    marker = (9.0, -11.0, 7.0)
    picture = line_integrals(sphere_grid(marker, 2.0), canvas)
    rows, columns = np.indices(picture.shape)
    fine = np.array([(columns * picture).sum(), (rows * picture).sum()]) / picture.sum()
    assert canvas.xy_px_from_fine(fine) == pytest.approx(xy_px_from_lps(marker, carm, 64, 64), abs=0.1)


def test_a_fine_ray_at_a_pixels_centre_is_the_pixels_ray() -> None:
    carm = CArm(0.0, 0.0, 1100.0, 720.0, (1.0, 1.0))
    odd = Canvas(carm, 64, 64, margin_px=2, oversampling=3)
    source, directions = odd.rays()
    assert source == pytest.approx(source_lps(carm))
    fine_x, fine_y = odd.fine_from_xy_px(np.array([10.0, 20.0])).astype(int)
    assert directions[fine_y, fine_x] == pytest.approx(ray_lps_from_xy_px([10.0, 20.0], carm, 64, 64)[1])
