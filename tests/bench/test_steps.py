"""Stepping through a run: states follow on each other, and frames without evidence of their own are told."""

from __future__ import annotations

from itertools import pairwise

import pytest

from leakwatch.bench.steps import Step, steps
from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import core
from leakwatch.nouns import State

from ..imaging.conftest import Recording, record


@pytest.fixture(scope="module")
def recording() -> Recording:
    return record("lateral")


@pytest.fixture(scope="module")
def watched(recording: Recording) -> list[Step]:
    start = core.start(recording.run, [recording.outline()], ImagingConfig())
    return list(steps(start, recording.stored()))


def test_every_frame_comes_once_and_states_follow_on_each_other(
    recording: Recording, watched: list[Step]
) -> None:
    assert [step.frame.index for step in watched] == [one.index for one in recording.stored()]
    for step, then in pairwise(watched):
        assert then.before is step.after
        assert step.row.index == step.frame.index


def test_frames_that_settle_show_nothing_and_the_leak_does(watched: list[Step]) -> None:
    assert not watched[0].shows
    assert watched[-1].row.state == State.ALARM
    assert watched[-1].shows
    assert watched[-1].judged


def test_a_frame_that_shows_nothing_moves_no_alarm(watched: list[Step]) -> None:
    for step in watched[1:]:
        assert step.shows or not step.judged
