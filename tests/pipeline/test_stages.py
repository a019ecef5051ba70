from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from leakwatch.config.report import ReportConfig
from leakwatch.nouns import FrameResult, Motion, Outline, Run, State
from leakwatch.pipeline.memory import resident_bytes
from leakwatch.pipeline.overlay import Overlay
from leakwatch.pipeline.stopwatch import Stopwatch
from leakwatch.pipeline.tally import Tally


def tallied(make_result: Callable[..., FrameResult], *states: State) -> Tally:
    tally = Tally()
    for index, state in enumerate(states):
        tally.add(make_result(index=index, time_s=index / 10, state=state))
    return tally


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ((), State.NO_DECISION),
        ((State.NO_DECISION, State.NO_DECISION), State.NO_DECISION),
        ((State.CLEAR, State.NO_DECISION), State.CLEAR),
        ((State.CLEAR, State.WATCH), State.WATCH),
        ((State.WATCH, State.CLEAR), State.CLEAR),
        ((State.ALARM, State.CLEAR, State.NO_DECISION), State.ALARM),
    ],
)
def test_verdict_of_a_run(
    make_result: Callable[..., FrameResult], states: tuple[State, ...], verdict: State
) -> None:
    assert tallied(make_result, *states).state is verdict


def test_first_alarm_stays_the_first(make_result: Callable[..., FrameResult]) -> None:
    tally = tallied(make_result, State.NO_DECISION, State.CLEAR, State.ALARM, State.ALARM)
    assert (tally.first_alarm_frame, tally.first_alarm_time_s) == (2, 0.2)
    assert (tally.frames, tally.undecided_frames) == (4, 1)


def test_stopwatch_adds_up_and_stops_on_errors() -> None:
    watch = Stopwatch()
    with watch.stage("a"):
        pass
    first = watch.seconds["a"]
    with pytest.raises(KeyError), watch.stage("a"):
        raise KeyError
    assert watch.seconds["a"] > first >= 0.0


def test_outlines_appear_with_their_frame_and_follow_the_bone(
    tmp_path: Path,
    make_run: Callable[..., Run],
    make_outline: Callable[..., Outline],
    make_result: Callable[..., FrameResult],
) -> None:
    box = make_outline().polygon_xy_px
    outlines = (make_outline(), make_outline(frame=2))
    overlay = Overlay(tmp_path, make_run(), ReportConfig(enabled=False))
    moved = [Motion(float(index), 0.0, 0.0, 1.0) for index in range(4)]
    shown = [
        overlay.outlines_xy_px(make_result(index=index, motion=motion), outlines)
        for index, motion in enumerate(moved)
    ]
    assert [len(outlines) for outlines in shown] == [1, 1, 2, 2]
    right = np.array([1.0, 0.0])
    assert np.allclose(shown[3][0], box + 3 * right)
    assert np.allclose(shown[2][1], box)
    assert np.allclose(shown[3][1], box + right)
    assert overlay.outlines_xy_px(make_result(index=4, motion=None), outlines) == []


def test_resident_memory_is_told_for_the_living_only() -> None:
    import os

    assert resident_bytes(os.getpid()) > 1e6
    assert resident_bytes(None) == 0
