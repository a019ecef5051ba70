"""Going on from an earlier run of the same view, on a recording that is cut where the pedal was let go."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from leakwatch.config.amount import AmountConfig
from leakwatch.config.imaging import AlarmConfig, BoneConfig, ImagingConfig, ResetConfig
from leakwatch.imaging import core, session
from leakwatch.imaging.attenuation import to_frame
from leakwatch.imaging.canvas import frame_from_canvas_points
from leakwatch.imaging.field.follow import Followed
from leakwatch.imaging.session import Session
from leakwatch.imaging.trial import NOTHING_LEFT, TOO_SHORT, Earlier, Left
from leakwatch.nouns import Calibration, Frame, FrameResult, Motion, Outline, Run, RunSummary, State
from leakwatch.outline.move import move_polygon
from leakwatch.outline.raster import mask_from_polygon

from .conftest import Recording

CONFIG = ImagingConfig(bone=BoneConfig(find=False))
READY = CONFIG.model_copy(update={"reference": CONFIG.reference.model_copy(update={"min_s": 0.0})})
CALIBRATED = Calibration.CALIBRATED
FIRST, SECOND = "1.2.3", "1.2.4"


def part(recording: Recording, first: int, last: int | None = None) -> list[Frame]:
    """Some frames as those of a run of their own."""
    frames = [to_frame(stored, recording.run) for stored in recording.stored()[first:last]]
    start_s = frames[0].time_s
    return [replace(frame, index=index, time_s=frame.time_s - start_s) for index, frame in enumerate(frames)]


def run_of(recording: Recording, frames: Sequence[Frame], uid: str) -> Run:
    return replace(recording.run, sop_instance_uid=uid, times_s=np.array([frame.time_s for frame in frames]))


def play(at: Session, frames: Sequence[Frame]) -> tuple[list[FrameResult], Session]:
    rows = []
    for frame in frames:
        at, row = session.step(at, frame)
        rows.append(row)
    return rows, at


def earlier_of(at: Session, after_start_s: float, uid: str = FIRST) -> Earlier:
    """What a run leaves, as it comes to the process that analyses the next."""
    left = pickle.loads(pickle.dumps(session.leave(at)))
    return Earlier(uid, after_start_s, after_start_s - at.core.times_s[-1], Left(left, Followed()))


def in_two(
    recording: Recording,
    until: int,
    again: int,
    outlines: Sequence[Outline] = (),
    config: ImagingConfig = CONFIG,
    pause_s: float = 60.0,
) -> tuple[list[FrameResult], list[FrameResult], Session]:
    """Analyse the frames up to `until`, and after a pause those from `again` on."""
    before, after = part(recording, 0, until), part(recording, again)
    rows, at = play(session.start(recording.run, (recording.outline(),), config), before)
    begun = session.start(
        run_of(recording, after, SECOND),
        outlines,
        config,
        earlier_of(at, before[-1].time_s + pause_s),
    )
    later, at = play(begun, after)
    return rows, later, at


def drawn_later(recording: Recording, frame: int, at: int = 0) -> Outline:
    """The bone as a hand draws it on a frame of the recording, frame `at` of the second run."""
    return replace(recording.outline(frame), sop_instance_uid=SECOND, frame=at)


def alarms(rows: Sequence[FrameResult]) -> list[int]:
    return [row.index for row in rows if row.state is State.ALARM]


def test_a_leak_that_began_in_the_pause_is_seen(leaking: Recording) -> None:
    first, second, at = in_two(leaking, 11, 22)
    assert alarms(first) == []
    assert alarms(second) != []
    assert session.finish(at).taken_up is not None
    (event, *_) = session.finish(at).events
    assert not event.continues
    # and where it does not grow any more, whoever begins anew takes it for background
    after = standing(part(leaking, 26), 24)
    run = run_of(leaking, after, SECOND)
    anew, _ = play(session.start(run, (drawn_later(leaking, 26),), CONFIG), after)
    assert alarms(anew) == []
    _, at = play(session.start(leaking.run, (leaking.outline(),), CONFIG), part(leaking, 0, 11))
    on, _ = play(session.start(run, (), CONFIG, earlier_of(at, 60.0)), after)
    assert alarms(on) != []


def standing(frames: Sequence[Frame], count: int) -> list[Frame]:
    """The first frame again and again, with noise of its own."""
    rng = np.random.default_rng(3)
    spread = float(np.std(frames[1].attenuation - frames[0].attenuation)) / np.sqrt(2)
    step_s = frames[1].time_s - frames[0].time_s
    return [
        replace(
            frames[0],
            index=index,
            time_s=index * step_s,
            attenuation=frames[0].attenuation
            + rng.normal(0, 0.5 * spread, frames[0].attenuation.shape).astype(np.float32),
        )
        for index in range(count)
    ]


def test_without_a_leak_a_pause_makes_none(quiet: Recording) -> None:
    first, second, _ = in_two(quiet, 11, 22)
    assert alarms(first) == alarms(second) == []
    assert State.CLEAR in {row.state for row in second}


def test_an_alarm_stands_on_and_is_the_same_leak(leaking: Recording) -> None:
    first, second, at = in_two(leaking, 24, 27)
    assert alarms(first) != []
    assert alarms(second) == list(range(len(second)))
    summary = session.finish(at)
    event = summary.events[0]
    assert (event.id, event.continues, event.alarm_frame, event.onset_frame) == (1, True, 0, event.frames[0])
    assert event.frames[0] == 0
    assert all(frame < len(second) for frame in event.frames)
    assert event.area_px[0] > 0
    assert any("goes on from an earlier run" in said for said in summary.warnings)


def test_a_reset_after_the_pause_acknowledges_the_alarm_before_it(leaking: Recording) -> None:
    config = replace_alarm(ResetConfig(sop_instance_uid=SECOND, frame=0))
    _, second, at = in_two(leaking, 24, 27, config=config)
    assert second[0].state is not State.ALARM
    assert not any("met no alarm" in said for said in session.finish(at).warnings)


def test_what_was_acknowledged_before_the_pause_has_no_event_after_it(leaking: Recording) -> None:
    first_alarm = alarms(in_two(leaking, 24, 27)[0])[0]
    config = replace_alarm(ResetConfig(sop_instance_uid=FIRST, frame=first_alarm + 1))
    _, second, at = in_two(leaking, first_alarm + 2, first_alarm + 2, config=config)
    assert second[0].state is not State.ALARM
    for event in session.finish(at).events:
        assert not event.continues
        assert event.id > 1
        assert event.renewed_of in (None, 1)


def replace_alarm(reset: ResetConfig) -> ImagingConfig:
    return CONFIG.model_copy(update={"alarm": AlarmConfig(resets=(reset,))})


def test_motion_counts_from_the_first_frame_after_the_pause(leaking: Recording) -> None:
    _, second, _ = in_two(leaking, 11, 15)
    truth = [frame.truth for frame in leaking.frames[15:]]
    assert leaking.run.geometry.pixel_mm is not None
    (pixel_mm, _) = leaking.run.geometry.pixel_mm
    motion = second[0].motion
    assert motion is not None
    assert (motion.dx_px, motion.dy_px, motion.rotation_deg) == (0.0, 0.0, 0.0)
    for row, true in zip(second, truth, strict=True):
        assert row.motion is not None
        assert row.motion.dx_px * pixel_mm == pytest.approx(true.dx_mm - truth[0].dx_mm, abs=0.4)
        assert row.motion.dy_px * pixel_mm == pytest.approx(true.dy_mm - truth[0].dy_mm, abs=0.4)


def test_an_outline_drawn_in_one_run_holds_in_the_next(leaking: Recording) -> None:
    moved = shifted(part(leaking, 15), 5, -3)
    first, at = play(session.start(leaking.run, (leaking.outline(),), CONFIG), part(leaking, 0, 11))
    rows, at = play(session.start(run_of(leaking, moved, SECOND), (), CONFIG, earlier_of(at, 60.0)), moved)
    (outline,) = session.outlines_of(at)
    assert (outline.sop_instance_uid, outline.frame, outline.source) == (SECOND, 0, "given")
    here = move_polygon(leaking.outline(15).polygon_xy_px, Motion(5.0, -3.0, 0.0, 1.0))
    shape = (leaking.run.rows, leaking.run.columns)
    one, other = mask_from_polygon(outline.polygon_xy_px, shape), mask_from_polygon(here, shape)
    assert 2 * (one & other).sum() / (one.sum() + other.sum()) > 0.95
    taken_up = session.finish(at).taken_up
    assert taken_up is not None
    assert taken_up.moved_px == pytest.approx((5, -3), abs=1.0)
    assert first[-1].state is not State.NO_DECISION
    assert rows[-1].state is State.ALARM


def shifted(frames: Sequence[Frame], dx: int, dy: int) -> list[Frame]:
    """The same frames of a patient who lies elsewhere; what comes in at the border is covered."""
    return [
        replace(
            frame,
            attenuation=np.roll(frame.attenuation, (dy, dx), (0, 1)),
            valid=np.roll(frame.valid, (dy, dx), (0, 1)),
        )
        for frame in frames
    ]


def test_an_outline_of_the_later_run_goes_before(leaking: Recording) -> None:
    mine = drawn_later(leaking, 15)
    _, second, at = in_two(leaking, 11, 15, (mine,))
    assert session.outlines_of(at) == (mine,)
    assert alarms(second) != []


def test_an_outline_drawn_before_the_bone_was_found_is_laid_all_the_same(leaking: Recording) -> None:
    mine = drawn_later(leaking, 15)
    rng = np.random.default_rng(8)
    after = part(leaking, 15)
    worse = after[0].attenuation + rng.normal(0, 0.25, after[0].attenuation.shape).astype(np.float32)
    after[0] = replace(after[0], attenuation=worse)
    _, at = play(session.start(leaking.run, (leaking.outline(),), CONFIG), part(leaking, 0, 11))
    rows, at = play(
        session.start(run_of(leaking, after, SECOND), (mine,), CONFIG, earlier_of(at, 60.0)), after
    )
    taken_up = session.finish(at).taken_up
    assert taken_up is not None
    assert taken_up.frame is not None
    assert taken_up.frame > 0
    assert session.outlines_of(at) == (mine,)
    assert alarms(rows) != []
    (drawn,) = at.core.drawn
    assert drawn is not None
    there = frame_from_canvas_points(np.argwhere(at.core.bone)[:, ::-1].astype(float), at.core.canvas, drawn)
    assert there.mean(axis=0) == pytest.approx(centre(mine, leaking.run), abs=0.5)


def centre(outline: Outline, run: Run) -> np.ndarray:
    mask = mask_from_polygon(outline.polygon_xy_px, (run.rows, run.columns))
    return np.asarray(np.argwhere(mask)[:, ::-1].mean(axis=0))


def test_an_outline_of_another_bone_is_begun_anew_with(leaking: Recording) -> None:
    mine = drawn_later(leaking, 15)
    other = replace(mine, polygon_xy_px=mine.polygon_xy_px + np.array([0.0, 30.0]))
    _, _, at = in_two(leaking, 11, 15, (other,))
    taken_up = session.finish(at).taken_up
    assert taken_up is not None
    assert taken_up.frame is None
    assert "another bone" in taken_up.reason
    assert any("begins anew" in said for said in session.finish(at).warnings)
    assert session.outlines_of(at) == (other,)


def test_a_picture_of_something_else_is_begun_anew(leaking: Recording) -> None:
    _, at = play(session.start(leaking.run, (leaking.outline(),), CONFIG), part(leaking, 0, 11))
    rng = np.random.default_rng(4)
    noise = [
        replace(frame, attenuation=rng.normal(0, 0.1, frame.attenuation.shape).astype(np.float32))
        for frame in part(leaking, 12)
    ]
    run = run_of(leaking, noise, SECOND)
    rows, tried = play(session.start(run, (), CONFIG, earlier_of(at, 60.0)), noise)
    plain, _ = play(session.start(run, (), CONFIG), noise)
    assert [row.state for row in rows] == [row.state for row in plain]
    taken_up = session.finish(tried).taken_up
    assert taken_up is not None
    assert "was not found within" in taken_up.reason


def test_rows_do_not_hang_on_what_comes_later(leaking: Recording) -> None:
    _, whole, _ = in_two(leaking, 11, 15)
    before, after = part(leaking, 0, 11), part(leaking, 15)[:6]
    _, at = play(session.start(leaking.run, (leaking.outline(),), CONFIG), before)
    cut, _ = play(
        session.start(run_of(leaking, after, SECOND), (), CONFIG, earlier_of(at, before[-1].time_s + 60.0)),
        after,
    )
    for one, other in zip(cut, whole, strict=False):
        assert (one.state, one.evidence, one.motion) == (other.state, other.evidence, other.motion)
        assert (one.labels == other.labels).all()


def test_a_third_run_goes_on_from_the_second(leaking: Recording) -> None:
    _, second, at = in_two(leaking, 11, 14)
    assert alarms(second) != []
    third = part(leaking, 26)
    rows, at = play(
        session.start(run_of(leaking, third, "1.2.5"), (), CONFIG, earlier_of(at, 90.0, SECOND)), third
    )
    assert alarms(rows) == list(range(len(rows)))
    summary = session.finish(at)
    assert summary.events[0].continues
    assert summary.taken_up is not None
    assert summary.taken_up.sop_instance_uid == SECOND


def test_who_learned_nothing_leaves_nothing(leaking: Recording) -> None:
    _, at = play(session.start(leaking.run, (), CONFIG), part(leaking, 0, 11))
    assert session.leave(at) is None
    run = run_of(leaking, part(leaking, 12), SECOND)
    begun = session.start(run, (), CONFIG, Earlier(FIRST, 60.0, 50.0, None))
    assert begun.trial is None
    assert NOTHING_LEFT in said_of(session.finish(begun))


def test_a_run_too_short_to_find_the_bone_says_so(leaking: Recording) -> None:
    _, at = play(session.start(leaking.run, (leaking.outline(),), CONFIG), part(leaking, 0, 11))
    blind = [replace(f, valid=np.zeros_like(f.valid)) for f in part(leaking, 12)[:2]]
    _, at = play(session.start(run_of(leaking, blind, SECOND), (), CONFIG, earlier_of(at, 60.0)), blind)
    assert TOO_SHORT in said_of(session.finish(at))


def said_of(summary: RunSummary) -> str:
    return " ".join(summary.warnings)


@pytest.mark.parametrize("drawn", [False, True])
def test_what_could_not_be_gone_on_from_is_passed_on(leaking: Recording, drawn: bool) -> None:
    first, at = play(session.start(leaking.run, (leaking.outline(),), CONFIG), part(leaking, 0, 11))
    blind = [replace(frame, valid=np.zeros_like(frame.valid)) for frame in part(leaking, 12, 15)]
    short, tapped = play(
        session.start(
            run_of(leaking, blind, SECOND),
            (drawn_later(leaking, 12),) * drawn,
            CONFIG,
            earlier_of(at, first[-1].time_s + 60.0),
        ),
        blind,
    )
    assert alarms(short) == []
    after = part(leaking, 24)
    rows, at = play(
        session.start(run_of(leaking, after, "1.2.5"), (), CONFIG, earlier_of(tapped, 30.0, SECOND)), after
    )
    assert alarms(rows) != []
    taken_up = session.finish(at).taken_up
    assert taken_up is not None
    assert taken_up.frame == 0


def test_nothing_is_learned_from_another_bone_while_it_is_tried(leaking: Recording) -> None:
    """However long it is looked at: what is no bone of ours gets no better."""
    _, at = play(session.start(leaking.run, (leaking.outline(),), CONFIG), part(leaking, 0, 11))
    stranger = shifted(part(leaking, 15), 0, 30)  # the next level lies where ours was
    run = run_of(leaking, stranger, SECOND)
    tried = session.start(run, (), CONFIG, earlier_of(at, 2.5))
    assert tried.trial is not None
    alone = [core.step(tried.trial.state, frame)[1].motion for frame in stranger]
    _, at = play(tried, stranger)
    taken_up = session.finish(at).taken_up
    assert taken_up is not None
    bound = CONFIG.motion.same_quality
    assert all(motion is None or motion.quality < bound for motion in alone[:9])
    assert taken_up.frame is None


def test_with_an_outline_to_come_the_earlier_bone_holds_until_it_has_come(leaking: Recording) -> None:
    mine = drawn_later(leaking, 18, at=3)
    _, rows, at = in_two(leaking, 11, 15, (mine,), config=READY)
    assert [row.state for row in rows[:3]] != [State.NO_DECISION] * 3
    assert session.outlines_of(at) == (mine,)
    assert at.core.drawn[0] is not None
    assert alarms(rows) != []


@pytest.mark.parametrize("again", [24, 27])
def test_volumes_go_with_their_leaks_where_some_were_acknowledged(leaking: Recording, again: int) -> None:
    first_alarm = alarms(in_two(leaking, 24, 27)[0])[0]
    amount = AmountConfig(cement="baso4_30", kvp=80.0, aluminium_mm=3.0, copper_mm=0.2)
    config = replace_alarm(ResetConfig(sop_instance_uid=FIRST, frame=first_alarm + 1))
    measured = replace(
        leaking, run=replace(leaking.run, intensity=replace(leaking.run.intensity, calibration=CALIBRATED))
    )
    config = config.model_copy(update={"amount": amount})
    _, rows, at = in_two(measured, first_alarm + 2, again, config=config)
    assert rows[-1].volume is not None
    assert all(event.id > 1 for event in session.finish(at).events)


def test_a_reset_before_any_row_could_say_alarm_leaves_no_event_of_it(leaking: Recording) -> None:
    _, rows, at = in_two(leaking, 24, 27, config=replace_alarm(ResetConfig(sop_instance_uid=SECOND, frame=0)))
    assert all(not event.continues for event in session.finish(at).events)
    assert rows[0].state is not State.ALARM
