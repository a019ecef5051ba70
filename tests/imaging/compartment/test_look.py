from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from leakwatch.geometry import axes_from_angles
from leakwatch.imaging.compartment.look import View, look_of
from leakwatch.imaging.metal.ahead import Needle
from leakwatch.nouns import CArm, PerFrame, Run

MakeRun = Callable[..., Run]


def needle(towards_x: float) -> Needle:
    return Needle((50.0, 50.0), (towards_x, float(np.sqrt(1 - towards_x**2))), 2.0, 1.0)


@pytest.fixture
def seen_at(make_run: MakeRun) -> Callable[..., Run]:
    def at(primary: float | None, secondary: float | None = 0.0) -> Run:
        return replace(
            make_run(), per_frame=None, geometry=CArm(primary_deg=primary, secondary_deg=secondary)
        )

    return at


@pytest.mark.parametrize(
    ("primary", "secondary", "view"),
    [
        (0.0, 0.0, View.FRONTAL),
        (180.0, 0.0, View.FRONTAL),
        (-20.0, 12.0, View.FRONTAL),
        (90.0, 0.0, View.LATERAL),
        (-90.0, 0.0, View.LATERAL),
        (70.0, -8.0, View.LATERAL),
        (45.0, 0.0, None),
        (0.0, 40.0, None),
        (90.0, 40.0, None),
        (0.0, 90.0, None),
        (None, 0.0, None),
        (0.0, None, None),
    ],
)
def test_view_follows_from_the_angles(
    seen_at: Callable[..., Run], primary: float | None, secondary: float | None, view: View | None
) -> None:
    look = look_of(seen_at(primary, secondary), ())
    assert look.view is view
    assert bool(look.reason) == (view is None)


def test_back_is_right_from_one_side_and_left_from_the_other(seen_at: Callable[..., Run]) -> None:
    assert look_of(seen_at(90.0), ()).across == 1.0
    assert look_of(seen_at(-90.0), ()).across == -1.0


def test_needle_from_the_front_contradicts_the_angles(seen_at: Callable[..., Run]) -> None:
    assert look_of(seen_at(90.0), (needle(-0.9),)).view is View.LATERAL
    against = look_of(seen_at(90.0), (needle(0.9),))
    assert against.view is None
    assert "needle" in against.reason
    # an upright needle says neither, and in a frontal view needles come from both sides
    assert look_of(seen_at(90.0), (needle(0.1),)).view is View.LATERAL
    assert look_of(seen_at(0.0), (needle(0.9), needle(-0.9))).view is View.FRONTAL


def test_turning_arm_is_told_from_one_that_shakes(seen_at: Callable[..., Run]) -> None:
    run = seen_at(90.0)
    for end, view in ((93.0, View.LATERAL), (98.0, None)):
        angles = np.linspace(90.0, end, run.frames)
        angles[0] = np.nan
        assert look_of(replace(run, per_frame=PerFrame(primary_deg=angles)), ()).view is view


# the fixture only builds a frozen run
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(primary=st.floats(-180, 180), secondary=st.floats(-80, 80))
def test_view_is_within_its_angle_and_no_other(
    seen_at: Callable[..., Run], primary: float, secondary: float
) -> None:
    beam = axes_from_angles(primary, secondary)[2]
    view = look_of(seen_at(primary, secondary), ()).view
    off_deg = np.degrees(np.arccos(np.clip(np.abs(beam), 0, 1)))
    assume(np.all(np.abs(off_deg - 25.0) > 1e-6))
    assert (view is View.LATERAL) == (off_deg[0] < 25.0)
    assert (view is View.FRONTAL) == (off_deg[1] < 25.0)
