import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.simulate.anatomy.build import build_patient
from leakwatch.simulate.anatomy.patient import Patient
from leakwatch.simulate.anatomy.sacrum.form import SacrumForm, draw_sacrum
from leakwatch.simulate.anatomy.sacrum.shape import foramen_mm
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.config.anatomy import SacrumSection
from leakwatch.simulate.volume.triple import Triple

_HALF_MM = 66.0


@functools.cache
def _ideal() -> Patient:
    section = SacrumSection(voxel_mm=1.0, vary=0.0, unevenness_mm=0.0)
    return build_patient(section, _HALF_MM, np.random.SeedSequence(0))


def _form(patient: Patient) -> SacrumForm:
    assert isinstance(patient.form, SacrumForm)
    return patient.form


def _outer(*points: Triple) -> np.ndarray:
    return occupancy_at(_ideal().outer, np.array(points))


@given(
    aside=st.floats(-50, 50),
    share=st.floats(0, 1),
    back=st.floats(-20, 50),
    tilt=st.floats(5, 70),
    seed=st.integers(0, 20),
)
def test_curved_coordinates_come_back(
    aside: float, share: float, back: float, tilt: float, seed: int
) -> None:
    section = SacrumSection(tilt_deg=tilt, centre_mm=(3.0, -5.0, 11.0))
    form = draw_sacrum(section, Variation(np.random.default_rng(seed), 1.0))
    x, y, z = form.point_mm(aside, share * form.length_mm, back)
    s, t = form.curved(np.array([y], np.float32), np.array([z], np.float32))
    assert x == pytest.approx(3.0 + aside)
    assert s[0] == pytest.approx(share * form.length_mm, abs=0.01)
    assert t[0] == pytest.approx(back, abs=0.01)


def test_the_upper_endplate_has_the_tilt_asked_for() -> None:
    form = _form(_ideal())
    front, back = np.array(form.point_mm(0, 0, 0)), np.array(form.point_mm(0, 0, 20))
    along = back - front
    assert np.rad2deg(np.arctan2(along[2], along[1])) == pytest.approx(40.0)
    apex = np.array(form.point_mm(0, form.length_mm, 0))
    assert np.linalg.norm(apex - front) == pytest.approx(100.0, abs=0.1)
    # Hollow in front: half-way down it lies behind the line from promontory to apex.
    middle = np.array(form.point_mm(0, form.length_mm / 2, 0))
    assert middle[1] > (front[1] + apex[1]) / 2 + 5


@pytest.mark.parametrize("which", range(4))
@pytest.mark.parametrize("side", [-1, 1])
def test_foramina_are_holes_from_front_to_back(which: int, side: int) -> None:
    form = _form(_ideal())
    aside, down, radius = foramen_mm(form, which)
    shift = 0.15 * (float(form.body_mm(np.array([down], np.float32))[0]) / 2)
    ahead = [form.point_mm(side * (aside + shift - 0.15 * t), down, t) for t in (-2.0, 2.0, 5.0)]
    assert _outer(*ahead).max() < 0.2
    above = form.point_mm(side * aside, down - radius - 4.5, 7.0)
    assert _outer(above)[0] > 0.9


def test_the_canal_is_open_and_lies_behind_the_bodies() -> None:
    form = _form(_ideal())
    for share in (0.12, 0.4, 0.6):
        s = share * form.length_mm
        body = float(form.body_mm(np.array([s], np.float32))[0])
        depth = float(form.canal_mm(np.array([s], np.float32))[0][0])
        assert _outer(form.point_mm(0, s, body + depth / 2))[0] < 0.1
        assert _outer(form.point_mm(0, s, body / 2))[0] > 0.9


@pytest.mark.parametrize("side", [-1, 1])
def test_a_joint_line_runs_between_sacrum_and_ilium(side: int) -> None:
    form = _form(_ideal())
    s, t = np.array([30.0], np.float32), np.array([22.0], np.float32)
    edge = float(form.half_width_mm(s, t)[0])
    inside, gap, ilium = (
        form.point_mm(side * (edge + off), 30.0, 22.0) for off in (-4.0, form.gap_mm / 2, form.gap_mm + 4)
    )
    assert _outer(inside, ilium).min() > 0.9
    assert _outer(gap)[0] < 0.6
    treated = occupancy_at(_ideal().treated, np.array([inside, ilium]))
    assert treated[0] > 0.9
    assert treated[1] < 0.1


def test_a_lumbar_vertebra_stands_on_a_disc_above() -> None:
    form = _form(_ideal())
    endplate = np.array(form.point_mm(0, 0, 15.0))
    up = np.array([0.0, -np.sin(np.deg2rad(40)), np.cos(np.deg2rad(40))])
    rise = np.arange(1.0, 30.0, 0.5)
    bone = occupancy_at(_ideal().outer, endplate + rise[:, None] * up)
    assert bone[(rise > 3) & (rise < 6)].max() < 0.2
    assert bone[(rise > 18) & (rise < 24)].min() > 0.8


@pytest.mark.parametrize("approach", ["short", "long"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_needle_ends_in_the_ala_beside_the_foramen(approach: str, side: str) -> None:
    section = SacrumSection.model_validate(
        {"kind": "sacrum", "voxel_mm": 1.2, "approach": approach, "needle_side": side}
    )
    for seed in range(3):
        patient = build_patient(section, _HALF_MM, np.random.SeedSequence(seed))
        tip = np.array(patient.approach.tip_mm)
        aside = tip[0] * (1 if side == "left" else -1)
        assert foramen_mm(_form(patient), 0)[0] + 6 < aside < 45
        assert occupancy_at(patient.core, tip[None])[0] > 0.9
        # From behind, and clear of the ilium all the way.
        hub = np.array(patient.approach.hub_mm)
        assert hub[1] > tip[1] + 15
        shaft = np.linspace(patient.approach.entry_mm, hub, 60)[2:]
        assert occupancy_at(patient.outer, shaft).max() < 0.6


def test_cement_has_a_few_millilitres_of_room() -> None:
    core = _ideal().core
    assert (core.values > 0.9).sum() * core.voxel_mm**3 > 20_000


def test_another_seed_is_another_patient_and_the_same_seed_the_same() -> None:
    section = SacrumSection(voxel_mm=1.5)
    first, again, other = (
        build_patient(section, _HALF_MM, np.random.SeedSequence(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(first.bone.values, again.bone.values)
    assert _form(first).scale != _form(other).scale
