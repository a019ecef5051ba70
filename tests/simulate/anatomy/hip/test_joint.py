import functools

import numpy as np
import pytest

from leakwatch.nouns import CArm
from leakwatch.simulate.anatomy.build import build_patient
from leakwatch.simulate.anatomy.hip.form import HipForm
from leakwatch.simulate.anatomy.patient import Patient
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.beam.projection import Canvas, line_integrals
from leakwatch.simulate.config.anatomy import HipSection

_HALF_MM = 55.0


@functools.cache
def _patient(treated: str = "femur", side: str = "left", gap_mm: float = 4.0, seed: int = 0) -> Patient:
    section = HipSection.model_validate(
        {"kind": "hip", "voxel_mm": 0.8, "treated": treated, "side": side, "joint_space_mm": gap_mm}
    )
    return build_patient(section, _HALF_MM, np.random.SeedSequence(seed))


def _form(patient: Patient) -> HipForm:
    assert isinstance(patient.form, HipForm)
    return patient.form


@pytest.mark.parametrize("gap_mm", [2.0, 4.0, 6.0])
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_joint_space_between_the_bones_is_the_one_asked_for(gap_mm: float, side: str) -> None:
    patient = _patient("femur", side, gap_mm, seed=3)
    form = _form(patient)
    rng = np.random.default_rng(0)
    for _ in range(20):
        towards = np.array([rng.uniform(-0.4, 0.35), rng.uniform(-0.3, 0.3), 1.0])
        towards /= np.linalg.norm(towards)
        reach = np.arange(form.head_mm - 3, form.socket_mm + 3, 0.02)
        bone = occupancy_at(patient.outer, np.array([form.point_mm(r * towards) for r in reach]))
        # Partial voxels share out what is filled: the emptiness between the bones is the gap.
        assert np.sum(1 - bone) * 0.02 == pytest.approx(gap_mm, abs=0.25)


def test_head_and_socket_are_spheres_about_one_centre() -> None:
    patient = _patient()
    form = _form(patient)
    section = np.array([[0.0, 0.0, 1.0], [0.3, 0.3, 1.0], [-0.5, 0.2, 0.8]])
    for towards in section / np.linalg.norm(section, axis=1, keepdims=True):
        inside, outside = (
            occupancy_at(patient.treated, np.array([form.point_mm(r * towards)]))[0]
            for r in (form.head_mm - 1.2, form.head_mm + 1.2)
        )
        assert inside > 0.9
        assert outside < 0.1


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_shaft_stands_lateral_to_the_head_and_the_ischium_below(side: str) -> None:
    patient = _patient("femur", side)
    form = _form(patient)
    away = form.side
    head = np.array(form.head_at_mm)
    assert away == (1 if side == "left" else -1)
    shaft = np.array(form.point_mm(np.asarray(form.neck_mm) + 22 * np.asarray(form.shaft)))
    assert away * (shaft - head)[0] > 30
    assert occupancy_at(patient.treated, shaft[None])[0] > 0.9
    # The hip bone is no part of a treated femur.
    roof = np.array(form.point_mm(np.array([0.0, 0.0, form.socket_mm + 8])))
    assert occupancy_at(patient.outer, roof[None])[0] > 0.9
    assert occupancy_at(patient.treated, roof[None])[0] < 0.1


def test_the_shafts_cortex_is_thick_and_the_heads_thin() -> None:
    patient = _patient()
    form = _form(patient)
    across = np.cross(form.shaft, [0.0, 1.0, 0.0])
    low = np.asarray(form.neck_mm) + 40 * np.asarray(form.shaft)

    def dense_mm(start: np.ndarray, towards: np.ndarray) -> float:
        path = np.array([form.point_mm(start + r * towards) for r in np.arange(0, 40, 0.1)])
        return float(0.1 * np.sum(occupancy_at(patient.bone, path) > 0.6))

    assert dense_mm(low, -across * np.sign(across[0])) > 3.0
    assert dense_mm(np.zeros(3), np.array([-0.2, 0.0, 0.98])) < 3.0


def test_bone_is_densest_where_the_load_goes_and_least_in_wards_triangle() -> None:
    patient = _patient()
    form = _form(patient)
    neck, upper = form.neck, np.array([0.6, 0.15, 0.79])
    upper = upper - (upper @ neck) * neck
    upper /= np.linalg.norm(upper)
    length = float(np.linalg.norm(form.neck_mm))

    def around(own: np.ndarray) -> float:
        offsets = np.random.default_rng(0).uniform(-3, 3, (400, 3))
        return float(occupancy_at(patient.bone, np.array(form.point_mm(own)) + offsets).mean())

    ward, loaded = around(0.72 * length * neck - 3 * upper), around(0.5 * form.head_mm * upper)
    assert loaded > 1.8 * ward


@pytest.mark.parametrize("treated", ["femur", "acetabulum"])
@pytest.mark.parametrize("seed", range(3))
def test_the_needle_ends_in_spongy_bone_with_room_for_cement(treated: str, seed: int) -> None:
    patient = _patient(treated, "right", seed=seed)
    assert patient.site == treated
    tip, entry, hub = (
        np.array(p) for p in (patient.approach.tip_mm, patient.approach.entry_mm, patient.approach.hub_mm)
    )
    assert occupancy_at(patient.core, tip[None])[0] > 0.9
    assert (patient.core.values > 0.9).sum() * patient.core.voxel_mm**3 > 8_000
    shaft = np.linspace(entry, hub, 60)[3:]
    assert occupancy_at(patient.outer, shaft).max() < 0.2


def test_the_treated_acetabulum_leaves_the_joint_to_be_seen_from_in_front() -> None:
    patient = _patient("acetabulum")
    form = _form(patient)
    canvas = Canvas(CArm(0.0, 0.0, 1100.0, 720.0, (1.0, 1.0)), 160, 160, 0, 1)
    chord = line_integrals(patient.treated, canvas)
    y, x = np.indices(chord.shape)
    pixel_mm = 720.0 / 1100.0
    # Seen from in front the patient's left is on the right.
    u = (x - 79.5) * pixel_mm - form.head_at_mm[0]
    v = -(y - 79.5) * pixel_mm - form.head_at_mm[2]
    radius = np.hypot(u, v)
    assert chord[radius < form.head_mm].max() < 0.5
    above = (np.abs(u) < 8) & (v > form.socket_mm + 3) & (v < form.socket_mm + 20)
    assert chord[above].min() > 10


def test_the_left_hip_is_the_right_one_in_a_mirror() -> None:
    left, right = (
        build_patient(
            HipSection.model_validate(
                {"kind": "hip", "voxel_mm": 1.5, "side": side, "unevenness_mm": 0, "vary": 0}
            ),
            _HALF_MM,
            np.random.SeedSequence(1),
        )
        for side in ("left", "right")
    )
    points = np.random.default_rng(2).uniform(-40, 40, (500, 3))
    there = occupancy_at(left.outer, points)
    assert there.std() > 0.3
    # The grids do not mirror voxel on voxel: only partial ones differ.
    differs = np.abs(there - occupancy_at(right.outer, points * [-1, 1, 1])) > 0.35
    assert differs.mean() < 0.01


@pytest.mark.parametrize("treated", ["femur", "acetabulum"])
def test_gas_does_not_end_at_a_straight_edge(treated: str) -> None:
    gas = _patient(treated).gas.values
    assert gas.min() < 0
    assert gas[0].min() == gas[-1].min() == 0
