from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leakwatch.nouns import CArm
from leakwatch.simulate.anatomy.build import build_patient, find_exit
from leakwatch.simulate.anatomy.extent import extent_of
from leakwatch.simulate.anatomy.patient import Patient
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.beam.projection import Canvas, line_integrals
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.config.injection import LeakKind, LeakSection
from leakwatch.simulate.injection.plan import plan_injection
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import triple

from .ct_phantom import phantom, write

HALF_MM = 30.0
BODY_DICE, BONE_MAE, BONE_SUM = 0.97, 0.13, 0.02
KINDS = (
    LeakKind.LATERAL,
    LeakKind.ANTERIOR,
    LeakKind.POSTERIOR,
    LeakKind.EPIDURAL,
    LeakKind.VEIN,
    LeakKind.DISC,
    LeakKind.NEEDLE_TRACK,
    LeakKind.FORAMINAL,
)


def built(section: CtSection) -> Patient:
    return build_patient(section, HALF_MM, np.random.SeedSequence(3))


@pytest.fixture(scope="module")
def section(tmp_path_factory: pytest.TempPathFactory) -> CtSection:
    return write(tmp_path_factory.mktemp("ct"))


@pytest.fixture(scope="module")
def patient(section: CtSection) -> Patient:
    return built(section)


def canvas(primary_deg: float) -> Canvas:
    return Canvas(CArm(primary_deg, 0.0, 1100.0, 720.0, (1.0, 1.0)), 80, 80, margin_px=0, oversampling=1)


def centred(grid: VoxelGrid) -> VoxelGrid:
    """The parametric patient's grid with its treated body where the CT patient's is."""
    middle = extent_of(phantom().patient.treated).middle_mm
    return replace(grid, origin_mm=triple(np.subtract(grid.origin_mm, middle)))


def dice(a: np.ndarray, b: np.ndarray) -> float:
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


@pytest.mark.parametrize("primary_deg", [0.0, 45.0, 90.0])
def test_a_vertebra_comes_back_from_its_ct(patient: Patient, primary_deg: float) -> None:
    made, view = phantom().patient, canvas(primary_deg)
    bone, true = (line_integrals(grid, view) for grid in (patient.bone, centred(made.bone)))
    body, true_body = (line_integrals(grid, view) > 0.5 for grid in (patient.treated, centred(made.treated)))
    assert dice(body, true_body) > BODY_DICE
    assert bone.sum() == pytest.approx(true.sum(), rel=BONE_SUM)
    assert np.abs(bone - true)[true_body].mean() < BONE_MAE * true[true_body].mean()


def test_the_treated_body_lies_where_the_section_says(section: CtSection) -> None:
    moved = built(section.model_copy(update={"centre_mm": (3.0, -5.0, 7.0)}))
    np.testing.assert_allclose(extent_of(moved.treated).middle_mm, (3.0, -5.0, 7.0), atol=0.01)


def test_the_needle_ends_in_the_body_and_enters_through_the_pedicle(patient: Patient) -> None:
    approach = patient.approach
    assert occupancy_at(patient.core, np.array([approach.tip_mm]))[0] > 0.9
    assert approach.hub_mm[0] < approach.entry_mm[0] < approach.tip_mm[0], "the needle's side is the right"
    assert approach.hub_mm[1] > approach.entry_mm[1] > approach.tip_mm[1], "from behind"
    shaft = np.linspace(approach.tip_mm, approach.entry_mm, 60)
    assert occupancy_at(patient.outer, shaft).min() > 0.4, "in bone all the way"


def test_tip_and_entry_can_be_named(section: CtSection) -> None:
    named = section.model_copy(update={"tip_mm": (-4.0, -2.0, 1.0), "entry_mm": (-20.0, 30.0, 8.0)})
    approach = built(named).approach
    assert (approach.tip_mm, approach.entry_mm) == ((-4.0, -2.0, 1.0), (-20.0, 30.0, 8.0))


def test_a_tip_outside_the_bone_is_refused(section: CtSection) -> None:
    with pytest.raises(ValueError, match=r"tip_mm .* outside"):
        built(section.model_copy(update={"tip_mm": (0.0, -40.0, 0.0)}))


@pytest.mark.parametrize("kind", KINDS)
def test_cement_finds_every_way_out(section: CtSection, patient: Patient, kind: LeakKind) -> None:
    leak = LeakSection(kind=kind, start_s=4.0, rate_ml_per_min=1.5)
    case = CaseSection(anatomy=section, leak=leak)
    injection = plan_injection(case, patient, 7.0, np.random.default_rng(1))
    assert injection.leaked.volumes_ul.sum() > 0
    assert occupancy_at(patient.outer, injection.leaked.points_mm).mean() < 0.2


def test_an_exit_a_vertebra_lacks_is_named(section: CtSection, patient: Patient) -> None:
    with pytest.raises(ValueError, match="intra_articular"):
        find_exit(section, patient, LeakKind.INTRA_ARTICULAR, np.random.default_rng(0))


def test_another_bone_leaks_through_its_wall(section: CtSection) -> None:
    other = section.model_copy(update={"site": "other", "body_labels": None})
    patient = built(other)
    way_out = find_exit(other, patient, LeakKind.SOFT_TISSUE, np.random.default_rng(0))
    assert occupancy_at(patient.outer, np.array([way_out.outside_mm]))[0] < 0.2
    assert patient.veins == ()


def test_gas_in_the_body_moves_by_itself_and_the_rest_stays(patient: Patient) -> None:
    pocket_ml = 4 / 3 * np.pi * 0.9**3
    voxel_ml = patient.gas.voxel_mm**3 / 1000
    assert patient.trunk is None
    assert -patient.gas.values.sum() * voxel_ml == pytest.approx(pocket_ml, rel=0.08)
    # soft plus gas is the body with its hole
    whole = patient.soft.values + patient.gas.values
    assert occupancy_at(replace(patient.soft, values=whole), np.array([[0.0, -37.0, 1.0]]))[0] < 0.05


def test_the_table_is_left_out(patient: Patient) -> None:
    below = patient.soft.origin_mm[1] + patient.soft.voxel_mm * np.arange(patient.soft.values.shape[1]) > 77
    assert patient.soft.values[:, below].max() < 0.1


def test_bone_without_a_label_moves_with_soft_tissue(patient: Patient) -> None:
    assert patient.soft_bone is not None
    high = occupancy_at(patient.soft_bone, np.array([[52.0, 5.5, 0.0], [0.0, 0.0, 0.0]]))
    assert high[0] > 0.3
    assert high[1] < 0.01


def test_a_volume_cut_out_of_a_body_gets_a_trunk(section: CtSection, tmp_path: Path) -> None:
    import SimpleITK as sitk

    whole = sitk.ReadImage(section.volume)
    sitk.WriteImage(whole[28:122, 25:132, :], tmp_path / "cut.nii.gz")
    patient = built(section.model_copy(update={"volume": tmp_path / "cut.nii.gz"}))
    assert patient.trunk is not None
    # counted from water now: tissue of 40 HU
    here = np.array([[25.0, -15.0, 0.0]])
    assert occupancy_at(patient.soft, here)[0] == pytest.approx(0.04, abs=0.02)


def test_the_same_seed_gives_the_same_patient(section: CtSection, patient: Patient) -> None:
    again = built(section)
    np.testing.assert_array_equal(again.bone.values, patient.bone.values)
    np.testing.assert_array_equal(again.soft.values, patient.soft.values)
