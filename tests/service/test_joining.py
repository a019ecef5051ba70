"""What belongs together is analysed together, whenever it comes; what was sent stays as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakwatch.errors import UsageError
from leakwatch.service.arrival import Arrival, ArrivalKind
from leakwatch.service.queue import Addition, Ending, Job, Queue
from leakwatch.service.schema import STEPS
from leakwatch.service.waits import Patience

PATIENCE = Patience(partner_wait_s=60.0, series_quiet_s=30.0, late_s=1000.0, max_start_gap_s=1.0)
ENDING = Ending(late_s=1000.0, send=True, keep=False)
START = datetime(2026, 1, 20, 9, 0, 0)


def arrival(uid: str, **facts: object) -> Arrival:
    plain = Arrival(uid, "2.25.1", "1.2", ArrivalKind.RUN, uid, series_instance_uid=f"2.25.9{uid[-1]}")
    return replace(plain, **facts)  # type: ignore[arg-type]


def plane(uid: str, name: str, start_s: float) -> Arrival:
    return arrival(uid, plane=name, start=START + timedelta(seconds=start_s))


def picture(number: int, series: str = "2.25.5", **facts: object) -> Arrival:
    return arrival(f"2.25.6{number}", series_instance_uid=series, is_picture=True, **facts)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with closing(Queue(tmp_path / "queue.sqlite")) as one:
        yield one


def done(queue: Queue, now_s: float, uids: tuple[str, ...], **results: str) -> Job:
    """Have the job that is due analysed."""
    job = queue.claim(now_s)
    assert job is not None
    assert job.sop_instance_uids == uids
    assert queue.finish(job, results, "", now_s, ENDING)
    return job


def test_a_late_plane_has_both_analysed_and_only_what_is_new_sent(queue: Queue) -> None:
    assert queue.add(plane("2.25.11", "A", 0.0), 0.0, PATIENCE) is Addition.NEW
    assert queue.claim(59.0) is None
    first = done(queue, 60.0, ("2.25.11",), report="2.25.71", keys="2.25.72")
    (keys, report) = queue.due(61.0)
    queue.note_sent(report)
    queue.note_unsent(keys, 61.0, "away", given_up=False)
    assert queue.spent() == ()
    assert queue.add(plane("2.25.12", "B", 0.4), 100.0, PATIENCE) is Addition.AGAIN
    assert queue.due(100.0) == (), "a result that may be replaced at any moment"
    results = {"report": "2.25.71", "keys": "2.25.72", "other": "2.25.73"}
    assert done(queue, 100.0, ("2.25.11", "2.25.12"), **results).id == first.id
    assert [one.path for one in queue.due(101.0)] == ["keys", "other"], "the report was sent"
    # nothing more can come, and both recordings may go
    assert {uid for _, uid in queue.spent()} == {"2.25.11", "2.25.12"}
    queue.note_removed([first.id])
    assert queue.spent() == ()
    assert queue.add(plane("2.25.13", "B", 0.0), 102.0, PATIENCE) is Addition.NEW


def test_what_comes_out_otherwise_is_another_object(queue: Queue) -> None:
    queue.add(plane("2.25.11", "A", 0.0), 0.0, PATIENCE)
    done(queue, 60.0, ("2.25.11",), report="2.25.71", gone="2.25.72", kept="2.25.73")
    for one in queue.due(60.0):
        queue.note_sent(one)
        queue.note_asked("2.25.99", {one.sop_instance_uid: one.path})
        old = one
    queue.add(plane("2.25.12", "B", 0.0), 61.0, PATIENCE)
    done(queue, 61.0, ("2.25.11", "2.25.12"), report="2.25.81", kept="2.25.73")
    (report,) = queue.due(62.0)
    assert (report.path, report.sop_instance_uid) == ("report", "2.25.81")
    # what is said of the object that was there before is not said of this one
    queue.note_sent(replace(old, path="report", sop_instance_uid="2.25.71"))
    assert queue.due(62.0) == (report,)
    queue.note_sent(report)
    assert queue.note_committed("2.25.99", ["2.25.71", "2.25.72", "2.25.73"]) == 1


def test_what_comes_during_the_analysis_is_not_left_out(queue: Queue) -> None:
    for number in range(3):
        queue.add(picture(number), float(number), PATIENCE)
    assert queue.claim(31.0) is None
    job = queue.claim(32.0)
    assert job is not None
    assert queue.add(picture(3), 33.0, PATIENCE) is Addition.JOINED
    assert not queue.finish(job, {"report": "2.25.71"}, "", 40.0, ENDING)
    assert queue.due(1000.0) == ()
    assert queue.claim(62.0) is None, "the series has not been quiet for long enough"
    job = queue.claim(63.0)
    assert job is not None
    assert job.sop_instance_uids == tuple(f"2.25.6{number}" for number in range(4))
    assert queue.add(picture(4), 64.0, PATIENCE) is Addition.JOINED
    queue.fail(job, "too short", 65.0, ENDING)
    done(queue, 94.0, tuple(f"2.25.6{number}" for number in range(5)))


def test_a_plane_finds_the_one_that_started_with_it(queue: Queue) -> None:
    """All of one plane first, then all of the other, in another order."""
    for number in range(3):
        queue.add(plane(f"2.25.1{number}", "A", 20.0 * number), 0.0, PATIENCE)
    for number in (2, 0, 1):
        queue.add(plane(f"2.25.2{number}", "B", 20.0 * number + 0.1), 1.0, PATIENCE)
    pairs = [queue.claim(2.0) for _ in range(3)]
    assert sorted(one.sop_instance_uids for one in pairs if one is not None) == [
        (f"2.25.1{number}", f"2.25.2{number}") for number in range(3)
    ]


def test_two_planes_that_did_not_start_together_are_no_pair(queue: Queue) -> None:
    queue.add(plane("2.25.11", "A", 0.0), 0.0, PATIENCE)
    assert queue.add(plane("2.25.12", "B", 1.5), 0.0, PATIENCE) is Addition.NEW
    assert queue.add(arrival("2.25.13", plane="B"), 0.0, PATIENCE) is Addition.NEW, "it does not say when"


@pytest.mark.parametrize("named_by", ["first", "second"])
def test_a_name_is_enough(queue: Queue, named_by: str) -> None:
    first = arrival("2.25.11", plane="A", partners=("2.25.12",) if named_by == "first" else ())
    second = arrival("2.25.12", partners=("2.25.11",) if named_by == "second" else ())
    queue.add(first, 0.0, PATIENCE)
    assert queue.add(second, 0.0, PATIENCE) is Addition.JOINED


def test_pictures_of_both_planes_are_one_analysis(queue: Queue) -> None:
    for number in range(4):
        when = START + timedelta(seconds=number / 10)
        queue.add(picture(number, "2.25.5", plane="A", start=when), 0.0, PATIENCE)
        queue.add(picture(10 + number, "2.25.6", plane="B", start=when), 0.0, PATIENCE)
    job = queue.claim(30.0)
    assert job is not None
    assert len(job.sop_instance_uids) == 8
    assert queue.claim(1000.0) is None


def test_what_comes_too_late_is_analysed_alone(queue: Queue) -> None:
    queue.add(plane("2.25.11", "A", 0.0), 0.0, PATIENCE)
    done(queue, 60.0, ("2.25.11",))
    queue.close_late(1060.0, keep=False)
    assert [uid for _, uid in queue.spent()] == ["2.25.11"]
    # also where the clock was set back since: its recording is gone
    assert queue.add(plane("2.25.12", "B", 0.0), 100.0, PATIENCE) is Addition.NEW


@pytest.mark.parametrize(("keep", "why"), [(True, ""), (False, "one of them is broken")])
def test_recordings_that_somebody_wants_are_kept(queue: Queue, keep: bool, why: str) -> None:
    queue.add(plane("2.25.11", "A", 0.0), 0.0, PATIENCE)
    job = queue.claim(60.0)
    assert job is not None
    assert queue.finish(job, {}, why, 60.0, replace(ENDING, keep=keep))
    queue.close_late(2000.0, keep=keep)
    assert queue.spent() == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_in_whatever_order_all_of_a_series_end_in_one_analysis(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Pictures come, analyses begin and end in between: the last one is of all, and what it left is sent."""
    with closing(Queue(tmp_path_factory.mktemp("queue") / "queue.sqlite")) as queue:
        now_s = 0.0
        in_hand: Job | None = None
        analysed: list[int] = []

        def turn() -> None:
            """Begin an analysis, or end the one that is in hand."""
            nonlocal in_hand
            if in_hand is None:
                in_hand = queue.claim(now_s)
                return
            analysed.append(len(in_hand.sop_instance_uids))
            queue.finish(in_hand, {"report": f"2.25.{analysed[-1]}"}, "", now_s, ENDING)
            in_hand = None

        for number in data.draw(st.permutations(range(6))):
            queue.add(picture(number), now_s, PATIENCE)
            now_s += data.draw(st.sampled_from((1.0, 40.0)))
            for _ in range(data.draw(st.integers(0, 2))):
                turn()
        now_s += 40.0
        for _ in range(4):
            turn()
        assert in_hand is None
        assert analysed[-1] == 6
        assert [one.sop_instance_uid for one in queue.due(now_s + 100.0)] == ["2.25.6"]


