"""Which run goes on from which: the same machine, the same side, later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import numpy as np
import pytest

from leakwatch.config.views import ViewsConfig
from leakwatch.nouns import (
    AnalysedRun,
    Calibration,
    CArm,
    IntensityChain,
    LeakEvent,
    Medium,
    PerFrame,
    Plane,
    Relationship,
    Run,
    RunSummary,
    TakenUp,
)
from leakwatch.views.again import find_returns
from leakwatch.views.merge import merge_cases

from .conftest import NOON

CONFIG = ViewsConfig()
ARM = CArm(0.0, 0.0, 1100.0, 720.0, (0.4, 0.4))
CHAIN = IntensityChain(Relationship.LOG, 1, False, 10, False, None, Calibration.MONOTONE)
TABLE = (0, np.arange(1024.0))


def followed(runs: list[Run], config: ViewsConfig = CONFIG) -> dict[str, str]:
    return {one.after.sop_instance_uid: one.before.sop_instance_uid for one in find_returns(runs, config)}


def test_an_arm_that_swings_there_and_back_goes_on_in_each_view(shoot: Callable[..., Run]) -> None:
    side = replace(ARM, primary_deg=90.0)
    runs = [
        shoot(1, 0),
        shoot(2, 20, geometry=side),
        shoot(3, 40),
        shoot(4, 60, geometry=side),
        shoot(5, 80),
    ]
    assert followed(runs[::-1]) == {"1.3": "1.1", "1.4": "1.2", "1.5": "1.3"}
    (first, *_) = find_returns(runs, CONFIG)
    assert (first.after_start_s, first.pause_s) == (pytest.approx(40.0), pytest.approx(32.0))


def test_planes_go_on_each_by_itself(shoot: Callable[..., Run]) -> None:
    runs = [
        shoot(1, 0, plane=Plane.A),
        shoot(2, 0, plane=Plane.B),
        shoot(3, 30, plane=Plane.B),
        shoot(4, 30, plane=Plane.A),
    ]
    assert followed(runs) == {"1.3": "1.2", "1.4": "1.1"}


def test_what_files_round_is_the_same_view(shoot: Callable[..., Run]) -> None:
    nearly = CArm(0.9, 0.1, 1101.0, 719.0, (0.401, 0.4))
    assert followed([shoot(1, 0), shoot(2, 20, geometry=nearly)]) == {"1.2": "1.1"}


def test_starts_may_be_stamped_to_the_second(shoot: Callable[..., Run]) -> None:
    assert followed([shoot(1, 0), shoot(2, 7.5), shoot(3, 15)]) == {"1.2": "1.1", "1.3": "1.2"}
    assert followed([shoot(1, 0), shoot(2, 0)]) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"geometry": replace(ARM, primary_deg=3.0)},
        {"geometry": replace(ARM, primary_deg=None)},
        {"geometry": replace(ARM, imager_spacing_mm=(0.3, 0.3))},
        {"geometry": replace(ARM, imager_spacing_mm=None)},
        {"geometry": replace(ARM, sid_mm=1000.0, imager_spacing_mm=(0.4 / 1.1, 0.4 / 1.1))},
        {"rows": 256},
        {"study_instance_uid": "2"},
        {"plane": Plane.A},
        {"start": None},
        {"start": (NOON + timedelta(seconds=20)).replace(tzinfo=UTC)},
        {"start": NOON + timedelta(seconds=4)},  # while the first still ran
        {"start": NOON + timedelta(seconds=8 + 1801)},
        {"start": NOON - timedelta(seconds=5)},
        {"medium": Medium.VIDEO},
        {"intensity": replace(CHAIN, relationship=Relationship.LIN)},
        {"intensity": replace(CHAIN, to_intensity=TABLE)},
        {"per_frame": PerFrame(primary_deg=np.linspace(0, 200, 61))},
    ],
    ids=lambda changes: ",".join(f"{key}={str(value)[:40]}" for key, value in changes.items()),
)
def test_what_is_another_view_or_another_time(shoot: Callable[..., Run], changes: dict[str, object]) -> None:
    assert followed([shoot(1, 0), shoot(2, 20, **changes)]) == {}


def test_the_same_table_is_the_same_chain(shoot: Callable[..., Run]) -> None:
    one, other = (replace(CHAIN, to_intensity=(0, TABLE[1] * gain)) for gain in (1.0, 2.0))
    assert followed([shoot(1, 0, intensity=one), shoot(2, 20, intensity=one)]) == {"1.2": "1.1"}
    assert followed([shoot(1, 0, intensity=one), shoot(2, 20, intensity=other)]) == {}


def test_it_can_be_turned_off(shoot: Callable[..., Run]) -> None:
    assert followed([shoot(1, 0), shoot(2, 20)], ViewsConfig(go_on=False)) == {}


def test_a_leak_that_goes_on_names_the_earlier_one(
    shoot: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_event: Callable[..., LeakEvent],
) -> None:
    before = make_analysed(shoot(1, 0), summary=RunSummary((make_event(id=1), make_event(id=2))))
    after = make_analysed(
        shoot(2, 20),
        summary=RunSummary(
            (make_event(id=2, continues=True), make_event(id=3)), taken_up=TakenUp("1.1", 12.0, 0)
        ),
    )
    (case,) = merge_cases([before, after], CONFIG)
    assert [(leak.id, leak.continues) for leak in case.leaks] == [(1, None), (2, None), (3, 2), (4, None)]
