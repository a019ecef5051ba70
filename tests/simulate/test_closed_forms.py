"""What can be said of a projection without projecting: chords, places and volumes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.geometry import xy_px_from_lps
from leakwatch.nouns import CArm
from leakwatch.simulate.beam.projection import Canvas, deposit, line_integrals
from leakwatch.simulate.config.machine import ViewSection
from leakwatch.simulate.injection.filling import Filling
from leakwatch.simulate.scene import Scene, build_scene
from leakwatch.simulate.testing import tiny_config
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import ellipsoid, occupancy

VIEWS = {"ap": (0.0, 0.0), "lateral": (90.0, 0.0), "oblique": (35.0, 20.0)}
VOXEL_MM = 0.5
# A voxel's occupancy ramps over one voxel and is then interpolated over another, so that no surface is
# drawn further than a voxel from where it is; across a voxel's diagonal that is sqrt(3) halves of it.
BLUR_MM = np.sqrt(3) * VOXEL_MM


def canvas_of(primary_deg: float, secondary_deg: float, oversampling: int = 2, margin_px: int = 2) -> Canvas:
    carm = CArm(primary_deg, secondary_deg, 1100.0, 720.0, (1.0, 1.0))
    return Canvas(carm, 64, 64, margin_px, oversampling)


def sphere_grid(centre: tuple[float, float, float], radius: float) -> VoxelGrid:
    low, high = (tuple(c + s * (radius + 2) for c in centre) for s in (-1, 1))
    grid = empty_grid(low, high, VOXEL_MM)
    distance = ellipsoid(*open_axes_mm(grid), centre, (radius,) * 3)
    return VoxelGrid(grid.origin_mm, VOXEL_MM, occupancy(distance, VOXEL_MM))


def sphere_chords(canvas: Canvas, centre: tuple[float, float, float], radius: float) -> np.ndarray:
    source, directions = canvas.rays()
    to_centre = np.asarray(centre) - source
    along = directions @ to_centre
    return 2 * np.sqrt(np.clip(radius**2 - (to_centre @ to_centre - along**2), 0, None))


def box_grid(half_mm: np.ndarray) -> VoxelGrid:
    grid = empty_grid(tuple(-half_mm - 2), tuple(half_mm + 2), VOXEL_MM)
    axes = open_axes_mm(grid)
    # The product of three ramps is the exact share of a voxel in a corner, as it is in a face.
    x, y, z = (
        occupancy(np.abs(axis) - np.float32(half), VOXEL_MM) for axis, half in zip(axes, half_mm, strict=True)
    )
    return VoxelGrid(grid.origin_mm, VOXEL_MM, x * y * z)


def box_chords(canvas: Canvas, half_mm: np.ndarray) -> np.ndarray:
    """Slab method: the last plane entered to the first one left."""
    source, directions = canvas.rays()
    steep = np.where(np.abs(directions) < 1e-9, 1e-9, directions)
    planes = np.stack([(-half_mm - source) / steep, (half_mm - source) / steep])
    return np.clip(planes.max(0).min(-1) - planes.min(0).max(-1), 0, None)


@pytest.mark.parametrize("oversampling", [1, 2])
@pytest.mark.parametrize("view", VIEWS)
def test_a_spheres_chords_are_its_own(view: str, oversampling: int) -> None:
    canvas = canvas_of(*VIEWS[view], oversampling)
    centre, radius = (3.0, -8.0, 2.0), 9.0
    got, exact = line_integrals(sphere_grid(centre, radius), canvas), sphere_chords(canvas, centre, radius)
    # At the rim a chord changes without bound, so there it is the radius that is bounded.
    assert np.all(got > sphere_chords(canvas, centre, radius - BLUR_MM) - 0.05)
    assert np.all(got < sphere_chords(canvas, centre, radius + BLUR_MM) + 0.05)
    error = np.abs(got - exact)
    assert error[exact > radius].max() < 0.5 * VOXEL_MM
    assert error[exact > 0].mean() < 0.2 * VOXEL_MM
    assert got.sum() == pytest.approx(exact.sum(), rel=0.003)


@settings(max_examples=15, deadline=None)
@given(st.floats(-180, 180), st.floats(-45, 45), st.tuples(*[st.floats(-8, 8)] * 3), st.floats(3.0, 10.0))
def test_a_sphere_looks_the_same_from_everywhere(
    primary_deg: float, secondary_deg: float, centre: tuple[float, float, float], radius: float
) -> None:
    canvas = canvas_of(primary_deg, secondary_deg, 1)
    got, exact = line_integrals(sphere_grid(centre, radius), canvas), sphere_chords(canvas, centre, radius)
    assert np.all(got > sphere_chords(canvas, centre, radius - BLUR_MM) - 0.05)
    assert np.all(got < sphere_chords(canvas, centre, radius + BLUR_MM) + 0.05)
    assert np.abs(got - exact)[exact > 0].mean() < 0.4 * VOXEL_MM


@pytest.mark.parametrize("view", VIEWS)
def test_a_boxs_chords_are_its_own(view: str) -> None:
    canvas = canvas_of(*VIEWS[view])
    half_mm = np.array([11.0, 6.0, 8.0])
    got, exact = line_integrals(box_grid(half_mm), canvas), box_chords(canvas, half_mm)
    assert np.all(got > box_chords(canvas, half_mm - VOXEL_MM) - 0.05)
    assert np.all(got < box_chords(canvas, half_mm + VOXEL_MM) + 0.05)
    # A box's outline falls between rays, so its picture's sum is taken from finer ones.
    fine = box_chords(canvas_of(*VIEWS[view], 8), half_mm).sum() * (canvas.oversampling / 8) ** 2
    assert got.sum() == pytest.approx(fine, rel=0.003)
    # Where a ray enters and leaves well within two faces next to nothing is blurred.
    larger, smaller = (box_chords(canvas, half_mm + sign * 2 * VOXEL_MM) for sign in (1, -1))
    inside = np.isclose(larger - exact, exact - smaller) & (smaller > 0)
    assert inside.sum() > 100
    assert got[inside] == pytest.approx(exact[inside], abs=0.15 * VOXEL_MM)


def test_a_slab_is_thicker_to_slanted_rays() -> None:
    canvas = canvas_of(0.0, 0.0)
    grid = empty_grid((-80, -5, -80), (80, 5, 80), VOXEL_MM)
    values = occupancy(np.abs(open_axes_mm(grid)[1]) - np.float32(4.0) + 0 * grid.values, VOXEL_MM)
    _, directions = canvas.rays()
    exact = 8.0 / -directions[..., 1]
    assert line_integrals(VoxelGrid(grid.origin_mm, VOXEL_MM, values), canvas) == pytest.approx(
        exact, rel=0.002
    )


def centroid_xy_px(picture: np.ndarray, canvas: Canvas) -> np.ndarray:
    rows, columns = np.indices(picture.shape)
    fine = np.array([(columns * picture).sum(), (rows * picture).sum()]) / picture.sum()
    return canvas.xy_px_from_fine(fine)


@pytest.mark.parametrize("marker", [(0.0, 0.0, 0.0), (9.0, -11.0, 7.0), (-12.0, 6.0, -13.0)])
@pytest.mark.parametrize("oversampling", [1, 2])
@pytest.mark.parametrize("view", VIEWS)
def test_a_marker_is_where_the_stated_geometry_says(
    view: str, oversampling: int, marker: tuple[float, float, float]
) -> None:
    canvas = canvas_of(*VIEWS[view], oversampling)
    expected = xy_px_from_lps(marker, canvas.carm, 64, 64)
    solid = line_integrals(sphere_grid(marker, 2.0), canvas)
    assert centroid_xy_px(solid, canvas) == pytest.approx(expected, abs=0.1)
    drop = deposit(np.array([marker]), np.array([1.0]), 1.0, canvas)
    assert centroid_xy_px(drop, canvas) == pytest.approx(expected, abs=0.1)


def volume_ul(thickness: np.ndarray, canvas: Canvas, depth_mm: float) -> float:
    """Thickness times the area across each ray of a pixel, as large as `depth_mm` past the isocentre."""
    carm = canvas.carm
    _, directions = canvas.rays()
    pixel_mm = carm.pixel_mm[0] / canvas.oversampling * (carm.sod_mm + depth_mm) / carm.sod_mm
    return float((thickness * (directions @ canvas.axes()[2])).sum() * pixel_mm**2)


@settings(max_examples=20, deadline=None)
@given(st.tuples(*[st.floats(-12, 12)] * 3), st.integers(1, 40), st.floats(-180, 180), st.floats(-45, 45))
def test_deposited_thickness_holds_the_volume(
    place: tuple[float, float, float], count: int, primary_deg: float, secondary_deg: float
) -> None:
    canvas = canvas_of(primary_deg, secondary_deg)
    points = np.asarray(place) + np.random.default_rng(count).uniform(-1, 1, (count, 3))
    picture = deposit(points, np.full(count, 0.125), VOXEL_MM, canvas)
    depth_mm = float(points.mean(0) @ canvas.axes()[2])
    assert volume_ul(picture, canvas, depth_mm) == pytest.approx(0.125 * count, rel=0.01)


@pytest.fixture(scope="module")
def tiny_scene() -> Scene:
    return build_scene(tiny_config("lateral"), seed=3)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("part", ["inside", "leaked"])
def test_the_picture_holds_the_injected_volume(tiny_scene: Scene, view: str, part: str) -> None:
    machine = tiny_scene.config.machine
    primary_deg, secondary_deg = VIEWS[view]
    carm = machine.carm(ViewSection(primary_deg=primary_deg, secondary_deg=secondary_deg))
    canvas = Canvas(carm, machine.rows, machine.columns, 12, machine.oversampling)
    spread = getattr(tiny_scene.injection, part)
    assert len(spread.points_mm) > 20
    for time_s in np.quantile(spread.arrival_s, [0.3, 1.0]):
        filling = Filling(spread, canvas)
        thickness = filling.up_to(time_s)
        standing = slice(spread.filled(time_s))
        depth_mm = float(spread.points_mm[standing].mean(0) @ canvas.axes()[2])
        injected = float(spread.volumes_ul[standing].sum())
        assert filling.volume_ul() == pytest.approx(injected)
        assert volume_ul(thickness, canvas, depth_mm) == pytest.approx(injected, rel=0.02)
