from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry.carm import xy_px_from_lps
from leakwatch.nouns import AnalysedRun, CArm, LeakEvent, Plane, Run, RunSummary
from leakwatch.views.merge import NO_PAIR, ONE_VIEW, OTHER_TIME, merge_cases

NOON = datetime(2026, 1, 1, 12)
CONFIG = ViewsConfig(max_ray_gap_mm=6.0)


class Bench:
    """Two planes at right angles, and leaks put into them at a place in the patient."""

    def __init__(
        self,
        make_run: Callable[..., Run],
        make_analysed: Callable[..., AnalysedRun],
        make_event: Callable[..., LeakEvent],
    ) -> None:
        self._make_analysed, self._make_event = make_analysed, make_event
        shared = {"rows": 384, "columns": 384, "study_instance_uid": "1"}
        self.a = make_run(
            sop_instance_uid="1.1", plane=Plane.A, partners=("1.2",), start=NOON, **shared,
            geometry=CArm(0.0, 0.0, 1100.0, 720.0, (0.4, 0.4)),
        )  # fmt: skip
        self.b = make_run(
            sop_instance_uid="1.2", plane=Plane.B, start=NOON, **shared,
            geometry=CArm(90.0, 0.0, 1100.0, 720.0, (0.4, 0.4)),
        )  # fmt: skip

    def event(
        self, run: Run, place: tuple[float, float, float], number: int = 1, **changes: object
    ) -> LeakEvent:
        x, y = xy_px_from_lps(np.array(place), run.geometry, run.rows, run.columns)
        centroid = (float(x), float(y))
        return self._make_event(
            id=number, centroid_xy_px=centroid, centroids_xy_px=(centroid,) * 3, **changes
        )

    def analysed(self, run: Run, *events: LeakEvent) -> AnalysedRun:
        return self._make_analysed(run, summary=RunSummary(events))


@pytest.fixture
def bench(
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_event: Callable[..., LeakEvent],
) -> Bench:
    return Bench(make_run, make_analysed, make_event)


def test_one_leak_in_two_views_is_one_leak_with_a_place(bench: Bench) -> None:
    place = (10.0, -5.0, 12.0)
    (case,) = merge_cases(
        [
            bench.analysed(bench.a, bench.event(bench.a, place)),
            bench.analysed(bench.b, bench.event(bench.b, place)),
        ],
        CONFIG,
    )
    (leak,) = case.leaks
    assert leak.position_mm_lps == pytest.approx(place, abs=1e-6)
    assert [sighting.run.sop_instance_uid for sighting in leak.sightings] == ["1.1", "1.2"]
    assert leak.location_error_mm is not None
    assert 0.2 < leak.location_error_mm < 5.0
    assert leak.position_reason == ""


def test_two_leaks_are_matched_by_their_rays(bench: Bench) -> None:
    low, high = (10.0, 0.0, -20.0), (-10.0, 5.0, 20.0)
    (case,) = merge_cases(
        [
            bench.analysed(bench.a, bench.event(bench.a, low, 1), bench.event(bench.a, high, 2)),
            bench.analysed(bench.b, bench.event(bench.b, high, 1), bench.event(bench.b, low, 2)),
        ],
        CONFIG,
    )
    places = sorted(leak.position_mm_lps[2] for leak in case.leaks if leak.position_mm_lps)
    assert places == pytest.approx([-20.0, 20.0], abs=1e-6)
    assert sorted(leak.id for leak in case.leaks) == [1, 2]


def test_rays_that_miss_are_two_leaks_without_a_place(bench: Bench) -> None:
    (case,) = merge_cases(
        [
            bench.analysed(bench.a, bench.event(bench.a, (0.0, 0.0, 10.0))),
            bench.analysed(bench.b, bench.event(bench.b, (0.0, 0.0, -10.0))),
        ],
        CONFIG,
    )
    assert [(leak.position_mm_lps, leak.position_reason) for leak in case.leaks] == [(None, ONE_VIEW)] * 2


def test_seen_in_one_view_only(bench: Bench) -> None:
    (case,) = merge_cases(
        [bench.analysed(bench.a, bench.event(bench.a, (0.0, 0.0, 0.0))), bench.analysed(bench.b)], CONFIG
    )
    (leak,) = case.leaks
    assert (leak.position_mm_lps, leak.location_error_mm, leak.position_reason) == (None, None, ONE_VIEW)


def test_a_single_plane_has_no_depth(bench: Bench) -> None:
    (case,) = merge_cases([bench.analysed(bench.a, bench.event(bench.a, (0.0, 0.0, 0.0)))], CONFIG)
    assert case.pairs == ()
    assert [leak.position_reason for leak in case.leaks] == [NO_PAIR]


def test_time_is_the_clock_of_the_room_not_the_frame_number(bench: Bench) -> None:
    place = (0.0, 0.0, 0.0)
    late = replace(bench.b, start=NOON + timedelta(seconds=0.8))
    # Frames 4 to 6 of a run that starts six frames later are another time ...
    apart = [
        bench.analysed(bench.a, bench.event(bench.a, place)),
        bench.analysed(late, bench.event(late, place)),
    ]
    (case,) = merge_cases(apart, CONFIG)
    assert [leak.position_reason for leak in case.leaks] == [OTHER_TIME] * 2
    # ... while its first frames are the same.
    early = bench.event(late, place, frames=(0, 1, 2))
    (case,) = merge_cases([apart[0], bench.analysed(late, early)], CONFIG)
    assert [leak.position_mm_lps is not None for leak in case.leaks] == [True]


def test_without_angles_there_is_no_place_and_it_is_said(bench: Bench) -> None:
    place = (0.0, 0.0, 0.0)
    event = bench.event(bench.b, place)
    blind = replace(bench.b, geometry=CArm())
    (case,) = merge_cases(
        [bench.analysed(bench.a, bench.event(bench.a, place)), bench.analysed(blind, event)], CONFIG
    )
    assert all(leak.position_mm_lps is None and "not stated" in leak.position_reason for leak in case.leaks)


def test_one_case_per_study(bench: Bench) -> None:
    other = replace(bench.a, study_instance_uid="2", sop_instance_uid="2.1", partners=())
    cases = merge_cases([bench.analysed(bench.a), bench.analysed(other), bench.analysed(bench.b)], CONFIG)
    assert [(case.study_instance_uid, len(case.analysed), len(case.pairs)) for case in cases] == [
        ("1", 2, 1),
        ("2", 1, 0),
    ]
