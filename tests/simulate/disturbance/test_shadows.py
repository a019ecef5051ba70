"""Each disturbance, switched on alone, changes the frames it should and no others."""

import numpy as np
import pytest

from leakwatch.simulate.beam.basis import Basis
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.config.disturbance import HandSection, VenogramSection
from leakwatch.simulate.disturbance.every import shadows_of
from leakwatch.simulate.disturbance.hand import come_mm, hand_shadows
from leakwatch.simulate.disturbance.needle import needle_shadows
from leakwatch.simulate.disturbance.venogram import strength_at
from leakwatch.simulate.motion.layers import build_layers
from leakwatch.simulate.run import SimulatedRun, prepare_runs
from leakwatch.simulate.scene import build_scene
from leakwatch.simulate.testing import tiny_config

STILL = {
    "bone_mm": (0, 0, 0),
    "bone_rotation_deg": (0, 0, 0),
    "soft_mm": (0, 0, 0),
    "gas_mm": (0, 0, 0),
    "peristalsis_mm": 0.0,
    "restlessness_mm": 0.0,
}


def run_with(**disturbance: object) -> SimulatedRun:
    base = tiny_config(None, size_px=64, frames=40).model_dump(by_alias=True)
    changed = base | {"movement": STILL, "disturbance": disturbance}
    changed["cement"] = base["cement"] | {"start_s": 4.9, "rate_ml_per_min": 1.0}
    return prepare_runs(build_scene(CaseSection.model_validate(changed), 1), 1)[0]


def attenuation(run: SimulatedRun) -> np.ndarray:
    return np.stack([frame.attenuation for frame in run.frames()])


def changes_mm(run: SimulatedRun) -> np.ndarray:
    """Largest change of attenuation of each frame against the one before."""
    return np.abs(np.diff(attenuation(run), axis=0)).max(axis=(1, 2))


def test_with_nothing_asked_for_nothing_moves() -> None:
    assert changes_mm(run_with())[:36].max() < 1e-4


@pytest.mark.parametrize(
    ("asked", "first_s", "last_s"),
    [
        ({"needle_move": {"start_s": 2.0, "duration_s": 1.0, "back_mm": 8.0}}, 2.0, 3.0),
        ({"hand": {"start_s": 1.0, "stay_s": 1.0}}, 1.0, 3.0),
        ({"hand": {"thing": "syringe", "border": "top", "start_s": 1.0, "stay_s": 1.0}}, 1.0, 3.0),
        ({"gas_wave": {"start_s": 2.0, "duration_s": 1.5, "from_mm": (20.0, -50.0, 5.0)}}, 2.0, 3.5),
        ({"stylet": {"out_s": 1.0, "duration_s": 0.6}}, 1.0, 1.6),
        ({"venogram": {"start_s": 1.0, "duration_s": 0.5, "volume_ml": 1.0, "washout_s": 0.2}}, 1.0, 3.0),
    ],
    ids=["needle", "hand", "syringe", "gas", "stylet", "venogram"],
)
def test_each_disturbs_its_own_time(asked: dict, first_s: float, last_s: float) -> None:
    # Cement reaches the tip at 4.9 s; what fills the tube after a stylet comes just before.
    changed = np.flatnonzero(changes_mm(run_with(**asked))[:30] > 1e-3) / 7.5
    assert first_s - 1 / 7.5 <= changed.min()
    assert changed.max() <= last_s + 1 / 7.5
    assert changed.max() - changed.min() > 0.4 * (last_s - first_s)


def test_older_cement_is_there_from_the_start_and_is_not_counted() -> None:
    with_it, without = run_with(prior_cement={"volume_ml": 1.5}), run_with()
    frames = zip(with_it.frames(), without.frames(), strict=True)
    for a, b in list(frames)[::13]:
        assert (a.attenuation - b.attenuation).max() > 0.3
        assert a.truth.cement_area_mm2 == b.truth.cement_area_mm2


def test_older_cement_is_the_volume_asked_for() -> None:
    run = run_with(prior_cement={"volume_ml": 1.5})
    shadow = next(s for s in run.shadows if s.basis is Basis.CEMENT and s is not run.shadows[1])
    picture = shadow.at(0.0)
    assert picture is not None
    # It lies within a few per cent of the isocentre's magnification; part of it is beyond the border.
    volume_ul = picture.sum() * run.scene.config.machine.pixel_mm**2
    assert 300 < volume_ul < 1650


def test_a_withdrawn_needle_goes_back_along_itself() -> None:
    base = tiny_config(None, size_px=64, frames=8).model_dump(by_alias=True)
    base |= {"movement": STILL, "disturbance": {"needle_move": {"start_s": 0.2, "back_mm": 20.0}}}
    scene = build_scene(CaseSection.model_validate(base), 1)
    layers = build_layers(scene, scene.config.machine.views[0], np.random.default_rng(1))
    tube = needle_shadows(scene, layers)[0]
    before, after = tube.at(0.0), tube.at(5.0)
    assert before is not None
    assert after is not None
    # What it leaves free was covered, and it covers little that was free before.
    assert ((before > 0.3) & (after < 0.05)).sum() > 10
    assert ((after > 0.3) & (before < 0.05)).sum() < 0.2 * (before > 0.3).sum()


def test_only_the_view_named_sees_a_hand() -> None:
    base = tiny_config(None, planes=2, size_px=48, frames=8).model_dump(by_alias=True)
    base["disturbance"] = {"hand": {"start_s": 0.1, "view": 1}}
    scene = build_scene(CaseSection.model_validate(base), 1)
    layers = [build_layers(scene, v, np.random.default_rng(1)) for v in scene.config.machine.views]
    assert len(shadows_of(scene, layers[1], 1, 1)) - len(shadows_of(scene, layers[0], 0, 1)) == 2


@pytest.mark.parametrize("border", ["left", "right", "top", "bottom"])
def test_a_hand_touches_its_border_and_not_the_one_across(border: str) -> None:
    machine = tiny_config(None).machine
    flesh = hand_shadows(HandSection(start_s=1.0, border=border), machine)[0].at(2.0)
    assert flesh is not None
    edges = {"left": flesh[:, 0], "right": flesh[:, -1], "top": flesh[0], "bottom": flesh[-1]}
    across = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[border]
    assert edges[border].max() > 10
    assert edges[across].max() == 0


def test_a_hand_is_away_before_and_after() -> None:
    section = HandSection(start_s=1.0, stay_s=2.0, reach_mm=30.0)
    assert come_mm(section, 0.99) is None
    assert come_mm(section, 4.01) is None
    reached = come_mm(section, 2.5)
    assert reached is not None
    assert reached == pytest.approx(30.0, abs=2.0)


def test_a_stain_rises_and_washes_out() -> None:
    section = VenogramSection(start_s=1.0, duration_s=2.0, washout_s=0.5)
    assert strength_at(section, 1.0) == 0.0
    top = strength_at(section, 3.0)
    assert top == pytest.approx(1 - np.exp(-4))
    assert strength_at(section, 3.5) == pytest.approx(top / np.e)


def test_older_cement_needs_a_neighbour() -> None:
    from dataclasses import replace

    scene = build_scene(tiny_config(None, size_px=48, frames=4), 1)
    config = CaseSection.model_validate(
        scene.config.model_dump(by_alias=True) | {"disturbance": {"prior_cement": {}}}
    )
    alone = replace(scene, config=config, patient=replace(scene.patient, next_core=None))
    with pytest.raises(ValueError, match="no bone next to"):
        prepare_runs(alone, 1)
