"""The alarm of two views: the earlier of theirs, causal, with the other view's word beside it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry import xy_px_from_lps
from leakwatch.nouns import AnalysedRun, CArm, LeakEvent, Plane, Run, RunSummary, State
from leakwatch.views.fused import Fused
from leakwatch.views.merge import merge_cases
from leakwatch.views.second_look import Verdict

NOON = datetime(2026, 1, 1, 12)
FRAMES = 20
PLACES = ((10.0, -5.0, 12.0), (-20.0, 8.0, -14.0))
Alarms = tuple[tuple[int, int], ...]
"""Of one view: (frame of the alarm, which place)."""


class Bench:
    """Two planes at right angles at two frame rates; leaks alarm where and when they are told to."""

    def __init__(
        self,
        make_run: Callable[..., Run],
        make_analysed: Callable[..., AnalysedRun],
        make_event: Callable[..., LeakEvent],
    ) -> None:
        self._make_run, self._make_analysed, self._make_event = make_run, make_analysed, make_event

    def view(self, plane: Plane, alarms: Alarms, frames: int = FRAMES, behind_s: float = 0.0) -> AnalysedRun:
        """One plane cut to its first `frames` frames."""
        b = plane is Plane.B
        run = self._make_run(
            sop_instance_uid="1.2" if b else "1.1", plane=plane, partners=() if b else ("1.2",),
            study_instance_uid="1", rows=384, columns=384, start=NOON + timedelta(seconds=behind_s),
            geometry=CArm(90.0 if b else 0.0, 0.0, 1100.0, 720.0, (0.4, 0.4)),
            times_s=np.arange(frames) / (5.0 if b else 7.5),
        )  # fmt: skip
        known = sorted(alarm for alarm in alarms if alarm[0] < frames)
        events = tuple(
            self._event(run, number, frame, PLACES[place])
            for number, (frame, place) in enumerate(known, start=1)
        )
        first = known[0][0] if known else None
        return self._make_analysed(
            run,
            summary=RunSummary(events),
            frames=frames,
            state=State.CLEAR if first is None else State.ALARM,
            states=tuple(
                State.ALARM if first is not None and at >= first else State.CLEAR for at in range(frames)
            ),
            first_alarm_frame=first,
            first_alarm_time_s=None if first is None else float(run.times_s[first]),
        )

    def _event(self, run: Run, number: int, frame: int, place: tuple[float, float, float]) -> LeakEvent:
        x, y = xy_px_from_lps(np.array(place), run.geometry, run.rows, run.columns)
        seen = tuple(range(frame, run.frames))
        return self._make_event(
            id=number,
            onset_frame=frame,
            onset_time_s=float(run.times_s[frame]),
            alarm_frame=frame,
            alarm_time_s=float(run.times_s[frame]),
            frames=seen,
            area_px=(20,) * len(seen),
            centroid_xy_px=(float(x), float(y)),
            centroids_xy_px=((float(x), float(y)),) * len(seen),
        )


@pytest.fixture
def bench(
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_event: Callable[..., LeakEvent],
) -> Bench:
    return Bench(make_run, make_analysed, make_event)


def fused(*views: AnalysedRun) -> Fused:
    (case,) = merge_cases(views, ViewsConfig())
    (found,) = case.fused
    return found


some_alarms = st.lists(
    st.tuples(st.integers(0, FRAMES - 1), st.integers(0, 1)), max_size=3, unique_by=lambda alarm: alarm[0]
).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some_alarms, some_alarms, st.floats(-0.9, 0.9), st.floats(0.0, 4.0))
def test_it_is_causal_and_never_later_than_the_earlier_view(
    bench: Bench, of_a: Alarms, of_b: Alarms, behind_s: float, cut_s: float
) -> None:
    a, b = bench.view(Plane.A, of_a), bench.view(Plane.B, of_b, behind_s=behind_s)
    behind_s = (b.run.start - a.run.start).total_seconds() if a.run.start and b.run.start else 0.0
    whole = fused(a, b)
    own = [
        time_s + offset_s
        for view, offset_s in ((a, 0.0), (b, behind_s))
        if (time_s := view.first_alarm_time_s) is not None
    ]
    assert (whole.alarm is None) == (not own)
    assert whole.alarm is None or whole.alarm.pair_time_s == pytest.approx(min(own), abs=1e-9)
    # The room's clock stops at `cut_s`: each view has the frames it had taken by then, one at least.
    kept_a = max(1, int(np.count_nonzero(a.run.times_s <= cut_s)))
    kept_b = max(1, int(np.count_nonzero(b.run.times_s + behind_s <= cut_s)))
    known = fused(bench.view(Plane.A, of_a, kept_a), bench.view(Plane.B, of_b, kept_b, behind_s))
    if whole.alarm is not None and whole.alarm.pair_time_s <= cut_s:
        assert known.alarm is not None
        assert known.alarm.run.sop_instance_uid == whole.alarm.run.sop_instance_uid
        assert (known.alarm.frame, known.alarm.time_s, known.alarm.pair_time_s) == (
            whole.alarm.frame,
            whole.alarm.time_s,
            whole.alarm.pair_time_s,
        )


def test_the_later_view_confirms_from_its_own_alarm_on(bench: Bench) -> None:
    found = fused(bench.view(Plane.A, ((9, 0),)), bench.view(Plane.B, ((4, 0),)))
    assert found.state is State.ALARM
    assert found.alarm is not None
    assert found.other is not None
    assert (found.alarm.run.plane, found.alarm.frame, found.alarm.leaks) == (Plane.B, 4, (1,))
    assert found.other.verdict is Verdict.CONFIRMED
    assert found.other.view.run.plane is Plane.A
    assert found.other.since_s == pytest.approx(9 / 7.5)


def test_times_of_the_pair_are_on_the_clock_of_plane_a(bench: Bench) -> None:
    found = fused(bench.view(Plane.A, ()), bench.view(Plane.B, ((4, 0),), behind_s=0.5))
    assert found.alarm is not None
    assert (found.alarm.time_s, found.alarm.pair_time_s) == (pytest.approx(0.8), pytest.approx(1.3))


def test_a_leak_elsewhere_in_the_other_view_confirms_nothing(bench: Bench) -> None:
    found = fused(bench.view(Plane.A, ((4, 0),)), bench.view(Plane.B, ((9, 1),)))
    assert found.other is not None
    assert found.other.verdict is Verdict.NOT_VISIBLE
    assert found.other.view.first_alarm_frame == 9
    assert found.other.since_s == pytest.approx(4 / 7.5)


def test_one_confirmed_leak_among_those_of_the_alarm_is_enough(bench: Bench) -> None:
    a = bench.view(Plane.A, ((4, 0),))
    twice = bench.view(Plane.A, ((4, 1),)).summary.events
    both = tuple(replace(event, id=number) for number, event in enumerate((*twice, *a.summary.events), 1))
    found = fused(replace(a, summary=RunSummary(both)), bench.view(Plane.B, ((9, 0),)))
    assert found.alarm is not None
    assert found.other is not None
    assert len(found.alarm.leaks) == 2
    assert found.other.verdict is Verdict.CONFIRMED


def test_two_quiet_views_are_clear_only_if_both_are(bench: Bench) -> None:
    a, b = bench.view(Plane.A, ()), bench.view(Plane.B, ())
    assert fused(a, b).state is State.CLEAR
    assert fused(replace(a, state=State.WATCH), b).state is State.WATCH
    undecided = fused(a, replace(b, state=State.NO_DECISION))
    assert (undecided.state, undecided.reason) == (
        State.NO_DECISION,
        "the second view (B) decided nothing",
    )
    broken = fused(replace(a, error="ends after 3 of 20 frames"), b)
    assert (broken.state, broken.reason) == (
        State.NO_DECISION,
        "the first view (A) broke off before its end",
    )
    # An alarm is an alarm, whatever the other view is.
    alarmed = fused(bench.view(Plane.A, ((4, 0),)), replace(b, state=State.NO_DECISION))
    assert alarmed.state is State.ALARM


def test_a_view_alone_is_not_fused(bench: Bench) -> None:
    (case,) = merge_cases([bench.view(Plane.A, ((4, 0),))], ViewsConfig())
    assert case.fused == ()
