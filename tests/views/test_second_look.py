"""A leak that one of two planes saw, looked for in the other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry import xy_px_from_lps
from leakwatch.nouns import (
    AnalysedRun,
    CArm,
    Cover,
    FieldSummary,
    LeakEvent,
    Outline,
    Plane,
    Run,
    RunSummary,
    State,
    TakenUp,
)
from leakwatch.nouns.summary import Smallest
from leakwatch.views.merge import merge_cases
from leakwatch.views.second_look import SecondLook, Verdict

NOON = datetime(2026, 1, 1, 12)
FRAMES = 60
MIDDLE = 255.5
ABOVE = (4.0, -3.0, 32.0)
"""Above the body, which reaches 16 mm up."""


@pytest.fixture
def views(
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_event: Callable[..., LeakEvent],
    make_outline: Callable[..., Outline],
) -> tuple[AnalysedRun, AnalysedRun]:
    """AP with a leak above the body at its frame 6, and a lateral that is clear throughout."""
    shared = {
        "rows": 512,
        "columns": 512,
        "study_instance_uid": "1",
        "times_s": np.arange(FRAMES) / 7.5,
        "start": NOON,
    }
    a = make_run(
        sop_instance_uid="1.1", plane=Plane.A, partners=("1.2",),
        geometry=CArm(0.0, 0.0, 1100.0, 720.0, (0.4, 0.4)), **shared,
    )  # fmt: skip
    b = make_run(
        sop_instance_uid="1.2", plane=Plane.B, geometry=CArm(90.0, 0.0, 1100.0, 720.0, (0.4, 0.4)), **shared
    )
    half = 16.0 / 0.26
    square = MIDDLE + half * np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])
    x, y = xy_px_from_lps(ABOVE, a.geometry, a.rows, a.columns)
    centroid = (float(x), float(y))
    event = make_event(
        centroid_xy_px=centroid, centroids_xy_px=(centroid,) * 3, area_px=(100, 200, 300)
    )  # 300 pixels are 5 mm across

    def view(run: Run, *events: LeakEvent) -> AnalysedRun:
        outline = make_outline(sop_instance_uid=run.sop_instance_uid, polygon_xy_px=square)
        return make_analysed(
            run,
            outlines=(outline,),
            summary=RunSummary(events, smallest_at_edge=Smallest(4.0)),
            frames=FRAMES,
            states=(State.CLEAR,) * FRAMES,
        )

    return view(a, event), view(b)


def look(seen_by: AnalysedRun, other: AnalysedRun) -> SecondLook:
    (case,) = merge_cases([seen_by, other], ViewsConfig())
    (leak,) = case.leaks
    assert leak.second_look is not None
    return leak.second_look


def test_what_the_other_view_must_show_and_does_not_is_contradicted(
    views: tuple[AnalysedRun, AnalysedRun],
) -> None:
    found = look(*views)
    assert found.verdict is Verdict.CONTRADICTED
    assert found.line_xy_px is not None
    # It is where the leak would be: on the line, above the body.
    (x0, y0), (x1, y1) = found.line_xy_px
    x, y = xy_px_from_lps(ABOVE, views[1].run.geometry, 512, 512)
    assert min(x0, x1) < x < max(x0, x1)
    assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0), abs=1e-3)


def test_it_is_the_same_whichever_plane_saw_it(
    views: tuple[AnalysedRun, AnalysedRun], make_event: Callable[..., LeakEvent]
) -> None:
    a, b = views
    x, y = xy_px_from_lps(ABOVE, b.run.geometry, 512, 512)
    centroid = (float(x), float(y))
    event = make_event(
        centroid_xy_px=centroid, centroids_xy_px=(centroid,) * 3, area_px=(100, 200, 300), alarm_time_s=0.8
    )
    seen = replace(b, summary=replace(b.summary, events=(event,)))
    silent = replace(a, summary=replace(a.summary, events=()))
    assert look(silent, seen).verdict is Verdict.CONTRADICTED


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (0, None, Verdict.NOT_VISIBLE),  # the other has no earlier run
        (0, "refused", Verdict.NOT_VISIBLE),
        (0, 0, Verdict.CONTRADICTED),
        ("refused", None, Verdict.CONTRADICTED),
    ],
)
def test_a_view_that_began_anew_may_have_begun_with_it(
    views: tuple[AnalysedRun, AnalysedRun],
    one: int | str | None,
    other: int | str | None,
    verdict: Verdict,
) -> None:
    def went_on(view: AnalysedRun, frame: int | str | None) -> AnalysedRun:
        known = frame if isinstance(frame, int) else None
        taken_up = None if frame is None else TakenUp("1.0", 9.0, known)
        return replace(view, summary=replace(view.summary, taken_up=taken_up))

    found = look(went_on(views[0], one), went_on(views[1], other))
    assert found.verdict is verdict


def test_a_leak_that_both_see_is_confirmed(views: tuple[AnalysedRun, AnalysedRun]) -> None:
    a, b = views
    (event,) = a.summary.events
    x, y = xy_px_from_lps(ABOVE, b.run.geometry, 512, 512)
    there = replace(event, centroid_xy_px=(float(x), float(y)), centroids_xy_px=((float(x), float(y)),) * 3)
    assert look(a, replace(b, summary=replace(b.summary, events=(there,)))) == SecondLook(Verdict.CONFIRMED)


def test_one_plane_alone_has_no_second_look(views: tuple[AnalysedRun, AnalysedRun]) -> None:
    (case,) = merge_cases([views[0]], ViewsConfig())
    assert [leak.second_look for leak in case.leaks] == [None]


def states_with(state: State, frame: int) -> tuple[State, ...]:
    return (*(State.CLEAR,) * frame, state, *(State.CLEAR,) * (FRAMES - frame - 1))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"outlines": ()}, "no outline"),
        ({"states": states_with(State.NO_DECISION, 8)}, "undecided"),
        ({"states": states_with(State.WATCH, 8)}, "evidence was gathering"),
        ({"states": states_with(State.ALARM, 8)}, "shows a leak as well"),
        ({"states": (State.CLEAR,) * 10}, "not running"),
        ({"states": ()}, "not running"),
        ({"summary": RunSummary((), smallest_at_edge=Smallest(20.0))}, "too small"),
        ({"summary": RunSummary(())}, "not known"),
        ({"field": FieldSummary(last=Cover(0.0, 0.1, 0.0, 0.1))}, "covered"),
    ],
)
def test_a_view_that_may_not_have_shown_it_says_nothing(
    views: tuple[AnalysedRun, AnalysedRun], changes: dict[str, object], says: str
) -> None:
    a, b = views
    found = look(a, replace(b, **changes))  # type: ignore[arg-type]
    assert found.verdict is Verdict.NOT_VISIBLE
    assert says in found.reason


@pytest.mark.parametrize("frame", [5, 18])
def test_what_it_said_before_the_alarm_or_long_after_is_nothing_to_it(
    views: tuple[AnalysedRun, AnalysedRun], frame: int
) -> None:
    a, b = views
    assert look(a, replace(b, states=states_with(State.NO_DECISION, frame))).verdict is Verdict.CONTRADICTED


def test_times_are_those_of_the_room(views: tuple[AnalysedRun, AnalysedRun]) -> None:
    a, b = views
    later = replace(b.run, start=NOON + timedelta(seconds=0.6))
    # Frame 4 of the later run is as late as frame 8.5 of the other.
    found = look(a, replace(b, run=later, states=states_with(State.WATCH, 4)))
    assert found.verdict is Verdict.NOT_VISIBLE
    found = look(a, replace(b, run=later, states=states_with(State.WATCH, 15)))
    assert found.verdict is Verdict.CONTRADICTED


def moved(view: AnalysedRun, by_px: float) -> AnalysedRun:
    (outline,) = view.outlines
    down = np.array([0.0, by_px])
    return replace(view, outlines=(replace(outline, polygon_xy_px=outline.polygon_xy_px + down),))


def doubled(view: AnalysedRun) -> AnalysedRun:
    """Two bones: which of them is the other view's is not known, and they say nothing of how views stand."""
    return replace(view, outlines=view.outlines * 2)


