from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from leakwatch.config.imaging import EvidenceConfig, ImagingConfig
from leakwatch.imaging import core
from leakwatch.imaging.amount.gauge import NO_PRODUCT
from leakwatch.imaging.attenuation import to_frame
from leakwatch.nouns import (
    Frame,
    FrameResult,
    Outline,
    Reason,
    Relationship,
    Run,
    RunSummary,
    RunVolume,
    State,
    StoredFrame,
)
from leakwatch.outline.raster import mask_from_polygon

from .conftest import Recording

CONFIG = ImagingConfig()
BROAD = ImagingConfig(evidence=EvidenceConfig(broad=True))


def frames_of(recording: Recording) -> list[Frame]:
    return [to_frame(stored, recording.run) for stored in recording.stored()]


def play(
    run: Run, outlines: Sequence[Outline], frames: Sequence[Frame], config: ImagingConfig = CONFIG
) -> tuple[list[FrameResult], RunSummary]:
    state, rows = core.start(run, outlines, config), []
    for frame in frames:
        state, row = core.step(state, frame)
        rows.append(row)
    return rows, core.finish(state)


def covered(frame: Frame, columns: int) -> Frame:
    """The left part of the picture under the shutter."""
    valid = frame.valid.copy()
    valid[:, :columns] = False
    return replace(frame, valid=valid)


def said(rows: Sequence[FrameResult]) -> list[tuple[State, Reason]]:
    return [(row.state, row.reason) for row in rows]


def _row(row: FrameResult) -> tuple[object, ...]:
    return (
        row.index, row.time_s, row.motion, row.cement_area_px, row.leak_area_px, row.state, row.reason,
        row.evidence, row.threshold,
    )  # fmt: skip


@pytest.fixture(scope="module")
def leaking_rows(leaking: Recording) -> tuple[list[FrameResult], RunSummary]:
    return play(leaking.run, [leaking.outline()], frames_of(leaking))


@pytest.fixture(scope="module")
def quiet_rows(quiet: Recording) -> tuple[list[FrameResult], RunSummary]:
    return play(quiet.run, [quiet.outline()], frames_of(quiet))


def test_leak_alarms_after_it_began_and_stays_in_alarm(
    leaking: Recording, leaking_rows: tuple[list[FrameResult], RunSummary]
) -> None:
    rows, summary = leaking_rows
    first_leaked = next(f.index for f in leaking.frames if f.truth.leak_ul > 0)
    visible = next(f.index for f in leaking.frames if f.truth.leak_area_mm2 >= 3.0)
    alarm = next(row.index for row in rows if row.state is State.ALARM)
    assert first_leaked <= alarm <= visible + 8
    assert all(row.state is State.ALARM and row.reason is Reason.LEAK for row in rows[alarm:])
    (event,) = summary.events
    assert first_leaked <= event.onset_frame <= event.alarm_frame == alarm
    true = leaking.frames[event.alarm_frame].truth.labels == 2
    row, column = ndimage.center_of_mass(true)
    assert np.hypot(event.centroid_xy_px[0] - column, event.centroid_xy_px[1] - row) < 4


def test_cement_that_stays_inside_never_alarms(quiet_rows: tuple[list[FrameResult], RunSummary]) -> None:
    rows, summary = quiet_rows
    assert rows[-1].cement_area_px
    assert {row.state for row in rows} <= {State.NO_DECISION, State.CLEAR, State.WATCH}
    assert State.CLEAR in {row.state for row in rows}
    assert summary.events == ()


def test_cement_and_leak_are_where_they_are(
    leaking: Recording, leaking_rows: tuple[list[FrameResult], RunSummary]
) -> None:
    last, truth = leaking_rows[0][-1], leaking.frames[-1].truth
    found, true = last.labels > 0, truth.labels > 0
    assert 2 * (found & true).sum() / (found.sum() + true.sum()) > 0.8
    assert last.cement_area_px == int(found.sum())
    assert last.leak_area_px == int((last.labels == 2).sum()) > 0
    bone = mask_from_polygon(leaking.outline(len(leaking.frames) - 1).polygon_xy_px, last.labels.shape)
    assert not (ndimage.binary_erosion(bone, iterations=2) & (last.labels == 2)).any()
    assert not (~ndimage.binary_dilation(bone, iterations=2) & (last.labels == 1)).any()


