"""One subprocess per run: what one run does to its process, the others do not notice."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from leakwatch.pipeline.memory import resident_bytes
from leakwatch.pipeline.messages import Failed, Finished, Job, Message
from leakwatch.pipeline.worker import work

_LOOK_EVERY_S = 0.5


@dataclass(slots=True)
class _Running:
    number: int
    process: SpawnProcess
    pipe: Connection
    closed: bool = False
    kill_reason: str = ""


def run_jobs(
    jobs: Sequence[Job],
    at_once: int,
    max_memory_gb: float | None = None,
    target: Callable[[Connection], None] = work,
) -> Generator[tuple[int, Message], None, None]:
    """Work through jobs, `at_once` at a time, each in a fresh process.

    A job that follows another begins once that one has ended, however it ended, and is given what it left.

    Parameters
    ----------
    max_memory_gb
        A worker whose resident memory grows beyond this is ended and its run failed; None for no limit.
    target
        What a worker runs; it receives the job through the pipe it is given.

    Yields
    ------
    tuple[int, Message]
        The job's position and what its worker says; `Finished` or `Failed` exactly once per job, also
        when the worker is killed or crashes. Closing the generator ends all workers.
    """
    waiting = deque(enumerate(jobs))
    running: list[_Running] = []
    ended: dict[int, bytes] = {}
    try:
        while waiting or running:
            while len(running) < at_once and (due := _due(waiting, ended)) is not None:
                number, job = due
                waiting.remove(due)
                if (follows := job.follows) is not None:
                    job = replace(job, follows=replace(follows, left=ended[follows.job]))
                    if all(other.follows is None or other.follows.job != follows.job for _, other in waiting):
                        ended[follows.job] = b""  # nobody else waits for it, and it is large
                running.append(_start(number, job, target))
            wait([one.pipe for one in running], timeout=_LOOK_EVERY_S)
            for one in tuple(running):
                last = None
                for message in _messages(one):
                    last = message
                    if isinstance(message, Finished):
                        ended[one.number] = message.left
                        message = replace(message, left=b"")
                    yield one.number, message
                if one.closed and not isinstance(last, Finished | Failed):
                    one.process.join()
                    last = Failed(_death(one, jobs[one.number]))
                    yield one.number, last
                if isinstance(last, Finished | Failed):
                    ended.setdefault(one.number, b"")
                    _end(one)
                    running.remove(one)
                elif max_memory_gb is not None and not one.kill_reason:
                    _guard(one, max_memory_gb)
    finally:
        for one in running:
            one.process.kill()
            _end(one)


def _due(waiting: deque[tuple[int, Job]], ended: Mapping[int, bytes]) -> tuple[int, Job] | None:
    """Give the first job that waits for no other; None where each does, or none is left."""
    return next(
        (one for one in waiting if one[1].follows is None or one[1].follows.job in ended),
        None,
    )


def _start(number: int, job: Job, target: Callable[[Connection], None]) -> _Running:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs,), daemon=True)
    process.start()
    # Without this the pipe would not close when the worker dies.
    theirs.close()
    # A worker that died at once is found by its exit code, not here.
    with suppress(ConnectionError):
        ours.send(job)
    return _Running(number, process, ours)


def _messages(one: _Running) -> Iterator[Message]:
    """Everything in the pipe now."""
    try:
        while one.pipe.poll():
            message: Message = one.pipe.recv()
            yield message
            if isinstance(message, Finished | Failed):
                return
    # The worker's end closes when it dies, in the middle of a message or not.
    except (EOFError, OSError):
        one.closed = True


def _death(one: _Running, job: Job) -> str:
    path = job.run.paths[0]
    if one.kill_reason:
        return f"{path}: {one.kill_reason}"
    code = one.process.exitcode or 0
    if code == -signal.SIGKILL:
        return f"{path}: its analysis was killed (SIGKILL), most likely for want of memory"
    if code < 0:
        return f"{path}: its analysis crashed ({signal.Signals(-code).name})"
    return f"{path}: its analysis ended without a result (exit code {code})"


def _guard(one: _Running, max_memory_gb: float) -> None:
    if resident_bytes(one.process.pid) > max_memory_gb * 1e9:
        one.kill_reason = f"its analysis needed more than the allowed {max_memory_gb:g} GB of memory"
        one.process.kill()


def _end(one: _Running) -> None:
    one.process.join()
    one.pipe.close()
    one.process.close()
