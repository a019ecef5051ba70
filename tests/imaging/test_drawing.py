"""Cement as the network draws it, of what the decision believes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leakwatch.config.imaging import CementConfig
from leakwatch.imaging import core
from leakwatch.imaging.attenuation import to_frame
from leakwatch.imaging.drawing import Sketch, draw
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.filters import Mask
from leakwatch.imaging.leak import distance_outside
from leakwatch.imaging.state import CoreState, drawn
from leakwatch.imaging.traits import survey
from leakwatch.nouns import Frame, FrameResult, State

from .conftest import Recording
from .pictures import box, make_canvas
from .test_switches import imaging

SHAPE = (60, 60)
CANVAS = make_canvas()
BONE = box(SHAPE, (10, 50), (10, 50))
BOLUS = box(SHAPE, (20, 30), (20, 45))
LEAK = box(SHAPE, (20, 26), (50, 58))
NOTHING = np.zeros(SHAPE, np.bool_)


def sketch(cement: Mask, decided: Mask, before: Sketch | None = None) -> Sketch:
    """What is drawn where the network is sure of `cement` and nowhere else, and `decided` is believed."""
    odds = np.where(cement, 6.0, -8.0).astype(np.float32)
    contrast = np.where(cement, 0.5, 0.0).astype(np.float32)
    evidence = Evidence(contrast, np.full(SHAPE, 0.1, np.float32), 0.02)
    outside_px = distance_outside(BONE)
    around = survey(
        evidence, np.zeros(SHAPE, np.float32), np.ones_like(contrast), ~NOTHING, cement, BONE, outside_px,
        NOTHING, 0.0, 0.0, CANVAS,
    )  # fmt: skip
    frame = Frame(9, 1.2, contrast, ~NOTHING)
    return draw(
        before,
        odds,
        decided,
        NOTHING,
        ~NOTHING,
        BONE,
        outside_px,
        around,
        frame,
        0.13,
        CANVAS,
        CementConfig(),
    )


def test_cement_in_the_bone_is_drawn_as_the_network_sees_it() -> None:
    assert (sketch(BOLUS, NOTHING).mask == BOLUS).all()
    assert (sketch(BOLUS, box(SHAPE, (12, 40), (12, 48))).mask == BOLUS).all()


def test_outside_the_bone_only_what_the_decision_believes_is_drawn() -> None:
    assert (sketch(BOLUS | LEAK, NOTHING).mask == BOLUS).all()
    touched = box(SHAPE, (22, 24), (50, 54))
    assert (sketch(BOLUS | LEAK, touched).mask == (BOLUS | LEAK)).all()


def test_what_the_network_denies_outside_the_bone_is_not_drawn() -> None:
    assert (sketch(BOLUS, LEAK).mask == BOLUS).all()


def test_a_drawing_goes_on_from_the_one_before() -> None:
    first = sketch(BOLUS, NOTHING)
    second = sketch(NOTHING, NOTHING, replace(first, mask=BOLUS))
    assert not second.mask.any()  # its place is no longer dark
    assert second.next_pool == first.next_pool


def play(recording: Recording, network: str) -> tuple[CoreState, list[FrameResult]]:
    state = core.start(recording.run, [recording.outline()], imaging(cement={"network": network}))
    rows = []
    for stored in recording.stored():
        state, row = core.step(state, to_frame(stored, recording.run))
        rows.append(row)
    return state, rows


@pytest.mark.parametrize("name", ["leaking", "quiet"])
def test_who_draws_decides_nothing(name: str, request: pytest.FixtureRequest) -> None:
    recording = request.getfixturevalue(name)
    (plain_state, plain), (state, drawing) = play(recording, "off"), play(recording, "draws")
    for one, other in zip(plain, drawing, strict=True):
        assert (one.state, one.reason, one.evidence, one.motion) == (
            other.state, other.reason, other.evidence, other.motion,
        )  # fmt: skip
    assert plain_state.seen is not None
    assert state.seen is not None
    assert (plain_state.seen.believed == state.seen.believed).all()
    assert (drawn(plain_state.seen) == plain_state.seen.believed).all()
    assert any((one.labels != other.labels).any() for one, other in zip(plain, drawing, strict=True))


@pytest.mark.parametrize(("network", "asked"), [("off", False), ("draws", False), ("weighs", True)])
def test_its_odds_are_weighed_only_where_it_is_to_weigh(
    leaking: Recording, network: str, asked: bool
) -> None:
    state, rows = play(leaking, network)
    assert state.seen is not None
    traits = [track.traits for track in state.seen.tracks if track.traits is not None]
    assert traits
    assert any(one.learned != 0 for one in traits) is asked
    assert rows[-1].state is State.ALARM
