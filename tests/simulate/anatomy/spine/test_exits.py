import functools

import numpy as np
import pytest
from scipy import ndimage

from leakwatch.simulate.anatomy.extent import extent_of
from leakwatch.simulate.anatomy.patient import Exit, Patient
from leakwatch.simulate.anatomy.spine.build import build_spine_patient
from leakwatch.simulate.anatomy.spine.exits import spine_exit
from leakwatch.simulate.anatomy.wall import clear_way, occupancy_at, walk_out
from leakwatch.simulate.config.anatomy import LesionSection, SpineSection
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.injection.leak_space import leak_space
from leakwatch.simulate.volume.grid import VoxelGrid

_HALF_MM = 40.0
_ROOM_UL = 250.0
_KINDS = (
    LeakKind.LATERAL,
    LeakKind.ANTERIOR,
    LeakKind.POSTERIOR,
    LeakKind.EPIDURAL,
    LeakKind.VEIN,
    LeakKind.DISC,
    LeakKind.FORAMINAL,
    LeakKind.NEEDLE_TRACK,
)
_FORMS = (
    SpineSection(voxel_mm=1.0),
    SpineSection(voxel_mm=1.0, needle_side="left", collapse_mm=10.0, collapse_form="crush"),
    SpineSection(voxel_mm=1.0, collapse_mm=9.0, collapse_form="biconcave", lesion=LesionSection()),
)


@functools.cache
def _patient(seed: int) -> Patient:
    return build_spine_patient(_section(seed), _HALF_MM, np.random.SeedSequence(seed))


def _section(seed: int) -> SpineSection:
    return _FORMS[seed % len(_FORMS)]


