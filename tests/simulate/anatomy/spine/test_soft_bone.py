import numpy as np
import pytest

from leakwatch.simulate.anatomy.patient import Patient
from leakwatch.simulate.anatomy.spine.build import build_spine_patient
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.config.anatomy import SpineSection


def _built(seed: int = 1, **settings: object) -> Patient:
    section = SpineSection.model_validate({"voxel_mm": 1.0, **settings})
    return build_spine_patient(section, 40.0, np.random.SeedSequence(seed))


def test_there_is_none_unless_asked_for() -> None:
    assert _built().soft_bone is None


def test_ribs_run_out_and_down_on_both_sides_above_the_treated_body() -> None:
    ribs = _built(ribs=True).soft_bone
    assert ribs is not None
    places = ribs.points_mm(np.argwhere(ribs.values > 0.3))
    for side in (-1, 1):
        near = places[(side * places[:, 0] > 20) & (side * places[:, 0] < 45)]
        far = places[side * places[:, 0] > 80]
        assert near[:, 2].min() > far[:, 2].min() + 10
        assert near[:, 2].min() > 0


def test_ribs_leave_the_rest_of_the_patient_as_it_was() -> None:
    without, with_ribs = _built(), _built(ribs=True)
    assert np.array_equal(without.gas.values, with_ribs.gas.values)
    assert np.array_equal(without.treated.values, with_ribs.treated.values)


def test_plaques_lie_on_a_tube_left_of_the_middle_in_front_of_the_spine() -> None:
    patient = _built(aortic_calcification=0.3)
    soft_bone = patient.soft_bone
    assert soft_bone is not None
    places = soft_bone.points_mm(np.argwhere(soft_bone.values > 0.2))
    assert places[:, 0].mean() > 5
    assert occupancy_at(patient.outer, places).max() < 0.5
    centre = places[:, :2].mean(axis=0)
    radius = np.linalg.norm(places[:, :2] - centre, axis=1)
    assert np.median(radius) == pytest.approx(9.0, abs=2.5)


def test_more_calcification_is_more_mineral() -> None:
    little, much = (_built(aortic_calcification=share).soft_bone for share in (0.1, 0.5))
    assert little is not None
    assert much is not None
    assert 3 < much.values.sum() / little.values.sum() < 8
