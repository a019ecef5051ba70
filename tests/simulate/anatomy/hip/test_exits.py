import functools

import numpy as np
import pytest
from scipy import ndimage

from leakwatch.simulate.anatomy.build import build_patient, find_exit
from leakwatch.simulate.anatomy.hip.form import HipForm
from leakwatch.simulate.anatomy.patient import Exit, Patient
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.config.anatomy import HipSection
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.injection.leak_space import leak_space

_HALF_MM = 55.0
_ROOM_UL = 250.0
_KINDS = (LeakKind.INTRA_ARTICULAR, LeakKind.SOFT_TISSUE, LeakKind.VEIN, LeakKind.NEEDLE_TRACK)
_BONES = ("femur", "acetabulum")


def _section(bone: str, seed: int) -> HipSection:
    side = "left" if seed % 2 else "right"
    return HipSection.model_validate(
        {"kind": "hip", "voxel_mm": 1.2, "treated": bone, "side": side, "neck_shaft_deg": 122 + seed}
    )


@functools.cache
def _patient(bone: str, seed: int) -> Patient:
    return build_patient(_section(bone, seed), _HALF_MM, np.random.SeedSequence(seed))


def _exit(bone: str, seed: int, kind: LeakKind) -> Exit:
    return find_exit(_section(bone, seed), _patient(bone, seed), kind, np.random.default_rng(seed))


def _form(bone: str, seed: int) -> HipForm:
    form = _patient(bone, seed).form
    assert isinstance(form, HipForm)
    return form


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("bone", _BONES)
def test_every_way_out_leads_from_the_bone_to_room_enough(bone: str, kind: LeakKind, seed: int) -> None:
    patient, way_out = _patient(bone, seed), _exit(bone, seed, kind)
    assert way_out.kind is kind
    assert occupancy_at(patient.outer, np.array([way_out.wall_mm]))[0] > 0.4
    assert occupancy_at(patient.outer, np.array([way_out.outside_mm]))[0] < 0.2
    space = leak_space(way_out, patient.outer, np.random.default_rng(seed))
    joined, _ = ndimage.label(np.isfinite(space.values))
    here = joined == joined[space.index_of(way_out.outside_mm)]
    assert here.sum() * space.voxel_mm**3 > _ROOM_UL


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", _KINDS[:3])
@pytest.mark.parametrize("bone", _BONES)
def test_cement_in_the_bone_can_come_to_the_hole(bone: str, kind: LeakKind, seed: int) -> None:
    core = _patient(bone, seed).core
    open_mm = core.points_mm(np.argwhere(core.values > 0.9))
    assert np.linalg.norm(open_mm - np.array(_exit(bone, seed, kind).wall_mm), axis=1).min() < 4.5


@pytest.mark.parametrize("bone", _BONES)
@pytest.mark.parametrize("seed", range(3))
def test_a_leak_into_the_joint_is_a_sheet_between_the_two_bones(bone: str, seed: int) -> None:
    form, way_out = _form(bone, seed), _exit(bone, seed, LeakKind.INTRA_ARTICULAR)
    space = leak_space(way_out, _patient(bone, seed).outer, np.random.default_rng(seed))
    places = space.points_mm(np.argwhere(np.isfinite(space.values)))
    # The mouth itself goes into the wall.
    sheet = places[np.linalg.norm(places - np.array(way_out.outside_mm), axis=1) > 5]
    radius = np.linalg.norm(sheet - np.array(form.head_at_mm), axis=1)
    assert radius.min() >= form.head_mm - 0.01
    assert radius.max() <= form.socket_mm + 0.01
    wall = np.linalg.norm(np.subtract(way_out.wall_mm, form.head_at_mm))
    assert (wall < form.head_mm) == (bone == "femur")
    assert (wall > form.socket_mm) == (bone == "acetabulum")


@pytest.mark.parametrize("bone", _BONES)
@pytest.mark.parametrize("seed", range(8))
def test_a_vein_is_free_of_bone_and_leaves_the_picture_headwards(bone: str, seed: int) -> None:
    way_out = _exit(bone, seed, LeakKind.VEIN)
    path = way_out.path_mm
    assert path is not None
    assert path[0] == pytest.approx(way_out.outside_mm)
    assert path[-1, 2] > _HALF_MM * 1.2
    assert occupancy_at(_patient(bone, seed).outer, path).max() < 0.3


def test_cement_leaves_the_pelvis_outwards_and_inwards() -> None:
    section, patient = _section("acetabulum", 1), _patient("acetabulum", 1)
    tip = patient.approach.tip_mm[0]
    outwards = [
        find_exit(section, patient, LeakKind.SOFT_TISSUE, np.random.default_rng(n)).outside_mm[0] > tip
        for n in range(30)
    ]
    assert 8 < sum(outwards) < 28


@pytest.mark.parametrize("kind", [LeakKind.DISC, LeakKind.PRESACRAL, LeakKind.FORAMINAL])
def test_what_a_hip_does_not_have_is_refused(kind: LeakKind) -> None:
    with pytest.raises(ValueError, match=f"no way out of kind '{kind.value}'"):
        _exit("femur", 0, kind)
