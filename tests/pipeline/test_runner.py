"""Workers that misbehave: each costs its own run and nothing else."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from leakwatch.config import Config
from leakwatch.nouns import AnalysedRun, Run, RunSummary, State
from leakwatch.pipeline.messages import Failed, Finished, Follows, Job, Message, Progress
from leakwatch.pipeline.runner import run_jobs


@pytest.fixture(autouse=True)
def _workers_find_this_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])


def misbehave(pipe: Connection) -> None:
    """Do what the job's SOP Instance UID says: runs in the worker."""
    job: Job = pipe.recv()
    match job.run.sop_instance_uid:
        case "1":
            pipe.send(Progress(5))
            pipe.send(Finished(analysed_by(job)))
        case "2":
            os.kill(os.getpid(), signal.SIGKILL)
        case "3":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "4":
            os._exit(7)
        case "5":
            pipe.send(Failed("run.dcm: is broken", "Traceback ..."))
        case "7":
            left = b"" if job.follows is None else job.follows.left
            pipe.send(Finished(analysed_by(job), left + b"7" if job.leaves else b""))
        case "8":
            pipe.send(Failed("run.dcm: is broken"))
        case "6":
            held = bytearray(os.urandom(1 << 20) * 400)
            time.sleep(60)
            del held


def analysed_by(job: Job) -> AnalysedRun:
    """Say, in the warnings, what the run that was followed left."""
    left = () if job.follows is None else (job.follows.left.decode(),)
    return AnalysedRun(job.run, (), RunSummary((), warnings=left), 10, State.CLEAR, None, None, 0)


@pytest.fixture
def make_job(make_run: Callable[..., Run], tmp_path: Path) -> Callable[[str], Job]:
    return lambda uid: Job(make_run(sop_instance_uid=uid), (), Config(), tmp_path, "1")


def last_words(jobs: list[Job], at_once: int, **options: float) -> dict[int, Message]:
    last: dict[int, Message] = {}
    for number, message in run_jobs(jobs, at_once, target=misbehave, **options):
        assert not isinstance(last.get(number), Finished | Failed), "said twice"
        last[number] = message
    return last


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [1, 3])
def test_each_job_ends_exactly_once_whatever_the_others_do(
    make_job: Callable[[str], Job], at_once: int
) -> None:
    last = last_words([make_job(uid) for uid in ("2", "1", "3", "4", "5", "1")], at_once)
    assert [type(last[number]) for number in range(6)] == [Failed, Finished, Failed, Failed, Failed, Finished]
    sentences = {number: message.sentence for number, message in last.items() if isinstance(message, Failed)}
    assert sentences == {
        0: "run.dcm: its analysis was killed (SIGKILL), most likely for want of memory",
        2: "run.dcm: its analysis crashed (SIGSEGV)",
        3: "run.dcm: its analysis ended without a result (exit code 7)",
        4: "run.dcm: is broken",
    }


@pytest.mark.slow
def test_a_worker_that_eats_memory_is_ended(make_job: Callable[[str], Job]) -> None:
    last = last_words([make_job("6"), make_job("1")], 2, max_memory_gb=0.3)
    assert isinstance(last[1], Finished)
    assert last[0] == Failed("run.dcm: its analysis needed more than the allowed 0.3 GB of memory")


@pytest.mark.slow
def test_progress_comes_before_the_end(make_job: Callable[[str], Job]) -> None:
    (first, second) = run_jobs([make_job("1")], 1, target=misbehave)
    assert first == (0, Progress(5))
    assert isinstance(second[1], Finished)


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [1, 3])
def test_who_follows_waits_and_is_given_what_was_left(make_job: Callable[[str], Job], at_once: int) -> None:
    def after(job: Job, other: int, *, leaves: bool = False) -> Job:
        return replace(job, follows=Follows(other, "1.2", 9.0, 1.0), leaves=leaves)

    jobs = [
        after(make_job("7"), 2),
        after(make_job("7"), 4),
        after(make_job("7"), 3, leaves=True),
        replace(make_job("7"), leaves=True),
        make_job("8"),
        after(make_job("7"), 2),
    ]
    last = last_words(jobs, at_once)
    said = {
        number: message.analysed.summary.warnings
        for number, message in last.items()
        if isinstance(message, Finished)
    }
    assert said == {0: ("77",), 1: ("",), 2: ("7",), 3: (), 5: ("77",)}
    assert all(message.left == b"" for message in last.values() if isinstance(message, Finished))


def test_nothing_to_do_is_done() -> None:
    assert list(run_jobs([], 4)) == []
