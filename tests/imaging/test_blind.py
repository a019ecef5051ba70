"""Where along the outline a run is blind: one frame, and how frames are brought together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import core
from leakwatch.imaging.attenuation import to_frame
from leakwatch.imaging.blind import Blindness, blind_share, lay_rim, look_round
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.filters import pixel_noise
from leakwatch.imaging.sight import Shown
from leakwatch.nouns import Calibration, RunSummary
from leakwatch.nouns.summary import BlindShare

from .conftest import Recording
from .pictures import box

SHAPE = (80, 80)
CANVAS = Canvas(*SHAPE, (0.0, 0.0), (40.0, 40.0), 1, 0.5)
NOTHING = np.zeros(SHAPE, np.bool_)
BONE = box(SHAPE, (20, 60), (20, 60))
LEFT, RIGHT = box(SHAPE, (0, 80), (0, 20)), box(SHAPE, (0, 80), (60, 80))
TOP = box(SHAPE, (0, 20), (0, 80))


def shown(covered: np.ndarray = NOTHING, restless: np.ndarray = NOTHING) -> Shown:
    blank = np.zeros(SHAPE, np.float32)
    spread = np.where(restless, 5.0, 0.01).astype(np.float32)
    return Shown(
        blank, blank, Evidence(blank, spread, 0.01), ~covered, blank, ~covered, np.zeros_like(covered), 0
    )


def count(
    *frames: Shown, metal: np.ndarray = NOTHING, per_px: float | None = 0.1, noise: float = 0.01
) -> BlindShare:
    counted: Blindness | None = None
    for frame in frames:
        counted = look_round(counted, frame, noise, per_px, BONE, metal, 3, CANVAS)
    return blind_share(counted, outlined=True, leak_mm=3)


def test_a_clear_view_is_blind_nowhere() -> None:
    assert count(shown()) == BlindShare(3, 0, 0, 0, 0, throughout=0, first=0, last=0, frames=1)


def test_a_side_under_the_shutter_and_a_side_under_metal() -> None:
    told = count(shown(RIGHT), metal=TOP)
    assert told.covered == pytest.approx(0.25, abs=0.03)
    assert told.metal == pytest.approx(0.25, abs=0.03)
    assert told.noise == 0
    assert told.share == pytest.approx(0.5, abs=0.03)


def test_an_outline_cut_by_the_edge_of_the_canvas_is_blind_there() -> None:
    cut = box(SHAPE, (20, 60), (0, 40))
    counted = look_round(None, shown(), 0.01, 0.1, cut, NOTHING, 3, CANVAS)
    told = blind_share(counted, outlined=True, leak_mm=3)
    assert told.covered == pytest.approx(0.25, abs=0.03)


def test_too_noisy_a_view_is_blind_all_round() -> None:
    told = count(shown(), noise=5.0, per_px=0.01)
    assert (told.share, told.noise, told.throughout) == (1, 1, 1)


def test_a_place_is_counted_by_itself_over_the_frames() -> None:
    breath_in, breath_out, calm = shown(restless=LEFT), shown(restless=RIGHT), shown()
    one_side = count(breath_in).share
    assert one_side == pytest.approx(0.25, abs=0.03)
    told = count(breath_in, breath_out, calm, breath_in, calm)
    # each side is blind on less than half of the frames, though most frames are blind somewhere
    assert (told.share, told.throughout, told.first, told.last) == (0, 0, one_side, 0)
    told = count(breath_in, breath_in, calm)
    assert (told.share, told.noise, told.throughout, told.frames) == (one_side, one_side, 0, 3)
    told = count(breath_in, breath_in)
    assert told.throughout == told.share == one_side


kinds = st.sampled_from([shown(), shown(LEFT), shown(restless=LEFT | TOP), shown(TOP, LEFT)])


@given(st.lists(kinds, min_size=1, max_size=5))
def test_causes_add_up_and_what_is_blind_throughout_is_blind_on_most_frames(frames: list[Shown]) -> None:
    told = count(*frames, metal=LEFT)
    assert told.share == pytest.approx((told.covered or 0) + (told.metal or 0) + (told.noise or 0))
    assert told.throughout is not None
    assert told.share is not None
    assert told.throughout <= told.share
    assert told.throughout <= min(told.first or 0, told.last or 0)
    alone = [count(frame, metal=LEFT).share for frame in frames]
    assert (told.first, told.last) == (alone[0], alone[-1])


def test_counting_begins_anew_with_the_scale_and_with_the_bones_place() -> None:
    frame = shown(restless=LEFT)
    before = look_round(None, frame, 0.01, None, BONE, NOTHING, 3, CANVAS)
    assert look_round(before, frame, 0.01, None, BONE, NOTHING, 3, CANVAS).frames == 2
    scaled = look_round(before, frame, 0.01, 0.1, BONE, NOTHING, 3, CANVAS)
    assert (scaled.frames, scaled.scaled) == (1, True)
    assert look_round(scaled, frame, 0.01, 0.1, BONE.copy(), NOTHING, 3, CANVAS).frames == 1


def test_what_cannot_be_told_has_a_reason() -> None:
    assert "outline" in blind_share(None, outlined=False, leak_mm=3).reason
    assert "judged" in blind_share(None, outlined=True, leak_mm=3).reason
    empty = look_round(None, shown(), 0.01, 0.1, NOTHING, NOTHING, 3, CANVAS)
    assert "in the picture" in blind_share(empty, outlined=True, leak_mm=3).reason
    told = count(shown(restless=LEFT), per_px=None)
    assert (told.share, told.noise) == (0, None)
    assert "scale" in told.reason


def test_every_place_of_the_outline_has_something_outside_within_reach() -> None:
    rim = lay_rim(BONE, 3, CANVAS)
    assert len(rim.pixels) == 4 * 39
    assert rim.outside.any(axis=1).all()
    assert not rim.beyond.any()


def watched(recording: Recording, calibration: Calibration = Calibration.MONOTONE) -> RunSummary:
    """Run the core over a recording whose first frames are much noisier than the others."""
    rng = np.random.default_rng(3)
    intensity = replace(recording.run.intensity, calibration=calibration)
    run = replace(recording.run, intensity=intensity)
    state = core.start(run, [recording.outline()], ImagingConfig())
    for stored in recording.stored():
        frame = to_frame(stored, recording.run)
        if frame.index < 3:
            noisy = frame.attenuation + rng.normal(0, 0.3, frame.attenuation.shape).astype(np.float32)
            frame = replace(frame, attenuation=noisy)
        state, _ = core.step(state, frame)
    return core.finish(state)


def test_a_run_is_counted_from_when_cement_is_seen(leaking: Recording) -> None:
    told = watched(leaking).blind
    assert told is not None
    assert 3 < told.frames < len(leaking.frames) - 8
    assert told.share is not None
    assert told.throughout is not None
    assert told.throughout <= told.share <= 1


def test_noise_is_that_of_judged_frames_not_of_the_first(leaking: Recording) -> None:
    last = to_frame(leaking.stored()[-1], leaking.run)
    assert watched(leaking).noise_sigma == pytest.approx(pixel_noise(last.attenuation, last.valid), rel=0.02)


def test_without_a_scale_noise_is_not_counted(leaking: Recording) -> None:
    told = watched(leaking, Calibration.DISPLAY).blind
    assert told is not None
    assert told.noise is None
    assert "scale" in told.reason
    assert told.frames > 20
