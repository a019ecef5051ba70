import numpy as np
import pytest
from scipy import ndimage

from leakwatch.simulate.beam.materials import attenuation_per_mm
from leakwatch.simulate.config.injection import Product
from leakwatch.simulate.injection.spread import grow
from leakwatch.simulate.scene import build_scene
from leakwatch.simulate.testing import tiny_config
from leakwatch.simulate.volume.grid import VoxelGrid


def test_attenuation_is_the_tables_at_a_tabulated_energy_and_between_in_between() -> None:
    assert attenuation_per_mm(Product.BASO4_30, 60) == pytest.approx(0.152)
    assert 0.152 < attenuation_per_mm(Product.BASO4_30, 55) < 0.234


@pytest.mark.parametrize(("material", "kev"), [("cheese", 60.0), ("water", 90.0)])
def test_attenuation_of_the_unknown_is_refused(material: str, kev: float) -> None:
    with pytest.raises(ValueError, match="tabulated"):
        attenuation_per_mm(material, kev)


def test_cement_in_an_even_medium_is_a_ball_of_the_injected_volume() -> None:
    even = VoxelGrid((-10.0, -10.0, -10.0), 0.5, np.ones((41, 41, 41), np.float32))
    spread = grow(even, (0.0, 0.0, 0.0), 1.0, 100.0, 2.0, 4.0)
    assert spread.volumes_ul.sum() == pytest.approx(200.0, abs=0.2)
    assert spread.filled(1.99) == 0
    assert spread.volumes_ul[: spread.filled(3.0)].sum() == pytest.approx(100.0, abs=0.2)
    radius = np.linalg.norm(spread.points_mm, axis=1)
    exact = (3 * 200 / (4 * np.pi)) ** (1 / 3)
    # A 26-neighbour front is a polyhedron, within a tenth of the ball.
    assert radius.max() == pytest.approx(exact, rel=0.12)


def test_cement_goes_round_what_it_cannot_enter() -> None:
    values = np.ones((21, 21, 21), np.float32)
    values[12] = np.inf
    spread = grow(VoxelGrid((0.0, 0.0, 0.0), 1.0, values), (8.0, 10.0, 10.0), 1.0, 1000.0, 0.0, 1.0)
    assert spread.points_mm[:, 0].max() == 11.0


def test_more_cement_than_room_is_refused() -> None:
    small = VoxelGrid((0.0, 0.0, 0.0), 1.0, np.ones((3, 3, 3), np.float32))
    with pytest.raises(ValueError, match="do not fit"):
        grow(small, (1.0, 1.0, 1.0), 1.0, 1000.0, 0.0, 1.0)


@pytest.mark.parametrize("kind", ["lateral", "epidural", "disc", "vein"])
def test_leaked_cement_is_outside_all_bone_and_comes_after_the_cement_at_the_breach(kind: str) -> None:
    scene = build_scene(tiny_config(kind, frames=40), 1)
    injection, outer = scene.injection, scene.spine.outer
    index = (injection.leaked.points_mm - outer.origin_mm) / outer.voxel_mm
    bone = ndimage.map_coordinates(outer.values, index.T, order=1)
    assert np.mean(bone < 0.5) > 0.99
    assert injection.breach is not None
    wall = np.asarray(injection.breach.wall_mm)
    inside = np.linalg.norm(injection.inside.points_mm - wall, axis=1) < 2.5
    assert injection.inside.arrival_s[inside].min() < injection.leaked.arrival_s[0]
    assert np.linalg.norm(injection.leaked.points_mm[0] - wall) < 3.0


def test_cement_that_has_not_leaked_is_within_the_body() -> None:
    scene = build_scene(tiny_config(None), 2)
    body = scene.spine.body
    index = (scene.injection.inside.points_mm - body.origin_mm) / body.voxel_mm
    assert ndimage.map_coordinates(body.values, index.T, order=1).min() > 0.5
    assert len(scene.injection.leaked.volumes_ul) == 0


def test_another_seed_is_another_patient() -> None:
    one, two = (build_scene(tiny_config(None), seed) for seed in (1, 2))
    assert not np.array_equal(one.gas.values, two.gas.values)
    assert not np.array_equal(one.injection.inside.points_mm, two.injection.inside.points_mm)
