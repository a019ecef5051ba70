"""Going on after a halt, on a recording whose leak goes on or stands still."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from leakwatch.config.imaging import AlarmConfig, ImagingConfig, ResetConfig
from leakwatch.imaging import core
from leakwatch.imaging.acknowledge import name_renewed, resets_of, without_hardened
from leakwatch.imaging.attenuation import to_frame
from leakwatch.imaging.tracks import Track
from leakwatch.nouns import FrameResult, Reason, RunSummary, State, StoredFrame

from .conftest import Recording
from .pictures import box, make_canvas

SHAPE = (60, 60)
CANVAS = make_canvas()  # 0.5 mm


def analyse(
    recording: Recording, stored: list[StoredFrame], *resets: ResetConfig
) -> tuple[list[FrameResult], RunSummary]:
    state = core.start(
        recording.run, [recording.outline()], ImagingConfig(alarm=AlarmConfig(resets=tuple(resets)))
    )
    rows = []
    for one in stored:
        state, row = core.step(state, to_frame(one, recording.run))
        rows.append(row)
    return rows, core.finish(state)


def first_alarm(rows: list[FrameResult]) -> int:
    return next(row.index for row in rows if row.state is State.ALARM)


def standing_still(stored: list[StoredFrame], from_index: int, seconds: float) -> list[StoredFrame]:
    """The run up to a frame, and from then on that frame again and again, with noise of its own."""
    rng = np.random.default_rng(3)
    kept = stored[: from_index + 1]
    step_s = stored[1].time_s - stored[0].time_s
    spread = np.std(stored[1].pixels.astype(float) - stored[0].pixels) / np.sqrt(2)
    still = []
    for k in range(1, round(seconds / step_s)):
        noisy = kept[-1].pixels + rng.normal(0, 0.5 * spread, kept[-1].pixels.shape)
        pixels = np.clip(np.rint(noisy), 0, np.iinfo(kept[-1].pixels.dtype).max)
        still.append(
            StoredFrame(
                kept[-1].index + k, kept[-1].time_s + k * step_s, pixels.astype(kept[-1].pixels.dtype)
            )
        )
    return kept + still


def test_a_reset_ends_the_alarm_and_renewed_growth_raises_it_again(leaking: Recording) -> None:
    plain, _ = analyse(leaking, leaking.stored())
    reset = first_alarm(plain) + 2
    rows, summary = analyse(leaking, leaking.stored(), ResetConfig(frame=reset))
    assert rows[reset - 1].state is State.ALARM
    assert rows[reset].state is not State.ALARM
    again = next(row.index for row in rows[reset:] if row.state is State.ALARM)
    assert all(row.state is State.ALARM for row in rows[again:])
    first, *later = summary.events
    assert (first.acknowledged_frame, first.acknowledged_time_s) == (reset, rows[reset].time_s)
    assert first.renewed_of is None
    assert first.frames[-1] < reset
    assert min(event.alarm_frame for event in later) == again
    assert all(event.onset_frame >= reset and event.acknowledged_frame is None for event in later)
    assert first.id in {event.renewed_of for event in later}


def test_a_leak_that_stands_still_raises_no_alarm_again(leaking: Recording) -> None:
    plain, _ = analyse(leaking, leaking.stored())
    alarm = first_alarm(plain)
    stored = standing_still(leaking.stored(), alarm + 3, 5.0)
    held, _ = analyse(leaking, stored)
    rows, summary = analyse(leaking, stored, ResetConfig(frame=alarm + 5))
    assert held[-1].state is State.ALARM
    assert {row.state for row in rows[alarm + 5 :]} <= {State.CLEAR, State.WATCH}
    assert len(summary.events) == 1
    # it is still there, and measured
    assert rows[-1].leak_area_px is not None
    assert rows[-1].leak_area_px > 0.7 * (held[-1].leak_area_px or 0) > 0


def test_a_hardened_leak_that_lags_and_blurs_raises_no_alarm_again(leaking: Recording) -> None:
    plain, _ = analyse(leaking, leaking.stored())
    alarm = first_alarm(plain)
    sharp = standing_still(leaking.stored(), alarm + 3, 5.0)
    lagged, trail = [], sharp[0].pixels.astype(np.float64)
    for k, one in enumerate(sharp):
        if k <= alarm + 5:
            trail = one.pixels.astype(np.float64)
        else:
            blurred = cv2.GaussianBlur(one.pixels.astype(np.float64), (0, 0), 0.8 + 0.3 * (k % 2))
            trail = 0.7 * blurred + 0.3 * trail
        lagged.append(replace(one, pixels=np.rint(trail).astype(one.pixels.dtype)))
    rows, summary = analyse(leaking, lagged, ResetConfig(frame=alarm + 5))
    assert {row.state for row in rows[alarm + 5 :]} & {State.ALARM} == set()
    assert len(summary.events) == 1


def test_a_reset_reaches_no_frame_before_it(leaking: Recording) -> None:
    plain, _ = analyse(leaking, leaking.stored())
    reset = first_alarm(plain) + 2
    rows, _ = analyse(leaking, leaking.stored(), ResetConfig(time_s=plain[reset].time_s))
    for one, other in zip(plain[:reset], rows[:reset], strict=True):
        assert (one.state, one.evidence, one.leak_area_px) == (
            other.state,
            other.evidence,
            other.leak_area_px,
        )
        np.testing.assert_array_equal(one.labels, other.labels)


def test_first_frames_alone_give_the_same_rows_after_a_reset_as_well(leaking: Recording) -> None:
    plain, _ = analyse(leaking, leaking.stored())
    reset = ResetConfig(frame=first_alarm(plain) + 1)
    whole, _ = analyse(leaking, leaking.stored(), reset)
    part, _ = analyse(leaking, leaking.stored()[: (reset.frame or 0) + 4], reset)
    for one, other in zip(part, whole[: len(part)], strict=True):
        assert (one.state, one.reason, one.evidence) == (other.state, other.reason, other.evidence)
        np.testing.assert_array_equal(one.labels, other.labels)


def test_a_reset_without_an_alarm_changes_nothing_and_is_said(leaking: Recording) -> None:
    plain, _ = analyse(leaking, leaking.stored())
    rows, summary = analyse(leaking, leaking.stored(), ResetConfig(frame=1), ResetConfig(time_s=1e4))
    assert [row.state for row in rows] == [row.state for row in plain]
    assert sum("met no alarm" in sentence for sentence in summary.warnings) == 1
    assert sum("after the last frame" in sentence for sentence in summary.warnings) == 1


def test_two_resets_acknowledge_twice(leaking: Recording) -> None:
    plain, _ = analyse(leaking, leaking.stored())
    first = first_alarm(plain) + 1
    once, _ = analyse(leaking, leaking.stored(), ResetConfig(frame=first))
    second = next(row.index for row in once[first:] if row.state is State.ALARM) + 1
    rows, summary = analyse(leaking, leaking.stored(), ResetConfig(frame=first), ResetConfig(frame=second))
    assert rows[second].state is not State.ALARM
    assert [event.acknowledged_frame for event in summary.events[:2]] == [first, second]
    assert rows[second].reason is not Reason.LEAK


def test_resets_are_for_one_run_or_for_all() -> None:
    mine, other, all_ = (
        ResetConfig(frame=1, sop_instance_uid="1.2"),
        ResetConfig(frame=2, sop_instance_uid="1.3"),
        ResetConfig(time_s=3.0),
    )
    assert resets_of((mine, other, all_), "1.2") == (mine, all_)


@pytest.mark.parametrize("moment", [{}, {"time_s": 1.0, "frame": 2}, {"frame": -1}, {"time_s": float("nan")}])
def test_a_reset_is_one_moment(moment: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"either time_s or frame|greater than or equal|finite"):
        ResetConfig.model_validate(moment)


def test_what_is_hardened_is_taken_out_with_its_rim_and_slivers_go() -> None:
    hardened = box(SHAPE, (20, 30), (20, 30))
    grown = box(SHAPE, (20, 30), (20, 40))
    assert without_hardened(grown, ~np.ones(SHAPE, np.bool_), CANVAS) is grown
    left = without_hardened(grown, hardened, CANVAS)
    # a rim of 1 mm is two pixels
    assert left.any()
    assert np.argwhere(left)[:, 1].min() == 32
    assert not without_hardened(hardened | box(SHAPE, (20, 23), (30, 33)), hardened, CANVAS).any()


def test_growth_that_touches_a_hardened_leak_renews_it() -> None:
    halted = [Track(4, box(SHAPE, (20, 30), (20, 30)), False, 0.0, acknowledged_frame=9)]
    touching = Track(5, box(SHAPE, (20, 30), (33, 40)), True, 1.0)
    apart = Track(6, box(SHAPE, (50, 55), (50, 55)), True, 1.0)
    assert [one.renews for one in name_renewed([touching, apart], halted, CANVAS)] == [4, None]
    # and goes on renewing it once it has moved on
    moved = replace(name_renewed([touching], halted, CANVAS)[0], footprint=apart.footprint)
    assert name_renewed([moved], halted, CANVAS)[0].renews == 4
    assert [one.renews for one in name_renewed([touching], [], CANVAS)] == [None]
