from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from leakwatch.config.views import ViewsConfig
from leakwatch.nouns import Plane, Run
from leakwatch.views.pair import pair_runs

NOON = datetime(2026, 1, 1, 12)
LIMIT = ViewsConfig(max_start_gap_s=1.0)


def names(runs: list[Run]) -> list[tuple[str, str, str]]:
    return [(pair.a.sop_instance_uid, pair.b.sop_instance_uid, pair.by) for pair in pair_runs(runs, LIMIT)]


def test_a_reference_in_either_direction_pairs(make_run: Callable[..., Run]) -> None:
    one, other = make_run(sop_instance_uid="1"), make_run(sop_instance_uid="2", partners=("1",))
    assert names([one, other]) == [("1", "2", "reference")]
    assert names([other, one]) == [("2", "1", "reference")]


def test_plane_a_comes_first(make_run: Callable[..., Run]) -> None:
    b = make_run(sop_instance_uid="1", plane=Plane.B, partners=("2",))
    a = make_run(sop_instance_uid="2", plane=Plane.A)
    assert names([b, a]) == [("2", "1", "reference")]


@pytest.mark.parametrize(("gap_s", "paired"), [(1.0, True), (-1.0, True), (1.01, False)])
def test_planes_of_one_study_pair_by_start(make_run: Callable[..., Run], gap_s: float, paired: bool) -> None:
    a = make_run(sop_instance_uid="1", plane=Plane.A, start=NOON)
    b = make_run(sop_instance_uid="2", plane=Plane.B, start=NOON + timedelta(seconds=gap_s))
    pairs = pair_runs([b, a], LIMIT)
    assert [(pair.a.sop_instance_uid, pair.start_gap_s, pair.by) for pair in pairs] == (
        [("1", gap_s, "plane")] if paired else []
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"plane": Plane.A},
        {"plane": Plane.SINGLE},
        {"study_instance_uid": "7"},
        {"start": None},
        {"start": NOON.replace(tzinfo=UTC)},
    ],
)
def test_what_does_not_fit_is_not_guessed(make_run: Callable[..., Run], changes: dict[str, object]) -> None:
    a = make_run(sop_instance_uid="1", plane=Plane.A, start=NOON)
    values: dict[str, object] = {"sop_instance_uid": "2", "plane": Plane.B, "start": NOON}
    assert names([a, make_run(**(values | changes))]) == []


def test_reference_before_guess_and_nearest_before_far(make_run: Callable[..., Run]) -> None:
    first = make_run(sop_instance_uid="1", plane=Plane.A, start=NOON)
    far = make_run(sop_instance_uid="2", plane=Plane.B, start=NOON + timedelta(seconds=0.9))
    near = make_run(sop_instance_uid="3", plane=Plane.B, start=NOON + timedelta(seconds=0.1))
    assert names([first, far, near]) == [("1", "3", "plane")]
    referred = make_run(sop_instance_uid="2", plane=Plane.B, start=far.start, partners=("1",))
    assert names([first, referred, near]) == [("1", "2", "reference")]
