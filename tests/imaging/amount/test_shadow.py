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
from leakwatch.nouns import Calibration, CementShadow

from ..conftest import Recording

CALIBRATIONS = list(Calibration)


def ended(recording: Recording, calibration: Calibration, columns_open: int = 0) -> CoreState:
    intensity = replace(recording.run.intensity, calibration=calibration)
    run = replace(recording.run, intensity=intensity)
    state = core.start(run, [recording.outline()], ImagingConfig())
    for stored in recording.stored():
        frame = to_frame(stored, run)
        if columns_open:
            valid = frame.valid.copy()
            valid[:, columns_open:] = False
            frame = replace(frame, valid=valid)
        state, _ = core.step(state, frame)
    return state


@pytest.fixture(scope="module")
def state(quiet: Recording) -> CoreState:
    return ended(quiet, Calibration.CALIBRATED)


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


@pytest.mark.parametrize("calibration", [one for one in CALIBRATIONS if one is not Calibration.CALIBRATED])
def test_where_contrast_is_no_attenuation_there_is_none(quiet: Recording, calibration: Calibration) -> None:
    assert core.finish(ended(quiet, calibration)).shadow is None


def test_cement_at_the_edge_of_the_picture_is_cut(
    quiet: Recording, state: CoreState, shadow: CementShadow
) -> None:
    middle = shadow.corner_xy_px[0] + shadow.step_px * float(np.nonzero(shadow.cement)[1].mean())
    found = core.finish(ended(quiet, Calibration.CALIBRATED, columns_open=round(middle))).shadow
    assert found is not None
    assert found.cut


def test_before_cement_there_is_none(quiet: Recording) -> None:
    run = replace(quiet.run, intensity=replace(quiet.run.intensity, calibration=Calibration.CALIBRATED))
    state = core.start(run, [quiet.outline()], ImagingConfig())
    assert core.finish(state).shadow is None
