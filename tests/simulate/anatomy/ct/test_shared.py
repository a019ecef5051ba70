"""Real CTs beside the checkout: a torso of 3 mm voxels, and a vertebra cut out at 1.5 mm."""

from pathlib import Path

import numpy as np
import pytest

from leakwatch.simulate.anatomy.build import build_patient
from leakwatch.simulate.anatomy.ct.study import open_study, treated_part
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.config.injection import LeakKind, LeakSection
from leakwatch.simulate.injection.plan import plan_injection

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def torso(shared_dir: Path, label: int) -> CtSection:
    folder = shared_dir / "data" / "ct" / "TotalSegmentator"
    return CtSection(
        volume=folder / "example_ct.nii.gz",
        labels=folder / "spine_report_example_ct_report_totalseg.nii.gz",
        treated_label=label,
        voxel_mm=0.8,
    )


def with_bodies(section: CtSection) -> CtSection:
    bodies = section.labels.with_name("spine_report_example_ct_report_totalseg_vertebrae_body.nii.gz")
    return section.model_copy(update={"body_labels": bodies, "body_values": (1,)})


@pytest.mark.parametrize("label", range(27, 33))
def test_the_cut_agrees_with_a_map_of_bodies(shared_dir: Path, label: int) -> None:
    section = torso(shared_dir, label)
    _, cut = treated_part(open_study(section), section)
    mapped = with_bodies(section)
    _, body = treated_part(open_study(mapped), mapped)
    a, b = cut.values > 0.5, body.values > 0.5
    assert 2 * (a & b).sum() / (a.sum() + b.sum()) > 0.9


@pytest.mark.parametrize("label", [27, 29, 31])
def test_a_torso_becomes_a_patient(shared_dir: Path, label: int) -> None:
    section = with_bodies(torso(shared_dir, label))
    patient = build_patient(section, 45.0, np.random.SeedSequence(1))
    assert patient.trunk is None
    assert occupancy_at(patient.core, np.array([patient.approach.tip_mm]))[0] > 0.5
    shaft = np.linspace(patient.approach.tip_mm, patient.approach.entry_mm, 50)
    assert occupancy_at(patient.outer, shaft).min() > 0.3
    assert patient.next_core is not None
    assert patient.gas.values.sum() < 0
    for kind in (LeakKind.LATERAL, LeakKind.DISC, LeakKind.VEIN):
        case = CaseSection(anatomy=section, leak=LeakSection(kind=kind, start_s=4.0, rate_ml_per_min=1.5))
        injection = plan_injection(case, patient, 7.0, np.random.default_rng(1))
        assert injection.leaked.volumes_ul.sum() > 0


def test_a_vertebra_cut_out_gets_a_trunk(shared_dir: Path) -> None:
    folder = shared_dir / "data" / "ct" / "TPTBox_L3_crop"
    section = CtSection(
        volume=folder / "sub-ct_label-22_ct.nii.gz",
        labels=folder / "sub-ct_seg-vert_label-22_msk.nii.gz",
        body_labels=folder / "sub-ct_seg-subreg_label-22_msk.nii.gz",
        body_values=(49, 50),
        treated_label=22,
        voxel_mm=0.8,
    )
    patient = build_patient(section, 45.0, np.random.SeedSequence(1))
    assert patient.trunk is not None
    assert 25 < patient.treated.values.sum() * patient.treated.voxel_mm**3 / 1000 < 50
    reach = patient.bone.voxel_mm * patient.bone.values.shape[2]
    assert reach > 100, "mirrored on beyond its ends"
