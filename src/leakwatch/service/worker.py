"""Analyse what is due, one job at a time, and put the results where they are found."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from leakwatch.config import Config
from leakwatch.config.listen import ListenConfig
from leakwatch.config.nodes import ArchivesConfig
from leakwatch.config.watch import WatchConfig
from leakwatch.service.child import Outcome, Task
from leakwatch.service.finished import analysed_in, ending_of, finish, let_go, put_in_place
from leakwatch.service.log import Log
from leakwatch.service.places import Places, clear
from leakwatch.service.queue import Job, Queue
from leakwatch.service.waits import wait_s

_LOOK_EVERY_S = 0.2
_LET_GO_EVERY_S = 10.0


def recover(places: Places, queue: Queue, config: Config, log: Log) -> None:
    """Put right what a killed service left: jobs in hand, and files that nobody was promised."""
    recover_jobs(places, queue, config, log)
    let_go(places, queue, config)
    known = queue.known()
    for file in places.received.iterdir():
        if file.stem not in known:
            file.unlink()


def recover_jobs(places: Places, queue: Queue, config: Config, log: Log) -> None:
    """Put back the jobs that are noted as being analysed while none is."""
    for job in queue.interrupted():
        final = places.results_of(job.study_instance_uid, job.sop_instance_uids[0])
        # results of just these were put there whole, and only the note of it is missing
        if analysed_in(final) == set(job.sop_instance_uids):
            finish(job, final, (), places, queue, config)
        else:
            queue.put_back(job, time.time(), "the service was stopped", counted=False)
        log("recovered", job=job.id)


def work_off(
    places: Places,
    queue: Queue,
    config: Config,
    version: str,
    log: Log,
    stop: threading.Event,
    work: threading.Event,
    finished: Callable[[], None],
) -> None:
    """Analyse until `stop`.

    Parameters
    ----------
    work
        Is set when there may be something to analyse.
    finished
        Is called after each job.
    """
    sound = True
    look_s = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() >= look_s:
                let_go(places, queue, config)
                look_s = time.monotonic() + _LET_GO_EVERY_S
            if not sound:
                recover_jobs(places, queue, config, log)
                sound = True
            # the processes of a killed service outlive it for a moment, and may write there after the start
            clear(places.work)
            job = queue.claim(time.time())
            if job is None:
                work.wait(_LOOK_EVERY_S)
                work.clear()
                continue
            log("analysing", job=job.id, runs=len(job.sop_instance_uids), attempt=job.attempts)
            begin = time.monotonic()
            _work_on(job, places, queue, config, version, log, stop)
            log("analysed", job=job.id, seconds=round(time.monotonic() - begin, 2))
            finished()
        # The disk is full or away: the service must outlast that, and then know what it had in hand.
        except (OSError, sqlite3.OperationalError) as error:
            sound = False
            log("worker_waits", why=getattr(error, "strerror", None) or str(error))
            stop.wait(config.listen.retry.first_s)


def _work_on(
    job: Job, places: Places, queue: Queue, config: Config, version: str, log: Log, stop: threading.Event
) -> None:
    retry = config.listen.retry
    if job.attempts > retry.analyses:
        why = f"given up after {retry.analyses} attempts that ended early"
        queue.fail(job, why, time.time(), ending_of(config))
        return
    folder = places.work / f"{job.id}-{uuid4().hex}"
    outcome = _run_child(_task(job, places, config, version, folder), stop)
    if isinstance(outcome, str):
        if stop.is_set():
            queue.put_back(job, time.time(), "the service was stopped", counted=False)
        else:
            queue.put_back(job, time.time() + wait_s(retry, job.attempts), outcome, counted=True)
            log("analysis_died", job=job.id, why=outcome)
        return
    if outcome.no_room:
        shutil.rmtree(folder, ignore_errors=True)
        why = " | ".join(outcome.sentences)
        queue.put_back(job, time.time() + retry.first_s, why, counted=False)
        log("no_room", job=job.id, why=why)
        return
    for sentence in outcome.sentences:
        log("input_failed", job=job.id, why=sentence)
    if not outcome.done:
        why = " | ".join(outcome.sentences) or "nothing to analyse"
        queue.fail(job, why, time.time(), ending_of(config))
        return
    final = places.results_of(job.study_instance_uid, job.sop_instance_uids[0])
    put_in_place(folder, final, places)
    if not finish(job, final, outcome.sentences, places, queue, config):
        log("more_came", job=job.id)


def _task(job: Job, places: Places, config: Config, version: str, folder: Path) -> Task:
    given = config.listen.outlines
    # addresses and keys of the service are no part of how a recording was analysed
    unaddressed = {"listen": ListenConfig(), "watch": WatchConfig(), "archives": ArchivesConfig()}
    return Task(
        paths=tuple(str(places.received_file(uid)) for uid in job.sop_instance_uids),
        outlines=() if given is None else (str(given),),
        found_outlines=tuple(str(places.received_file(uid)) for uid in job.outline_uids),
        out=str(folder),
        version=version,
        config=config.model_copy(update=unaddressed).model_dump(mode="json", by_alias=True),
    )


def _run_child(task: Task, stop: threading.Event) -> Outcome | str:
    """Have a child process analyse a task; why there is no outcome otherwise."""
    child = subprocess.Popen(
        [sys.executable, "-m", "leakwatch.service.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # what libraries say of a file may quote it
        stderr=subprocess.DEVNULL,
        text=True,
        # ctrl-C is for the service, which then lets its child finish or ends it
        start_new_session=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child:
        try:
            child.stdin.write(json.dumps(asdict(task)) + "\n")
            child.stdin.flush()
            while child.poll() is None and not stop.is_set():
                stop.wait(_LOOK_EVERY_S)
        except BrokenPipeError:
            pass
        if child.poll() is None:
            child.kill()
            return "the service was stopped"
        answer = child.stdout.read()
    try:
        content = json.loads(answer.splitlines()[-1])
        sentences = tuple(map(str, content["sentences"]))
        return Outcome(bool(content["done"]), sentences, bool(content["no_room"]))
    except (ValueError, KeyError, IndexError, TypeError):
        return f"the analysis ended with status {child.returncode} and no answer"
