from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import numpy as np
import pytest

from leakwatch.config.views import ViewsConfig
from leakwatch.nouns import AnalysedRun, CArm, LeakEvent, Outline, Plane, Run, RunSummary, TakenUp
from leakwatch.views.alternate import find_swings
from leakwatch.views.merge import merge_cases
from leakwatch.views.second_look import Verdict

from .conftest import NOON

CONFIG = ViewsConfig()


def test_the_arm_goes_there_and_back_and_the_gap_is_what_lay_between(shoot: Callable[..., Run]) -> None:
    ap, lateral, again = shoot(1, 0, 0.0), shoot(2, 20, 90.0), shoot(3, 45, 0.0)
    swings = find_swings([again, ap, lateral], CONFIG)
    assert [(s.before.sop_instance_uid, s.after.sop_instance_uid) for s in swings] == [
        ("1.1", "1.2"),
        ("1.2", "1.3"),
    ]
    assert [swing.gap_s for swing in swings] == pytest.approx([12.0, 17.0])
    assert [swing.turn_deg for swing in swings] == pytest.approx([90.0, 90.0])


def test_what_is_no_swing(shoot: Callable[..., Run]) -> None:
    ap = shoot(1, 0, 0.0)
    others = [
        shoot(2, 20, 5.0),  # the same view, moved a little
        shoot(2, 4, 90.0),  # while the first still ran
        shoot(2, 400, 90.0),  # long after
        shoot(2, 20, 90.0, study_instance_uid="2"),
        shoot(2, 20, 90.0, start=None),
        shoot(2, 20, 90.0, plane=Plane.B),
        shoot(2, 20, 90.0, geometry=CArm(secondary_deg=0.0)),
        shoot(2, 20, 90.0, geometry=CArm(0.0, 90.0)),
        shoot(2, 20, 90.0, start=(NOON + timedelta(seconds=20)).replace(tzinfo=UTC)),
    ]
    assert [find_swings([ap, other], CONFIG) for other in others] == [()] * len(others)


def test_only_neighbours_in_time(shoot: Callable[..., Run]) -> None:
    swings = find_swings([shoot(1, 0, 0.0), shoot(2, 10, 0.0), shoot(3, 20, 90.0)], CONFIG)
    assert [swing.before.sop_instance_uid for swing in swings] == ["1.2"]


def test_a_leak_before_the_swing_is_to_be_looked_for_after_it(
    shoot: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_event: Callable[..., LeakEvent],
    make_outline: Callable[..., Outline],
) -> None:
    square = np.array([[200.0, 200], [310, 200], [310, 310], [200, 310]])
    ap = make_analysed(shoot(1, 0, 0.0), summary=RunSummary((make_event(centroid_xy_px=(330.0, 255.5)),)))
    lateral = make_analysed(shoot(2, 20, 90.0), outlines=(make_outline(polygon_xy_px=square),))
    (case,) = merge_cases([ap, lateral], CONFIG)
    assert len(case.swings) == 1
    (leak,) = case.leaks
    assert leak.second_look is not None
    assert leak.second_look.verdict is Verdict.NOT_VISIBLE
    assert "begins with it" in leak.second_look.reason
    assert leak.second_look.line_xy_px is not None
    assert [y for _, y in leak.second_look.line_xy_px] == pytest.approx([255.5, 255.5])
    # Where that view goes on from one before the leak, it is not background there.
    on = replace(lateral, summary=replace(lateral.summary, taken_up=TakenUp("1.0", 9.0, 0)))
    (case,) = merge_cases([ap, on], CONFIG)
    assert case.leaks[0].second_look is not None
    assert "goes on" in case.leaks[0].second_look.reason
    # The other way round the earlier view is not asked.
    late = replace(ap, run=shoot(1, 40, 0.0))
    (case,) = merge_cases([late, lateral], CONFIG)
    assert [leak.second_look for leak in case.leaks] == [None]