def test_a_candidate_is_measured_from_where_the_bone_was_and_since_when(leaking: Recording) -> None:
    state = core.start(leaking.run, [leaking.outline()], CONFIG)
    learned = [(0.0, 0.0)]
    measured: dict[int, list[float]] = {}
    strays = []
    for frame in frames_of(leaking):
        before, (state, _) = state, core.step(state, frame)
        assert state.seen is not None
        if before.seen is None or state.seen.tracks is not before.seen.tracks:
            pose = state.poses[-1]
            away = min(np.hypot(pose.dx - x, pose.dy - y) for x, y in learned) * state.canvas.pixel_mm
            for one in (track for track in state.seen.tracks if track.seen):
                assert one.traits is not None
                assert one.traits.stray_mm == pytest.approx(away)
                assert one.traits.age_s == pytest.approx(frame.time_s - one.born_s)
                assert one.traits.reach_mm <= CONFIG.canvas.margin_mm
                measured.setdefault(one.id, []).append(one.traits.born_reach_mm)
                strays.append(away)
        if not state.seen.reference.closed:
            learned.append((state.poses[-1].dx, state.poses[-1].dy))
    # as far as it reached at first, whatever came of it
    assert measured
    assert all(len(set(reaches)) == 1 for reaches in measured.values())
    assert max(strays) > 0
    assert state.seen is not None
    assert state.seen.bolus_sum > 0


def test_bone_is_followed(leaking: Recording, leaking_rows: tuple[list[FrameResult], RunSummary]) -> None:
    pixel_mm = leaking.run.geometry.pixel_mm
    assert pixel_mm
    for row, frame in zip(leaking_rows[0], leaking.frames, strict=True):
        assert row.motion
        miss = np.hypot(
            row.motion.dx_px - frame.truth.dx_mm / pixel_mm[1],
            row.motion.dy_px - frame.truth.dy_mm / pixel_mm[0],
        )
        assert miss < 0.3
        assert row.motion.rotation_deg == pytest.approx(frame.truth.rotation_deg, abs=0.5)


@pytest.mark.parametrize("count", [1, 6, 21, 24])
def test_first_frames_alone_give_the_same_rows(
    leaking: Recording, leaking_rows: tuple[list[FrameResult], RunSummary], count: int
) -> None:
    short = replace(leaking.run, times_s=leaking.run.times_s[:count])
    rows, _ = play(short, [leaking.outline()], frames_of(leaking)[:count])
    for one, two in zip(rows, leaking_rows[0], strict=False):
        np.testing.assert_array_equal(one.labels, two.labels)
        assert _row(one) == _row(two)


def test_with_broad_evidence_too_rows_are_causal_and_what_was_found_is_found(
    leaking: Recording, leaking_rows: tuple[list[FrameResult], RunSummary]
) -> None:
    frames, outlines = frames_of(leaking), [leaking.outline()]
    rows, summary = play(leaking.run, outlines, frames, BROAD)
    short, _ = play(replace(leaking.run, times_s=leaking.run.times_s[:21]), outlines, frames[:21], BROAD)
    assert [_row(row) for row in short] == [_row(row) for row in rows[:21]]
    first = [row.state for row in leaking_rows[0]].index(State.ALARM)
    assert [row.state for row in rows].index(State.ALARM) <= first
    assert len(summary.events) >= 1


def test_with_broad_evidence_cement_that_stays_inside_never_alarms(quiet: Recording) -> None:
    rows, summary = play(quiet.run, [quiet.outline()], frames_of(quiet), BROAD)
    assert State.ALARM not in {row.state for row in rows}
    assert summary.events == ()


def test_what_comes_after_does_not_reach_back(
    leaking: Recording, leaking_rows: tuple[list[FrameResult], RunSummary]
) -> None:
    frames, state = frames_of(leaking), core.start(leaking.run, [leaking.outline()], CONFIG)
    for frame, expected in zip(frames[:24], leaking_rows[0], strict=False):
        # another future is tried first; a state that it changed would show in the row of the real one
        core.step(state, replace(frame, attenuation=frame.attenuation[::-1] + np.float32(1.0)))
        state, row = core.step(state, frame)
        assert _row(row) == _row(expected)


def test_rows_before_the_reference_is_ready_say_settling(
    leaking_rows: tuple[list[FrameResult], RunSummary],
) -> None:
    rows = leaking_rows[0]
    settling = [row.index for row in rows if row.reason is Reason.SETTLING]
    assert settling == list(range(len(settling)))
    # 0.65 s at 7.5 frames/s, and four and a half frames
    assert len(settling) == 5
    assert all(row.evidence is None and not row.labels.any() for row in rows[: len(settling)])


def test_without_an_outline_cement_is_seen_and_nothing_decided(leaking: Recording) -> None:
    rows, summary = play(leaking.run, [], frames_of(leaking))
    assert {row.state for row in rows} == {State.NO_DECISION}
    assert {row.reason for row in rows[-20:]} == {Reason.NO_OUTLINE}
    assert set(np.unique(rows[-1].labels)) == {0, 3}
    assert all(row.leak_area_px is None and row.evidence is None and row.threshold is None for row in rows)
    assert summary.events == ()


