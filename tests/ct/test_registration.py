"""A bone's radiographs are the simulator's, and its pose is found again from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.ct.bone import LabelledBone
from leakwatch.ct.drr import drr
from leakwatch.ct.pose import BonePose, mean_distance_mm
from leakwatch.ct.register import Registration, View, register
from leakwatch.ct.search import minimise
from leakwatch.nouns import CArm
from leakwatch.simulate.beam.projection import Canvas, line_integrals
from leakwatch.simulate.scene import build_scene
from leakwatch.simulate.testing import tiny_config
from leakwatch.simulate.volume.grid import VoxelGrid, cut, window_between

SIZE = 96


def machine(primary_deg: float) -> CArm:
    spacing = 92.0 / SIZE * 1100 / 720
    return CArm(primary_deg, 0.0, 1100.0, 720.0, (spacing, spacing))


@pytest.fixture(scope="module")
def bone() -> LabelledBone:
    patient = build_scene(tiny_config(), 1).patient
    part = cut(patient.bone, window_between(patient.bone, (-45.0, -30.0, -22.0), (45.0, 70.0, 22.0)))
    thin = VoxelGrid(part.origin_mm, part.voxel_mm * 2, np.ascontiguousarray(part.values[::2, ::2, ::2]))
    points = patient.treated.points_mm(np.argwhere(patient.treated.values > 0.5))[::100]
    x, y, z = (float(n) for n in points.mean(axis=0))
    return LabelledBone(thin, points, (x, y, z))


@pytest.mark.parametrize("primary_deg", [0.0, 35.0, 90.0])
def test_at_rest_the_radiograph_is_the_simulators(bone: LabelledBone, primary_deg: float) -> None:
    carm = machine(primary_deg)
    rest = BonePose(bone.centre_mm, bone.centre_mm)
    theirs = line_integrals(bone.mineral, Canvas(carm, SIZE, SIZE, 0, 1))
    np.testing.assert_allclose(drr(bone.mineral, rest, carm, SIZE, SIZE), theirs, atol=2e-2)


@given(st.lists(st.floats(-20, 20), min_size=6, max_size=6))
def test_a_pose_is_undone_by_its_inverse(step: list[float]) -> None:
    pose = BonePose((3.0, -40.0, 900.0), (0.0, 0.0, 0.0)).moved(step)
    points = np.array([[0.0, 0.0, 0.0], [30.0, -20.0, 910.0]])
    np.testing.assert_allclose(pose.ct_from_lps(pose.lps_from_ct(points)), points, atol=1e-9)


def test_the_search_finds_the_bottom_of_a_valley() -> None:
    bottom = np.array([1.0, -2.0, 0.5])
    place, cost = minimise(
        lambda at: float(np.sum((at - bottom) ** 2 * [1.0, 20.0, 5.0])),
        (2.0, 2.0, 2.0),
        80,
        12,
        np.random.default_rng(3),
        smallest=1e-4,
    )
    np.testing.assert_allclose(place, bottom, atol=0.01)
    assert cost < 1e-3


def test_two_views_find_a_moved_bone(bone: LabelledBone) -> None:
    true = BonePose(bone.centre_mm, bone.centre_mm)
    views = [View(drr(bone.mineral, true, carm, SIZE, SIZE), carm) for carm in (machine(0.0), machine(90.0))]
    found = register(bone, views, true.moved([4, -5, 5, 3, -2, 2]))
    assert found.trusted
    assert mean_distance_mm(bone.points_mm, found.pose, true) < 1.0


def test_pictures_without_the_bone_are_not_trusted(bone: LabelledBone) -> None:
    rng = np.random.default_rng(1)
    views = [
        View(rng.standard_normal((SIZE, SIZE)).astype(np.float32), machine(angle)) for angle in (0.0, 90.0)
    ]
    start = BonePose(bone.centre_mm, bone.centre_mm)
    assert not register(bone, views, start).trusted


def test_one_view_is_never_trusted(bone: LabelledBone) -> None:
    pose = BonePose(bone.centre_mm, bone.centre_mm)
    assert Registration(pose, 1.0, 0.0, 0.0, 2).trusted
    assert not Registration(pose, 1.0, 0.0, 0.0, 1).trusted
