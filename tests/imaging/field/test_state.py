"""The whole step: causal, frozen, and harmless to what the core says."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.config.imaging import FieldConfig, ImagingConfig, NetworkRole
from leakwatch.imaging import core
from leakwatch.imaging.field import state as field
from leakwatch.nouns import Frame, FrameResult, Outline, Reason, Run, State, StoredFrame

from ..conftest import Recording
from .machine import Print, Scene, play, rectangle, run_of, shoot, stamp

FRAMES = 18


@pytest.fixture(scope="module")
def eventful(spine: Scene) -> tuple[Run, list[StoredFrame], list[np.ndarray]]:
    """A blade that closes and opens again, and text that appears; with what `look` made of all of it."""

    def lead(index: int) -> object:
        return rectangle(spine.shape, left=30 + 4 * min(index, 16 - index)) if 2 <= index < 15 else None

    run = run_of(spine, FRAMES)
    prints = [Print("DOE 1944 %S", 40, 170, light=True)]
    stored = [
        stamp(frame, run, prints if frame.index > 6 else [])[0]
        for frame in shoot(spine, lead, FRAMES)  # type: ignore[arg-type]
    ]
    return run, stored, [frame.valid for frame in play(run, stored).after]


@settings(max_examples=8, deadline=None)
@given(count=st.integers(1, FRAMES - 1))
def test_the_future_changes_nothing(
    eventful: tuple[Run, list[StoredFrame], list[np.ndarray]], count: int
) -> None:
    run, stored, whole = eventful
    part = play(run, stored[:count])
    for index, frame in enumerate(part.after):
        assert np.array_equal(frame.valid, whole[index])


def test_a_step_leaves_its_state_and_its_frame_as_they_were(spine: Scene) -> None:
    lead = rectangle(spine.shape, left=40)
    played = play(run_of(spine, 1), shoot(spine, lambda _: lead, 1))
    before = played.before[0].valid.copy()
    again = [field.look(played.state, played.before[0])[1].valid for _ in range(2)]
    assert np.array_equal(*again)
    assert np.array_equal(played.before[0].valid, before)
    with pytest.raises(FrozenInstanceError):
        played.state.frames = 3  # type: ignore[misc]


def test_both_parts_can_be_switched_off(spine: Scene) -> None:
    lead = rectangle(spine.shape, left=40)
    run = run_of(spine, 1)
    stored = [
        stamp(f, run, [Print("DOE 1944", 60, 170, light=True)])[0] for f in shoot(spine, lambda _: lead, 1)
    ]
    neither = play(run, stored, FieldConfig(find_blades=False, find_text=False))
    assert not neither.lost(0).any()
    text = play(run, stored, FieldConfig(find_blades=False)).lost(0)
    blades = play(run, stored, FieldConfig(find_text=False)).lost(0)
    assert np.array_equal(text | blades, play(run, stored).lost(0))
    assert text.any()
    assert blades.any()


def test_a_flat_picture_without_noise_is_not_judged() -> None:
    rows = np.full((64, 64), 300, np.uint16)
    rows[20:40, 20:40] = 250
    run = replace(_flat_run(), rows=64, columns=64)
    played = play(run, [StoredFrame(k, k / 7.5, rows) for k in range(3)])
    assert not any(played.lost(index).any() for index in range(3))


def _flat_run() -> Run:
    from leakwatch.simulate.testing import tiny_config

    return run_of(Scene((np.ones((64, 64), np.float32),), tiny_config(None, size_px=64)), 3)


@pytest.mark.parametrize("shape", [(8, 8), (33, 200), (200, 33)])
def test_odd_matrices_do_no_harm(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    run = replace(_flat_run(), rows=shape[0], columns=shape[1])
    frames = [StoredFrame(k, k / 7.5, rng.integers(200, 900, shape).astype(np.uint16)) for k in range(3)]
    played = play(run, frames)
    assert [frame.valid.shape for frame in played.after] == [shape] * 3


def verdicts(
    run: Run, outline: Outline, frames: list[Frame], network: NetworkRole = "weighs"
) -> list[FrameResult]:
    config = ImagingConfig.model_validate({"cement": {"network": network}})
    state, rows = core.start(run, [outline], config), []
    for frame in frames:
        state, row = core.step(state, frame)
        rows.append(row)
    return rows


@pytest.mark.parametrize("network", ["off", "weighs", "decides"])
def test_a_leak_beside_a_blade_still_alarms(leaking: Recording, network: NetworkRole) -> None:
    """Lead over everything that lies a little further out than the leak, and the row of states stays."""
    simulated = leaking.frames
    leak = simulated[-1].truth.labels == 2
    bone = leaking.silhouette_xy_px
    to_the_right = np.nonzero(leak)[1].mean() > bone[:, 0].mean()
    edge = np.nonzero(leak)[1].max() + 5 if to_the_right else np.nonzero(leak)[1].min() - 5
    stored = []
    for frame in leaking.stored():
        pixels = frame.pixels.copy()
        cut = np.s_[:, edge:] if to_the_right else np.s_[:, :edge]
        pixels[cut] = 400 + np.random.default_rng(frame.index).integers(0, 6, pixels[cut].shape)
        stored.append(replace(frame, pixels=pixels))
    played = play(leaking.run, stored)
    assert played.lost(0).any()
    rows = verdicts(leaking.run, leaking.outline(), list(played.after), network)
    first = next(f.index for f in simulated if f.truth.leak_ul > 0)
    visible = next(f.index for f in simulated if f.truth.leak_area_mm2 >= 3.0)
    alarms = [row.index for row in rows if row.state is State.ALARM]
    assert first <= alarms[0] <= visible + 8


def test_a_shut_collimator_is_dark(leaking: Recording) -> None:
    stored = []
    for frame in leaking.stored()[:6]:
        pixels = frame.pixels.copy()
        pixels[:, 44:] = 400 + np.random.default_rng(frame.index).integers(0, 6, pixels[:, 44:].shape)
        stored.append(replace(frame, pixels=pixels))
    rows = verdicts(leaking.run, leaking.outline(), list(play(leaking.run, stored).after))
    assert all(row.reason is Reason.DARK for row in rows)


def test_runs_without_blades_or_text_reach_the_core_as_they_are(leaking: Recording, quiet: Recording) -> None:
    for recording in (leaking, quiet):
        played = play(recording.run, recording.stored())
        assert all(after is before for before, after in zip(played.before, played.after, strict=True))