def test_outline_of_a_later_frame_counts_from_that_frame(leaking: Recording) -> None:
    drawn = 24
    rows, _ = play(leaking.run, [leaking.outline(drawn)], frames_of(leaking))
    assert {row.state for row in rows[:drawn]} == {State.NO_DECISION}
    assert {row.reason for row in rows[:drawn]} == {Reason.SETTLING, Reason.NO_OUTLINE}
    assert rows[drawn - 1].reason is Reason.NO_OUTLINE
    assert set(np.unique(rows[drawn - 1].labels)) == {0, 3}
    assert all(row.leak_area_px is None for row in rows[:drawn])
    assert all(row.reason is not Reason.NO_OUTLINE and row.leak_area_px is not None for row in rows[drawn:])
    assert set(np.unique(rows[-1].labels)) == {0, 1, 2}
    assert rows[-1].state is State.ALARM


def test_bone_that_is_mostly_covered_is_not_decided(
    quiet: Recording, quiet_rows: tuple[list[FrameResult], RunSummary]
) -> None:
    frames = frames_of(quiet)
    dark = (16, 17, 18)
    rows, _ = play(quiet.run, [quiet.outline()], [covered(f, 55) if f.index in dark else f for f in frames])
    assert [rows[k].reason for k in dark] == [Reason.DARK] * 3
    assert [rows[k].state for k in dark] == [State.NO_DECISION] * 3
    assert all(rows[k].evidence is None for k in dark)
    assert said(rows[:16]) == said(quiet_rows[0][:16])
    assert rows[-1].state is State.CLEAR


def test_partly_covered_bone_is_still_decided(quiet: Recording) -> None:
    frames = [covered(frame, 24) for frame in frames_of(quiet)]
    rows, _ = play(quiet.run, [quiet.outline()], frames)
    assert rows[-1].state is State.CLEAR
    assert rows[-1].labels.any()
    assert not any(row.labels[:, :22].any() for row in rows)


def test_cement_is_drawn_nowhere_while_the_bone_is_lost(leaking: Recording) -> None:
    frames = frames_of(leaking)[:28]
    rng = np.random.default_rng(6)
    static = rng.normal(0, float(np.std(frames[0].attenuation)), frames[0].attenuation.shape)
    frames[27] = replace(frames[27], attenuation=static.astype(np.float32))
    rows, _ = play(leaking.run, [leaking.outline()], frames)
    assert rows[26].labels.any()
    assert (rows[27].motion, rows[27].cement_area_px, rows[27].leak_area_px) == (None, None, None)
    assert not rows[27].labels.any()
    # the alarm is latched, seen or not
    assert (rows[26].state, rows[27].state) == (State.ALARM, State.ALARM)


def test_pause_is_a_gap_and_the_run_goes_on(quiet: Recording) -> None:
    frames = [replace(f, time_s=f.time_s + 3.0) if f.index >= 20 else f for f in frames_of(quiet)]
    run = replace(quiet.run, times_s=np.array([frame.time_s for frame in frames]))
    rows, _ = play(run, [quiet.outline()], frames)
    assert [row.index for row in rows if row.reason is Reason.GAP] == [20]
    assert rows[20].state is State.NO_DECISION
    assert rows[-1].state is State.CLEAR


def test_lost_bone_is_not_decided_and_has_no_motion(quiet: Recording) -> None:
    frames = frames_of(quiet)
    rng = np.random.default_rng(5)
    spread = float(np.std(frames[0].attenuation))
    static = rng.normal(float(frames[0].attenuation.mean()), spread, frames[0].attenuation.shape)
    frames[16] = replace(frames[16], attenuation=static.astype(np.float32))
    rows, _ = play(quiet.run, [quiet.outline()], frames)
    assert (rows[16].state, rows[16].reason, rows[16].motion) == (State.NO_DECISION, Reason.MOTION, None)
    assert (rows[16].cement_area_px, rows[16].leak_area_px, rows[16].labels.any()) == (None, None, False)
    # found again, and held undecided for 0.6 s
    assert all(row.motion for row in rows[17:])
    assert [row.reason for row in rows[17:21]] == [Reason.MOTION] * 4
    assert rows[-1].state is State.CLEAR


@pytest.mark.parametrize("step", [-0.4, 0.4])
def test_exposure_step_is_no_cement(quiet: Recording, step: float) -> None:
    frames = [
        replace(f, attenuation=f.attenuation + np.float32(step)) if f.index >= 14 else f
        for f in frames_of(quiet)
    ]
    rows, summary = play(quiet.run, [quiet.outline()], frames)
    assert summary.events == ()
    assert not any(row.leak_area_px for row in rows)
    assert rows[-1].state is State.CLEAR


