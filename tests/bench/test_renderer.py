from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.bench.renderer.__main__ import main
from leakwatch.bench.renderer.check import Check, Setup, ViewCheck, check
from leakwatch.bench.renderer.compare import agreement, shift_px
from leakwatch.bench.renderer.meshes import Mesh, cubes, rod, surface, upright, without, write_stl
from leakwatch.bench.renderer.ours import block_means, our_integrals, our_paths
from leakwatch.bench.renderer.report import write_report
from leakwatch.bench.renderer.scene import TRUNK, Solids, attenuations_per_mm, build_solids
from leakwatch.simulate.beam.projection import Canvas
from leakwatch.simulate.config.machine import MachineSection, ViewSection
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import ellipsoid, occupancy

MACHINE = MachineSection(rows=64, columns=64, imager_spacing_mm=2.2)
needs_renderer = pytest.mark.skipif(find_spec("gvxrPython3") is None, reason="gVirtualXray is not installed")


def is_closed(mesh: Mesh) -> bool:
    """Say whether each edge is passed as often one way as the other."""
    corners, index = np.unique(np.round(mesh.corners_mm.reshape(-1, 3), 6), axis=0, return_inverse=True)
    faces = index.reshape(-1, 3)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).astype(np.int64)
    there, back = edges @ [len(corners), 1], edges @ [1, len(corners)]
    return np.array_equal(np.sort(there), np.sort(back))


def ball(radius: float) -> VoxelGrid:
    grid = empty_grid((-8, -8, -8), (8, 8, 8), 0.5)
    distance = ellipsoid(*open_axes_mm(grid), (0.3, -0.2, 0.1), (radius,) * 3)
    return replace(grid, values=occupancy(distance, 0.5))


def test_a_sampled_ball_has_its_volume_and_faces_outwards() -> None:
    mesh = surface(ball(6.0))
    assert is_closed(mesh)
    assert mesh.volume_ul == pytest.approx(4 / 3 * np.pi * 6.0**3, rel=0.005)


def test_what_the_box_cuts_off_is_closed() -> None:
    grid = replace(ball(6.0), values=np.ones((4, 5, 6), np.float32))
    assert is_closed(surface(grid))


def test_a_shell_is_the_difference_of_its_surfaces() -> None:
    outer, inner = surface(ball(6.0)), surface(ball(4.0))
    shell = without(outer, inner)
    assert is_closed(shell)
    assert shell.volume_ul == pytest.approx(outer.volume_ul - inner.volume_ul)


@given(st.sets(st.tuples(*[st.integers(-3, 3)] * 3), min_size=1, max_size=30))
def test_cubes_have_their_volume_and_a_closed_skin(places: set[tuple[int, int, int]]) -> None:
    mesh = cubes(np.array(sorted(places)) * 0.5 + 0.1, 0.5)
    assert mesh.volume_ul == pytest.approx(0.125 * len(places))
    assert is_closed(mesh)


def test_two_cubes_share_no_face() -> None:
    assert len(cubes(np.array([[0.0, 0, 0], [1.0, 0, 0]]), 1.0).corners_mm) == 2 * 10


def test_a_rod_has_a_cylinders_volume_however_it_is_cut() -> None:
    for storeys in (1, 7):
        mesh = rod(np.array([1.0, 2, 3]), np.array([4.0, 6, 3]), 1.5, storeys)
        assert is_closed(mesh)
        assert mesh.volume_ul == pytest.approx(np.pi * 1.5**2 * 5)


def test_overlapping_cylinders_count_once() -> None:
    small, large = (1.0, 0.0, 2.0, 3.0), (0.0, 0.0, 9.0, 8.0)
    mesh = upright((small, large), 5.0, storeys=3)
    assert is_closed(mesh)
    assert mesh.volume_ul == pytest.approx(np.pi * 9 * 8 * 10, rel=1e-4)


def test_cylinders_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="do not share the middle"):
        upright(((0.0, 0.0, 2.0, 3.0), (9.0, 0.0, 2.0, 3.0)), 5.0)


