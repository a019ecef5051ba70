"""The shadow that a run's end leaves for the other view: where cement is, and how dark."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import core
from leakwatch.imaging.attenuation import to_frame
from leakwatch.imaging.canvas import canvas_from_frame_points
from leakwatch.imaging.state import CoreState, drawn
from leakwatch.nouns import Calibration, CementShadow, Relationship, State

from ..conftest import Recording


@pytest.fixture(scope="module")
def state(quiet: Recording) -> CoreState:
    run = replace(quiet.run, intensity=replace(quiet.run.intensity, calibration=Calibration.CALIBRATED))
    state = core.start(run, [quiet.outline()], ImagingConfig())
    for stored in quiet.stored():
        state, _ = core.step(state, to_frame(stored, run))
    return state


@pytest.fixture(scope="module")
def shadow(state: CoreState) -> CementShadow:
    found = core.finish(state).shadow
    assert found is not None
    return found


def test_it_lies_where_the_cement_does_and_holds_all_of_it(state: CoreState, shadow: CementShadow) -> None:
    assert state.seen is not None
    cement = drawn(state.seen)
    assert shadow.cement.sum() == cement.sum() > 0
    rows, columns = np.nonzero(shadow.cement)
    at_px = np.array(shadow.corner_xy_px) + np.stack([columns, rows], axis=1) * shadow.step_px
    rest = np.rint(canvas_from_frame_points(at_px, state.canvas, state.poses[0])).astype(int)
    assert np.array_equal(np.argwhere(cement), rest[:, ::-1])
    assert shadow.in_bone.shape == shadow.cement.shape == shadow.contrast.shape
    assert not shadow.cut
    assert state.seen.shown is not None
    assert shadow.frame == state.seen.shown.index


def test_it_is_dark_where_cement_is_and_nothing_away_from_it(shadow: CementShadow) -> None:
    inside = shadow.contrast[shadow.cement]
    assert np.median(inside) > 5 * np.abs(shadow.contrast[~shadow.cement]).mean() > 0
    assert (shadow.contrast[0, 0], shadow.contrast[-1, -1]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("calibration", "relationship", "told"),
    [
        (Calibration.DISPLAY, Relationship.DISP, False),
        (Calibration.MONOTONE, Relationship.LIN, False),
        (Calibration.MONOTONE, Relationship.LOG, True),
        (Calibration.CALIBRATED, Relationship.LIN, True),
    ],
)
def test_where_contrast_is_no_attenuation_there_is_none(
    state: CoreState, calibration: Calibration, relationship: Relationship, told: bool
) -> None:
    intensity = replace(state.run.intensity, calibration=calibration, relationship=relationship)
    ended = replace(state, run=replace(state.run, intensity=intensity))
    assert (core.finish(ended).shadow is not None) == told


def test_cement_at_the_edge_of_the_picture_is_cut(state: CoreState) -> None:
    assert state.seen is not None
    assert state.seen.shown is not None
    beside = state.seen.shown.open_.copy()
    beside[:, int(np.nonzero(drawn(state.seen))[1].max()) + 1 :] = False
    for changes, cut in (({"in_picture": beside, "open_": beside}, True), ({"open_": beside}, False)):
        shown = replace(state.seen.shown, **changes)
        found = core.finish(replace(state, seen=replace(state.seen, shown=shown))).shadow
        assert found is not None
        assert found.cut == cut


def test_what_covers_the_end_of_a_run_does_not_reach_back(
    quiet: Recording, state: CoreState, shadow: CementShadow
) -> None:
    """A hand that comes in after the last judged frame."""
    frame = to_frame(quiet.stored()[-1], state.run)
    dark = frame.attenuation.copy()
    dark[:, : dark.shape[1] // 2] += np.float32(1.5)
    index, time_s = frame.index + 1, frame.time_s + 1 / 7.5
    covered, row = core.step(state, replace(frame, index=index, time_s=time_s, attenuation=dark))
    assert row.state is State.NO_DECISION
    found = core.finish(covered).shadow
    assert found is not None
    assert found.frame == shadow.frame
    assert np.array_equal(found.contrast, shadow.contrast)


def test_before_the_first_frame_there_is_none(state: CoreState) -> None:
    assert core.finish(replace(state, seen=None)).shadow is None