def test_brightening_outside_is_no_leak(
    leaking: Recording, leaking_rows: tuple[list[FrameResult], RunSummary]
) -> None:
    true = leaking_rows[0][-1].labels == 2
    quiet_before = frames_of(leaking)[:14]
    # the same noise again, as if the recording stood still, with something that brightens
    frames = list(quiet_before)
    for index in range(14, 28):
        again = quiet_before[8 + (index - 14) % 2]
        frames.append(
            replace(
                again,
                index=index,
                time_s=index / 7.5,
                attenuation=again.attenuation - np.where(true, np.float32(0.5), np.float32(0)),
            )
        )
    rows, summary = play(leaking.run, [leaking.outline()], frames)
    assert summary.events == ()
    assert not any((row.labels[true] > 0).any() for row in rows)


def test_inverted_sixteen_bit_recording_says_the_same(
    leaking: Recording, leaking_rows: tuple[list[FrameResult], RunSummary]
) -> None:
    chain = leaking.run.intensity
    assert (chain.relationship, chain.sign, chain.bits_stored) == (Relationship.LOG, 1, 10)
    turned = replace(chain, sign=-1, inverted=True, bits_stored=16)
    run = replace(leaking.run, intensity=turned)
    frames = [
        to_frame(
            StoredFrame(
                s.index, s.time_s, ((1023 - s.pixels.astype(np.int32)) * 60 + 1000).astype(np.uint16)
            ),
            run,
        )
        for s in leaking.stored()
    ]
    # half as much contrast again: gain is not known, and must not matter
    gain = np.ptp(frames[0].attenuation) / np.ptp(frames_of(leaking)[0].attenuation)
    assert gain == pytest.approx(1.5, rel=0.01)
    rows, _ = play(run, [leaking.outline()], frames)
    assert said(rows) == said(leaking_rows[0])
    for one, two in zip(rows, leaking_rows[0], strict=True):
        assert one.cement_area_px == pytest.approx(two.cement_area_px, abs=6)


def test_smallest_cement_is_stated_once_cement_gives_the_scale(
    leaking: Recording, leaking_rows: tuple[list[FrameResult], RunSummary]
) -> None:
    _, summary = leaking_rows
    pixel_mm = leaking.run.geometry.pixel_mm
    assert pixel_mm
    assert summary.smallest_diameter_px is not None
    assert 0.3 < summary.smallest_diameter_px * pixel_mm[0] < 6.0
    rows, before = play(leaking.run, [leaking.outline()], frames_of(leaking)[:8])
    assert not rows[-1].cement_area_px
    assert before.smallest_diameter_px is None
    assert before.smallest_reason


def test_run_without_a_frame_has_nothing_to_say(leaking: Recording) -> None:
    told = core.finish(core.start(leaking.run, [leaking.outline()], CONFIG))
    assert told == RunSummary((), volume=RunVolume(reason=NO_PRODUCT))


def test_fine_pixels_are_reported_in_stored_pixels(leaking: Recording) -> None:
    # each pixel four times over, and pixels said to be so small that the core averages them down again
    carm = leaking.run.geometry
    assert carm.imager_spacing_mm
    fine = replace(carm, imager_spacing_mm=(0.2, 0.2))
    coarse = replace(carm, imager_spacing_mm=(0.4, 0.4))
    outline = leaking.outline()
    frames = frames_of(leaking)
    doubled = [
        replace(
            f, attenuation=f.attenuation.repeat(2, 0).repeat(2, 1), valid=f.valid.repeat(2, 0).repeat(2, 1)
        )
        for f in frames
    ]
    twice = replace(outline, polygon_xy_px=2 * outline.polygon_xy_px + 0.5)
    one, _ = play(replace(leaking.run, geometry=coarse), [outline], frames)
    two, _ = play(replace(leaking.run, geometry=fine, rows=192, columns=192), [twice], doubled)
    assert said(one) == said(two)
    assert one[-1].motion is not None
    assert two[-1].motion is not None
    assert two[-1].motion.dx_px == pytest.approx(2 * one[-1].motion.dx_px, abs=1e-3)
    assert two[-1].motion.dy_px == pytest.approx(2 * one[-1].motion.dy_px, abs=1e-3)
    assert one[-1].cement_area_px
    assert two[-1].cement_area_px == pytest.approx(4 * one[-1].cement_area_px, rel=0.1)


def test_black_first_frame_does_not_blind_the_run(quiet: Recording) -> None:
    frames = frames_of(quiet)
    frames[0] = replace(
        frames[0],
        attenuation=np.zeros_like(frames[0].attenuation),
        valid=np.zeros_like(frames[0].valid),
    )
    rows, _ = play(quiet.run, [quiet.outline()], frames)
    assert (rows[0].state, rows[0].reason) == (State.NO_DECISION, Reason.DARK)
    assert rows[-1].state is State.CLEAR
