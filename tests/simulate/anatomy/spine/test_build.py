import numpy as np
import pytest
from scipy import ndimage

from leakwatch.simulate.anatomy.extent import extent_of
from leakwatch.simulate.anatomy.patient import Patient
from leakwatch.simulate.anatomy.spine.build import build_spine_patient
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.config.anatomy import LesionSection, SpineSection
from leakwatch.simulate.volume.grid import VoxelGrid

_HALF_MM = 40.0


def _built(seed: int = 1, half_mm: float = _HALF_MM, **settings: object) -> Patient:
    section = SpineSection.model_validate({"voxel_mm": 1.0, **settings})
    return build_spine_patient(section, half_mm, np.random.SeedSequence(seed))


def _height_mm(body: VoxelGrid, y: float) -> float:
    """Height of the body on the line through (0, y)."""
    z = body.origin_mm[2] + body.voxel_mm * np.arange(0, body.values.shape[2], 0.1)
    column = np.stack([np.zeros_like(z), np.full_like(z, y), z], axis=1)
    return float((occupancy_at(body, column) > 0.5).sum() * 0.1 * body.voxel_mm)


@pytest.fixture(scope="module")
def patient() -> Patient:
    return _built()


def test_the_body_is_a_part_of_all_bone_and_its_core_a_part_of_the_body(patient: Patient) -> None:
    places = patient.treated.points_mm(np.argwhere(patient.treated.values > 0.9))
    assert occupancy_at(patient.outer, places).min() > 0.85
    assert np.all(patient.core.values <= patient.treated.values + 1e-6)


def test_the_treated_bone_is_one_body_of_sane_form(patient: Patient) -> None:
    _, pieces = ndimage.label(patient.treated.values > 0.5)
    assert pieces == 1
    width, depth, height = extent_of(patient.treated).size_mm
    assert 40 < width < 53
    assert 25 < depth < 36
    assert 22 < height < 31


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_needle_goes_through_the_pedicle_on_its_side_into_the_core(seed: int, side: str) -> None:
    patient = _built(seed, needle_side=side)
    tip, entry = np.array(patient.approach.tip_mm), np.array(patient.approach.entry_mm)
    sign = 1 if side == "left" else -1
    assert sign * entry[0] > sign * tip[0] > 0
    assert occupancy_at(patient.core, tip[None])[0] > 0.9
    # In bone all the way: through body, pedicle and lamina, never into the canal.
    shaft = tip + np.linspace(0, 0.97, 60)[:, None] * (entry - tip)
    assert np.mean(occupancy_at(patient.outer, shaft) > 0.5) > 0.97
    beyond = entry + np.linspace(1.5, 30, 20)[:, None] * (entry - tip) / np.linalg.norm(entry - tip)
    assert occupancy_at(patient.outer, beyond).max() < 0.5


def test_without_variation_every_seed_has_the_same_form() -> None:
    one, two = (_built(seed, vary=0.0, unevenness_mm=0.0) for seed in (1, 2))
    assert np.array_equal(one.outer.values, two.outer.values)
    assert not np.array_equal(one.bone.values, two.bone.values)


def test_seeds_differ_in_size_by_some_percent() -> None:
    widths = [extent_of(_built(seed, half_mm=18.0).treated).size_mm[0] for seed in range(12)]
    assert 1.0 < np.std(widths) < 4.0
    assert np.mean(widths) == pytest.approx(46.0, rel=0.05)


def test_the_same_seed_is_the_same_patient(patient: Patient) -> None:
    again = _built()
    assert np.array_equal(patient.bone.values, again.bone.values)
    assert patient.approach == again.approach


@pytest.mark.parametrize(
    ("form", "front", "middle", "back"),
    [("wedge", 7.0, 4.0, 1.5), ("biconcave", 1.0, 8.0, 3.5), ("crush", 7.5, 7.2, 7.0)],
)
def test_a_collapsed_body_has_lost_its_height_where_its_form_says(
    form: str, front: float, middle: float, back: float
) -> None:
    whole = _built(vary=0.0, unevenness_mm=0.0, collapse_mm=0.0, half_mm=20.0)
    lost = _built(vary=0.0, unevenness_mm=0.0, collapse_mm=8.0, collapse_form=form, half_mm=20.0)
    for y, expected in ((-14.0, front), (0.0, middle), (11.5, back)):
        assert _height_mm(whole.treated, y) - _height_mm(lost.treated, y) == pytest.approx(expected, abs=1.2)


def test_a_lesion_takes_mineral_and_opens_the_wall_but_not_the_silhouette() -> None:
    lesion = LesionSection(centre_mm=(14.0, -3.0, 1.0), radii_mm=(11.0, 9.0, 8.0), bone_left=0.1)
    sound, eaten = (_built(half_mm=20.0, lesion=choice) for choice in (None, lesion))
    inside = np.array([[14.0, -3.0, 1.0]]) + 4.0 * np.array([[0, 0, 0], *np.eye(3), *-np.eye(3)])
    ratio = occupancy_at(eaten.bone, inside).sum() / occupancy_at(sound.bone, inside).sum()
    assert ratio == pytest.approx(0.1, abs=0.03)
    assert np.array_equal(sound.treated.values, eaten.treated.values)
    wall = np.array(extent_of(sound.treated).high_mm)[0] - 0.5
    at_wall = np.array([[wall - 1.0, -3.0, 1.0]])
    assert occupancy_at(eaten.core, at_wall)[0] > occupancy_at(sound.core, at_wall)[0] + 0.2
    far = np.array([[-14.0, 2.0, 0.0]])
    assert np.array_equal(occupancy_at(sound.bone, far), occupancy_at(eaten.bone, far))


def test_thin_bone_holds_less_mineral() -> None:
    thin, dense = (_built(half_mm=20.0, vary=0.0, bone_density=density) for density in (0.6, 1.2))
    middle = np.array([[x, y, 0.0] for x in (-8, 0, 8) for y in (-6, 0, 6)], float)
    assert occupancy_at(thin.bone, middle).sum() == pytest.approx(
        0.5 * occupancy_at(dense.bone, middle).sum(), rel=0.02
    )


def test_neighbours_lie_a_disc_away(patient: Patient) -> None:
    assert patient.next_core is not None
    above = extent_of(patient.next_core).low_mm[2]
    assert 3.0 < above - extent_of(patient.core).high_mm[2] < 16.0


def test_the_treated_body_is_whole_however_small_the_picture(patient: Patient) -> None:
    small = extent_of(_built(half_mm=3.0).treated)
    assert small.size_mm == pytest.approx(extent_of(patient.treated).size_mm, abs=1.1)