def old_queue(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        for statement in STEPS[0].split(";"):
            base.execute(statement)
        base.execute("INSERT INTO job VALUES (1, '2.25.1', 'waiting', 0.0, 0, '')")
        base.execute("INSERT INTO instance VALUES ('2.25.11', '2.25.1', 'run', 'd', '', '[]', 0.0, 1)")
        base.execute("INSERT INTO job VALUES (2, '2.25.2', 'done', 0.0, 0, '')")
        base.execute("INSERT INTO result VALUES ('report', 2, 'to_send', 0.0, 0, '')")
        base.execute(f"PRAGMA user_version = {version}")


def test_a_queue_of_the_version_before_goes_on(tmp_path: Path) -> None:
    old_queue(tmp_path / "queue.sqlite", 1)
    for _ in range(2):
        with closing(Queue(tmp_path / "queue.sqlite")) as queue:
            assert queue.known() == {"2.25.11"}
    with closing(Queue(tmp_path / "queue.sqlite")) as queue:
        done(queue, 1.0, ("2.25.11",), other="2.25.71")
        assert [one.path for one in queue.due(1.0)] == ["other", "report"]
        for one in queue.due(1.0):
            queue.note_sent(one)
        assert queue.due(1.0) == ()


def test_a_queue_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    old_queue(tmp_path / "queue.sqlite", 99)
    with pytest.raises(UsageError, match="version 99"):
        Queue(tmp_path / "queue.sqlite")