def _exit(seed: int, kind: LeakKind) -> Exit:
    return spine_exit(_section(seed), _patient(seed), kind, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", _KINDS)
def test_every_way_out_leads_from_the_bone_to_room_enough(seed: int, kind: LeakKind) -> None:
    patient, way_out = _patient(seed), _exit(seed, kind)
    assert occupancy_at(patient.outer, np.array([way_out.wall_mm]))[0] > 0.4
    assert occupancy_at(patient.outer, np.array([way_out.outside_mm]))[0] < 0.2
    space = leak_space(way_out, patient.outer, np.random.default_rng(seed))
    joined, _ = ndimage.label(np.isfinite(space.values))
    here = joined == joined[space.index_of(way_out.outside_mm)]
    assert here.sum() * space.voxel_mm**3 > _ROOM_UL


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("kind", [kind for kind in _KINDS if kind is not LeakKind.NEEDLE_TRACK])
def test_cement_in_the_body_can_come_to_the_hole(seed: int, kind: LeakKind) -> None:
    core = _patient(seed).core
    open_mm = core.points_mm(np.argwhere(core.values > 0.9))
    assert np.linalg.norm(open_mm - np.array(_exit(seed, kind).wall_mm), axis=1).min() < 3.5


@pytest.mark.parametrize(
    ("kind", "axis", "sign"),
    [
        (LeakKind.ANTERIOR, 1, -1),
        (LeakKind.POSTERIOR, 1, 1),
        (LeakKind.EPIDURAL, 1, 1),
        (LeakKind.FORAMINAL, 1, 1),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_way_out_lies_where_its_name_says(kind: LeakKind, axis: int, sign: int, seed: int) -> None:
    way_out, extent = _exit(seed, kind), extent_of(_patient(seed).treated)
    off = sign * (np.array(way_out.outside_mm) - np.array(extent.middle_mm))[axis]
    assert off > 0.2 * extent.size_mm[axis]


@pytest.mark.parametrize("kind", [LeakKind.LATERAL, LeakKind.VEIN, LeakKind.FORAMINAL, LeakKind.POSTERIOR])
@pytest.mark.parametrize("seed", range(4))
def test_sided_ways_lie_away_from_the_needle(kind: LeakKind, seed: int) -> None:
    away = -1 if _section(seed).needle_side == "left" else 1
    assert away * (_exit(seed, kind).outside_mm[0] - extent_of(_patient(seed).treated).middle_mm[0]) > 2


def test_the_needle_track_is_a_sleeve_outside_needle_and_bone() -> None:
    patient, way_out = _patient(0), _exit(0, LeakKind.NEEDLE_TRACK)
    space = leak_space(way_out, patient.outer, np.random.default_rng(0))
    places = space.points_mm(np.argwhere(np.isfinite(space.values)))
    tip, entry = np.array(patient.approach.tip_mm), np.array(patient.approach.entry_mm)
    along = (entry - tip) / np.linalg.norm(entry - tip)
    off = np.linalg.norm((places - entry) - ((places - entry) @ along)[:, None] * along, axis=1)
    # The mouth is a ball round the first free point; everything else is sleeve.
    sleeve = off[np.linalg.norm(places - np.array(way_out.outside_mm), axis=1) > 5]
    assert sleeve.min() > 1.4
    assert sleeve.max() < 3.4
    assert way_out.wall_mm == patient.approach.entry_mm


@pytest.mark.parametrize("seed", range(10))
def test_a_vein_is_free_of_bone_and_leaves_the_picture_headwards(seed: int) -> None:
    way_out = _exit(seed, LeakKind.VEIN)
    path = way_out.path_mm
    assert path is not None
    assert path[0] == pytest.approx(way_out.outside_mm)
    assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() < 1.01
    assert path[-1, 2] > _HALF_MM * 1.2
    within = np.abs(path[:, 2]) < _HALF_MM
    assert occupancy_at(_patient(seed).outer, path[within]).max() < 0.3


@pytest.mark.parametrize("seed", range(6))
def test_a_vein_soon_comes_out_of_the_shadow_of_the_body_in_one_view(seed: int) -> None:
    path, extent = _exit(seed, LeakKind.VEIN).path_mm, extent_of(_patient(seed).treated)
    assert path is not None
    soon = path[:14]
    beside = np.abs(soon[:, 0] - extent.middle_mm[0]).max() - extent.size_mm[0] / 2
    ahead = extent.low_mm[1] - soon[:, 1].min()
    assert max(beside, ahead) > 2


def test_the_epidural_plexus_goes_up_and_down_on_both_sides() -> None:
    patient, way_out = _patient(0), _exit(0, LeakKind.EPIDURAL)
    space = leak_space(way_out, patient.outer, np.random.default_rng(0))
    off = space.points_mm(np.argwhere(np.isfinite(space.values))) - np.array(way_out.outside_mm)
    for side in (-1, 1):
        for way in (-1, 1):
            limb = off[(side * off[:, 0] > 3) & (way * off[:, 2] > 10)]
            assert len(limb) * space.voxel_mm**3 > 40
    # A thin form, not a blob: nothing in the middle above and below the hole.
    assert not np.any((np.abs(off[:, 0]) < 1.5) & (np.abs(off[:, 2]) > 6))


def test_a_collapsed_body_leaks_mostly_through_its_upper_endplate() -> None:
    ups = [
        spine_exit(_section(0), _patient(0), LeakKind.DISC, np.random.default_rng(n)).outside_mm[2] > 0
        for n in range(40)
    ]
    assert 25 < sum(ups) < 40


def test_a_lateral_leak_goes_through_the_wall_a_lesion_has_opened() -> None:
    low = SpineSection(
        voxel_mm=1.0, lesion=LesionSection(centre_mm=(14.0, 0.0, -7.0), radii_mm=(9.0, 8.0, 5.0))
    )
    patient = build_spine_patient(low, 20.0, np.random.SeedSequence(1))
    assert spine_exit(low, patient, LeakKind.LATERAL, np.random.default_rng(1)).wall_mm[2] < -4


@pytest.mark.parametrize("kind", [LeakKind.INTRA_ARTICULAR, LeakKind.PRESACRAL, LeakKind.SOFT_TISSUE])
def test_what_a_vertebra_does_not_have_is_refused(kind: LeakKind) -> None:
    with pytest.raises(ValueError, match=f"no way out of kind '{kind.value}'"):
        _exit(0, kind)


def _ball(*, walled: bool) -> tuple[VoxelGrid, VoxelGrid]:
    x, y, z = (axis.astype(float) - 15 for axis in np.indices((31, 31, 31)))
    radius = np.sqrt(x**2 + y**2 + z**2)
    ball = (radius < 6).astype(np.float32)
    shut = np.maximum(ball, ((radius > 6) & (radius < 14) & (walled | (np.abs(y) < 1.5) & (x > 0)))).astype(
        np.float32
    )
    return VoxelGrid((-15.0,) * 3, 1.0, ball), VoxelGrid((-15.0,) * 3, 1.0, shut)


def test_a_way_out_turns_aside_from_bone() -> None:
    ball, shut = _ball(walled=False)
    straight, _ = walk_out(ball, (0.0, 0.0, 0.0), np.array([1.0, 0.0, 0.0]))
    wall, outside = clear_way(ball, shut, (0.0, 0.0, 0.0), np.array([1.0, 0.0, 0.0]))
    assert straight[1] == 0
    assert abs(wall[1]) > 1
    assert occupancy_at(shut, np.array([outside]))[0] < 0.2


def test_where_bone_is_all_round_there_is_no_way_out() -> None:
    ball, shut = _ball(walled=True)
    with pytest.raises(ValueError, match="there is bone wherever"):
        clear_way(ball, shut, (0.0, 0.0, 0.0), np.array([1.0, 0.0, 0.0]))