def test_before_or_behind_the_bone_it_is_hidden(views: tuple[AnalysedRun, AnalysedRun]) -> None:
    found = look(views[0], doubled(moved(views[1], -60)))
    assert (found.verdict, found.reason) == (
        Verdict.NOT_VISIBLE,
        "in the other view it may lie before or behind the bone",
    )


def test_a_line_far_from_the_bone_puts_the_geometry_in_doubt(views: tuple[AnalysedRun, AnalysedRun]) -> None:
    found = look(views[0], doubled(moved(views[1], 170)))
    assert found.verdict is Verdict.NOT_VISIBLE
    assert "cannot both be right" in found.reason
    assert found.line_xy_px is None


@pytest.mark.parametrize("by_px", [-60, 170])
def test_views_of_two_bones_are_not_joined(views: tuple[AnalysedRun, AnalysedRun], by_px: float) -> None:
    found = look(views[0], moved(views[1], by_px))
    assert (found.verdict, found.line_xy_px) == (Verdict.NOT_VISIBLE, None)
    assert "an outline is of another bone, or the stated geometry is wrong" in found.reason


def test_the_line_goes_where_the_other_view_has_the_bone(views: tuple[AnalysedRun, AnalysedRun]) -> None:
    a, b = views
    straight, lower = look(a, b).line_xy_px, look(a, moved(b, 15)).line_xy_px
    assert straight is not None
    assert lower is not None
    # of 15 pixels most: it is a little more likely that outlines differ
    assert 11 < lower[0][1] - straight[0][1] < 15


def test_a_narrow_picture_may_not_hold_it(views: tuple[AnalysedRun, AnalysedRun]) -> None:
    a, b = views
    # The same view, cut to its middle: 73 mm wide.
    narrow = replace(b.run, rows=512, columns=280)
    (outline,) = b.outlines
    shifted = replace(outline, polygon_xy_px=outline.polygon_xy_px - np.array([116.0, 0.0]))
    found = look(a, replace(b, run=narrow, outlines=(shifted,)))
    assert "outside the picture" in found.reason


def test_under_the_shutter_it_is_hidden(views: tuple[AnalysedRun, AnalysedRun]) -> None:
    a, b = views
    shutter = np.zeros((512, 512), np.bool_)
    shutter[:164] = True
    assert "shutter" in look(a, replace(b, run=replace(b.run, shutter=shutter))).reason


def test_without_angles_it_is_said_which_are_missing(views: tuple[AnalysedRun, AnalysedRun]) -> None:
    a, b = views
    assert "primary_deg" in look(a, replace(b, run=replace(b.run, geometry=CArm()))).reason
