import numpy as np
import pytest
from scipy import ndimage

from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.scene import build_scene
from leakwatch.simulate.testing import tiny_config


@pytest.mark.parametrize("kind", ["lateral", "epidural", "disc", "vein", "needle_track", "anterior"])
def test_leaked_cement_is_outside_all_bone(kind: str) -> None:
    scene = build_scene(tiny_config(kind, frames=40), 1)
    injection, outer = scene.injection, scene.patient.outer
    index = (injection.leaked.points_mm - outer.origin_mm) / outer.voxel_mm
    bone = ndimage.map_coordinates(outer.values, index.T, order=1)
    assert len(bone) > 20
    assert np.mean(bone < 0.5) > 0.99
    assert injection.way_out is not None
    assert np.linalg.norm(injection.leaked.points_mm[0] - injection.way_out.wall_mm) < 3.0


@pytest.mark.parametrize("kind", ["lateral", "disc"])
def test_a_leak_comes_after_the_cement_at_the_hole(kind: str) -> None:
    injection = build_scene(tiny_config(kind, frames=40), 1).injection
    assert injection.way_out is not None
    away_mm = np.linalg.norm(injection.inside.points_mm - np.asarray(injection.way_out.wall_mm), axis=1)
    assert away_mm.min() < 3.0
    assert injection.inside.arrival_s[away_mm < 3.5].min() <= injection.leaked.arrival_s[0]


def test_cement_that_has_not_leaked_is_within_the_bone() -> None:
    scene = build_scene(tiny_config(None), 2)
    treated = scene.patient.treated
    index = (scene.injection.inside.points_mm - treated.origin_mm) / treated.voxel_mm
    assert ndimage.map_coordinates(treated.values, index.T, order=1).min() > 0.5


def test_a_leak_stops_when_it_has_sealed_itself() -> None:
    base = tiny_config("lateral", frames=40).model_dump(by_alias=True)
    base["leak"]["stop_s"] = 3.0
    injection = build_scene(CaseSection.model_validate(base), 1).injection
    assert injection.leaked.arrival_s.max() <= 3.0
    assert injection.inside.arrival_s.max() > 5.0


def test_an_embolus_breaks_off_the_far_end_and_travels() -> None:
    base = tiny_config("vein", frames=40).model_dump(by_alias=True)
    base["leak"]["embolus"] = {"start_s": 4.0, "volume_ul": 5.0, "speed_mm_per_s": 10.0}
    injection = build_scene(CaseSection.model_validate(base), 1).injection
    embolus, way_out = injection.embolus, injection.way_out
    assert embolus is not None
    assert way_out is not None
    piece = injection.leaked.volumes_ul[embolus.members].sum()
    assert piece == pytest.approx(5.0, abs=0.2)
    assert embolus.shift_mm(4.0) == pytest.approx([0, 0, 0])
    legs = [embolus.shift_mm(4.0 + 0.1 * step) for step in range(31)]
    travelled = np.linalg.norm(np.diff(legs, axis=0), axis=1).sum()
    assert travelled == pytest.approx(30.0, rel=0.05)


def test_an_embolus_without_a_vessel_is_refused() -> None:
    base = tiny_config("lateral", frames=40).model_dump(by_alias=True)
    base["leak"]["embolus"] = {"start_s": 4.0}
    with pytest.raises(ValueError, match="needs a vessel"):
        build_scene(CaseSection.model_validate(base), 1)


def test_a_joint_is_not_part_of_a_vertebra() -> None:
    with pytest.raises(ValueError, match="intra_articular"):
        build_scene(tiny_config("intra_articular", frames=40), 1)


def test_a_leak_that_never_comes_is_refused() -> None:
    base = tiny_config("lateral", frames=40).model_dump(by_alias=True)
    base["cement"]["pauses"] = [{"after_s": 1.2, "duration_s": 4.0}]
    with pytest.raises(ValueError, match=r"nothing leaks|does not reach"):
        build_scene(CaseSection.model_validate(base), 1)


def test_nothing_is_pushed_once_the_needle_is_out() -> None:
    base = tiny_config(None, frames=40).model_dump(by_alias=True)
    base["disturbance"] = {"needle_move": {"start_s": 3.0, "back_mm": 120.0}}
    assert build_scene(CaseSection.model_validate(base), 1).injection.inside.arrival_s.max() <= 3.0
    base["disturbance"]["needle_move"]["back_mm"] = 5.0
    assert build_scene(CaseSection.model_validate(base), 1).injection.inside.arrival_s.max() > 5.0
