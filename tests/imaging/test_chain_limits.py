from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import core
from leakwatch.imaging.attenuation import to_frame
from leakwatch.nouns import Calibration, Reason, State

CONFIG = ImagingConfig()


def play(run, outlines, frames):
    state, rows = core.start(run, outlines, CONFIG), []
    for frame in frames:
        state, row = core.step(state, frame)
        rows.append(row)
    return rows, core.finish(state)


def with_chain(recording, **changes):
    return replace(recording.run, intensity=replace(recording.run.intensity, **changes))


@pytest.fixture(scope="module")
def frames(leaking):
    return [to_frame(stored, leaking.run) for stored in leaking.stored()]


@pytest.fixture(scope="module")
def rows(leaking, frames):
    return play(leaking.run, [leaking.outline()], frames)


@pytest.mark.parametrize(("gain", "offset"), [(0.1, 0.0), (1.0, 3.0), (8.0, -20.0)])
def test_gain_and_offset_of_attenuation_do_not_matter(leaking, frames, rows, gain, offset):
    scaled = [
        replace(frame, attenuation=frame.attenuation * np.float32(gain) + np.float32(offset))
        for frame in frames
    ]
    again, summary = play(leaking.run, [leaking.outline()], scaled)
    assert [(row.state, row.reason) for row in again] == [(row.state, row.reason) for row in rows[0]]
    for one, two in zip(again, rows[0], strict=True):
        assert one.cement_area_px == pytest.approx(two.cement_area_px, abs=6)
    assert summary.smallest_diameter_px == pytest.approx(rows[1].smallest_diameter_px, rel=0.05)


@pytest.mark.parametrize("outlined", [True, False])
def test_nothing_is_decided_in_a_subtracted_run(leaking, frames, outlined):
    run = with_chain(leaking, subtracted=True, calibration=Calibration.DISPLAY)
    rows, summary = play(run, [leaking.outline()] if outlined else [], frames)
    assert {(row.state, row.reason) for row in rows} == {(State.NO_DECISION, Reason.SUBTRACTED)}
    assert all(row.cement_area_px is row.leak_area_px is row.motion is row.evidence is None for row in rows)
    assert not any(row.labels.any() for row in rows)
    assert (summary.events, summary.smallest_diameter_px) == ((), None)
    assert "already subtracted" in summary.smallest_reason


def test_values_shaped_for_the_eye_give_no_smallest_size(leaking, frames, rows):
    run = with_chain(leaking, calibration=Calibration.DISPLAY)
    shaped, summary = play(run, [leaking.outline()], frames)
    assert rows[1].smallest_diameter_px is not None
    assert summary.smallest_diameter_px is None
    assert "shaped for the eye" in summary.smallest_reason
    assert [row.state for row in shaped] == [row.state for row in rows[0]]