def test_an_stl_file_holds_the_triangles(tmp_path: Path) -> None:
    mesh = cubes(np.zeros((1, 3)), 2.0)
    write_stl(mesh, tmp_path / "cube.stl")
    content = (tmp_path / "cube.stl").read_bytes()
    assert len(content) == 84 + 50 * 12
    assert int.from_bytes(content[80:84], "little") == 12
    normal, *corners = np.frombuffer(content[84 : 84 + 48], "<f4").reshape(4, 3)
    assert np.array(corners) == pytest.approx(mesh.corners_mm[0])
    assert normal @ np.mean(corners, axis=0) == pytest.approx(1.0)


@pytest.fixture(scope="module")
def solids() -> Solids:
    return build_solids(seed=1, voxel_mm=1.5, half_height_mm=45.0, cement_ml=1.0)


def test_the_scene_nests(solids: Solids) -> None:
    assert np.all(solids.core.values <= solids.outer.values)
    assert solids.cement.volumes_ul.sum() == pytest.approx(1000.0, abs=1.5**3)
    for x, y in solids.needle_mm[:, :2]:
        assert any(
            ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1 for cx, cy, rx, ry in solids.trunk.cylinders
        )


def test_what_weighs_as_water_cannot_be_seen_in_it(solids: Solids) -> None:
    carm = MACHINE.carm(ViewSection())
    paths = our_paths(solids, Canvas(carm, 64, 64, 0, 1))
    all_water = dict.fromkeys(attenuations_per_mm(60.0), 0.02)
    assert our_integrals(paths, all_water, water=True) == pytest.approx(0.02 * paths[TRUNK])
    bare = our_integrals(paths, attenuations_per_mm(60.0), water=False)
    assert bare.max() > 1.0
    assert bare[paths["cortex"] + paths["needle"] == 0].max() == 0.0


def test_block_means() -> None:
    assert block_means(np.arange(16.0).reshape(4, 4), 2).tolist() == [[2.5, 4.5], [10.5, 12.5]]


def blob(x: float, y: float) -> np.ndarray:
    rows, columns = np.indices((48, 48))
    return np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 30.0)


def test_a_shift_is_found_to_a_hundredth_of_a_pixel() -> None:
    assert shift_px(blob(23.0, 25.0), blob(23.37, 24.81)) == pytest.approx([-0.19, 0.37], abs=0.011)


def test_agreement_is_relative_to_the_mean_of_the_reference_within_the_object() -> None:
    reference = np.array([[2.0, 4.0], [0.0, 0.0]])
    one = agreement(reference + np.array([[0.1, -0.3], [9.0, 9.0]]), reference, reference > 1)
    assert (one.pixels, one.mean) == (2, 3.0)
    assert one.error_share == pytest.approx(0.2 / 3)
    assert one.bias_share == pytest.approx(-0.1 / 3)
    assert one.worst == pytest.approx(0.3)


def test_an_empty_object_is_refused() -> None:
    with pytest.raises(ValueError, match="no shadow"):
        agreement(np.ones((2, 2)), np.ones((2, 2)), np.zeros((2, 2), bool))


def test_a_report_is_written(tmp_path: Path) -> None:
    one = agreement(blob(20, 20) + 0.01, blob(20, 20), blob(20, 20) > 0.1)
    view = ViewCheck("AP", 0.0, 0.0, one, one, {"cement": one}, blob(20, 20), blob(20, 20))
    text = write_report(Check(Setup(), MACHINE, (view,)), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "renderer.json",
        "renderer.md",
        "simulator-check-ap.png",
    }
    assert "| AP | cement |" in text
    assert f"{100 * one.error_share:.2f} %" in text


@pytest.mark.skipif(find_spec("gvxrPython3") is not None, reason="gVirtualXray is installed")
def test_what_is_missing_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-o", str(tmp_path), "--voxel-mm", "2"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: gVirtualXray cannot be loaded: install it with")
    assert error.count("\n") == 1


@pytest.mark.slow
@needs_renderer
def test_another_renderer_sees_the_same() -> None:
    # Coarse voxels, so that it takes seconds; the figures in the docs are of finer ones.
    result = check(Setup(voxel_mm=1.0, reference_oversampling=3), MACHINE)
    for view in result.views:
        for one in (view.bare, view.watered):
            assert one.error_share < 0.03
            assert one.shift_px < 0.1
