import functools

import numpy as np
import pytest
from scipy import ndimage

from leakwatch.simulate.anatomy.build import build_patient, find_exit
from leakwatch.simulate.anatomy.patient import Exit, Patient
from leakwatch.simulate.anatomy.sacrum.form import SacrumForm
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.config.anatomy import SacrumSection
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.injection.leak_space import leak_space

_HALF_MM = 66.0
_ROOM_UL = 250.0
_KINDS = (
    LeakKind.PRESACRAL,
    LeakKind.FORAMINAL,
    LeakKind.POSTERIOR,
    LeakKind.VEIN,
    LeakKind.DISC,
    LeakKind.NEEDLE_TRACK,
)
_FORMS = (
    SacrumSection(voxel_mm=1.2),
    SacrumSection(voxel_mm=1.2, needle_side="left", tilt_deg=52.0, approach="long"),
)


def _section(seed: int) -> SacrumSection:
    return _FORMS[seed % len(_FORMS)]


@functools.cache
def _patient(seed: int) -> Patient:
    return build_patient(_section(seed), _HALF_MM, np.random.SeedSequence(seed))


def _exit(seed: int, kind: LeakKind) -> Exit:
    return find_exit(_section(seed), _patient(seed), kind, np.random.default_rng(seed))


def _curved(seed: int, kind: LeakKind) -> tuple[float, float]:
    form = _patient(seed).form
    assert isinstance(form, SacrumForm)
    _, y, z = _exit(seed, kind).outside_mm
    s, t = form.curved(np.array([y], np.float32), np.array([z], np.float32))
    return float(s[0]), float(t[0])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", _KINDS)
def test_every_way_out_leads_from_the_bone_to_room_enough(seed: int, kind: LeakKind) -> None:
    patient, way_out = _patient(seed), _exit(seed, kind)
    assert way_out.kind is kind
    assert occupancy_at(patient.outer, np.array([way_out.wall_mm]))[0] > 0.4
    assert occupancy_at(patient.outer, np.array([way_out.outside_mm]))[0] < 0.2
    space = leak_space(way_out, patient.outer, np.random.default_rng(seed))
    joined, _ = ndimage.label(np.isfinite(space.values))
    here = joined == joined[space.index_of(way_out.outside_mm)]
    assert here.sum() * space.voxel_mm**3 > _ROOM_UL


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", [kind for kind in _KINDS if kind is not LeakKind.NEEDLE_TRACK])
def test_cement_in_the_bone_can_come_to_the_hole(seed: int, kind: LeakKind) -> None:
    core = _patient(seed).core
    open_mm = core.points_mm(np.argwhere(core.values > 0.9))
    assert np.linalg.norm(open_mm - np.array(_exit(seed, kind).wall_mm), axis=1).min() < 4.5


@pytest.mark.parametrize("seed", range(4))
def test_a_way_out_lies_where_its_name_says(seed: int) -> None:
    assert _curved(seed, LeakKind.PRESACRAL)[1] < 4
    assert _curved(seed, LeakKind.POSTERIOR)[1] > 25
    assert _curved(seed, LeakKind.DISC)[0] < 0
    assert 0 < _curved(seed, LeakKind.FORAMINAL)[1] < 6


@pytest.mark.parametrize("kind", [LeakKind.PRESACRAL, LeakKind.FORAMINAL, LeakKind.POSTERIOR])
@pytest.mark.parametrize("seed", range(4))
def test_ways_out_are_on_the_side_of_the_needle(kind: LeakKind, seed: int) -> None:
    assert _exit(seed, kind).outside_mm[0] * _patient(seed).approach.tip_mm[0] > 0


@pytest.mark.parametrize("seed", range(8))
def test_a_vein_is_free_of_bone_and_leaves_the_picture_headwards(seed: int) -> None:
    way_out = _exit(seed, LeakKind.VEIN)
    path = way_out.path_mm
    assert path is not None
    assert path[0] == pytest.approx(way_out.outside_mm)
    assert path[-1, 2] > _HALF_MM * 1.2
    assert occupancy_at(_patient(seed).outer, path).max() < 0.3


def test_a_foraminal_leak_does_not_enter_the_root() -> None:
    way_out = _exit(0, LeakKind.FORAMINAL)
    space = leak_space(way_out, _patient(0).outer, np.random.default_rng(0))
    form = _patient(0).form
    assert isinstance(form, SacrumForm)
    # The root fills the middle of a section across its course in front of the bone.
    free = space.points_mm(np.argwhere(np.isfinite(space.values)))
    _, t = form.curved(free[:, 1].astype(np.float32), free[:, 2].astype(np.float32))
    ahead = free[(t < -8) & (t > -10)]
    assert len(ahead) > 100
    assert np.linalg.norm(ahead - ahead.mean(axis=0), axis=1).min() > 0.5


@pytest.mark.parametrize("kind", [LeakKind.INTRA_ARTICULAR, LeakKind.EPIDURAL, LeakKind.LATERAL])
def test_what_a_sacrum_does_not_have_is_refused(kind: LeakKind) -> None:
    with pytest.raises(ValueError, match=f"no way out of kind '{kind.value}'"):
        _exit(0, kind)
