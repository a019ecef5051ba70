"""The queue: what has arrived, what is to be analysed and what is to be sent, in SQLite.

Each method is one transaction that is on the disk when it returns. SQLite and not files, for its transactions
survive being killed at any instruction, which is tested (tests/service/test_killed.py).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from leakwatch.errors import UsageError
from leakwatch.service.arrival import Arrival, ArrivalKind
from leakwatch.service.joining import job_for
from leakwatch.service.replaced import replace_results
from leakwatch.service.schema import prepare
from leakwatch.service.waits import Patience


class Addition(StrEnum):
    """What became of an instance that was to be taken up."""

    KNOWN = "known"
    NEW = "new"
    JOINED = "joined"
    AGAIN = "again"
    """It belongs to what was analysed already, which is analysed again, together with it."""


class JobState(StrEnum):
    """Where an analysis stands."""

    WAITING = "waiting"
    ANALYSING = "analysing"
    DONE = "done"
    FAILED = "failed"


class ResultState(StrEnum):
    """Where a result object stands; ``KEPT`` is one that nobody is to get."""

    KEPT = "kept"
    TO_SEND = "to_send"
    SENT = "sent"
    COMMITTED = "committed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Job:
    """Instances that are analysed together, oldest first: a run, two planes, or a series of pictures."""

    id: int
    study_instance_uid: str
    sop_instance_uids: tuple[str, ...]
    outline_uids: tuple[str, ...]
    attempts: int


@dataclass(frozen=True, slots=True)
class ToSend:
    """A result object that is due; `path` is relative to the service's folder.

    A path holds another object, under another UID, once its run was analysed again and came out otherwise.
    """

    path: str
    job: int
    attempts: int
    sop_instance_uid: str


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of a job that has ended.

    Attributes
    ----------
    late_s
        How long more may join it, where more may exist.
    send
        Whether a node is to have its results.
    keep
        Whether its recordings are kept for good.
    """

    late_s: float
    send: bool
    keep: bool


class Queue:
    """One connection, used by all threads in turn. Times are seconds since 1970.

    Raises
    ------
    UsageError
        The file is no queue, or one of another version.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        try:
            self._base = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.execute("PRAGMA foreign_keys = ON")
            with self._transaction() as base:
                prepare(base, path)
        except sqlite3.DatabaseError as error:
            msg = f"{path}: is not a queue of leakwatch's ({error})"
            raise UsageError(msg) from error

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._base.close()

    def digest_of(self, sop_instance_uid: str) -> str | None:
        """Digest of the instance under this UID; None if it has not arrived."""
        with self._transaction() as base:
            row = base.execute(
                "SELECT digest FROM instance WHERE sop_instance_uid = ?", (sop_instance_uid,)
            ).fetchone()
        return None if row is None else str(row[0])

    def known(self) -> frozenset[str]:
        """SOP Instance UIDs of all that has ever been taken."""
        with self._transaction() as base:
            return frozenset(row[0] for row in base.execute("SELECT sop_instance_uid FROM instance"))

    def add(self, arrival: Arrival, now_s: float, patience: Patience) -> Addition:
        """Take an instance up; nothing is done if there is one under its UID.

        A run gets an analysis of its own, or joins one by the rule of `joining`. One that has ended is then
        done again.
        """
        with self._transaction() as base:
            taken = base.execute(
                "INSERT OR IGNORE INTO instance (sop_instance_uid, study_instance_uid, kind, digest, plane, "
                "partners, received_s, series_instance_uid, start, picture) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    arrival.sop_instance_uid,
                    arrival.study_instance_uid,
                    arrival.kind.value,
                    arrival.digest,
                    arrival.plane,
                    json.dumps(arrival.partners),
                    now_s,
                    arrival.series_instance_uid,
                    "" if arrival.start is None else arrival.start.isoformat(),
                    arrival.is_picture,
                ),
            ).rowcount
            if not taken:
                return Addition.KNOWN
            if arrival.kind is not ArrivalKind.RUN:
                return Addition.NEW
            job = job_for(base, arrival, now_s, patience.max_start_gap_s)
            due_s = now_s + _wait_s(arrival, patience, alone=job is None)
            done = Addition.NEW
            if job is None:
                job = base.execute(
                    "INSERT INTO job (study_instance_uid, state, due_s) VALUES (?, ?, ?)",
                    (arrival.study_instance_uid, JobState.WAITING, due_s),
                ).lastrowid
            else:
                base.execute("UPDATE job SET due_s = ? WHERE id = ?", (due_s, job))
                ended = base.execute(
                    "UPDATE job SET state = ?, attempts = 0, why = '' WHERE id = ? AND state IN (?, ?)",
                    (JobState.WAITING, job, JobState.DONE, JobState.FAILED),
                ).rowcount
                done = Addition.AGAIN if ended else Addition.JOINED
            base.execute(
                "UPDATE instance SET job = ? WHERE sop_instance_uid = ?", (job, arrival.sop_instance_uid)
            )
        return done

    def claim(self, now_s: float) -> Job | None:
        """Take the job that has been due longest, and note that it is being analysed; None if none is due."""
        with self._transaction() as base:
            row = base.execute(
                "UPDATE job SET state = ?, attempts = attempts + 1 WHERE id = ("
                "SELECT id FROM job WHERE state = ? AND due_s <= ? ORDER BY due_s, id LIMIT 1"
                ") RETURNING id, study_instance_uid, attempts",
                (JobState.ANALYSING, JobState.WAITING, now_s),
            ).fetchone()
            return None if row is None else _job(base, *row)

    def interrupted(self) -> tuple[Job, ...]:
        """Jobs that were being analysed when the service was killed."""
        with self._transaction() as base:
            rows = base.execute(
                "SELECT id, study_instance_uid, attempts FROM job WHERE state = ? ORDER BY id",
                (JobState.ANALYSING,),
            ).fetchall()
            return tuple(_job(base, *row) for row in rows)

    def finish(self, job: Job, results: Mapping[str, str], why: str, now_s: float, ending: Ending) -> bool:
        """Note that a job is done, what it left, and what in it failed.

        A result that stands already under its UID stays as it is, sent or not; what the job left before and
        does not leave now is sent no more.

        Parameters
        ----------
        results
            SOP Instance UIDs by path.

        Returns
        -------
        bool
            False where more has joined the job meanwhile: nothing is noted, and the job waits again.
        """
        state = ResultState.TO_SEND if ending.send else ResultState.KEPT
        with self._transaction() as base:
            if not _end(base, job, JobState.DONE, why, now_s, ending):
                return False
            replace_results(base, job.id, results, state, now_s)
        return True

    def put_back(self, job: Job, due_s: float, why: str, *, counted: bool) -> None:
        """Let a job wait again; an attempt that was not the job's fault is not `counted`."""
        with self._transaction() as base:
            base.execute(
                "UPDATE job SET state = ?, due_s = ?, why = ?, attempts = attempts - ? WHERE id = ?",
                (JobState.WAITING, due_s, why, 0 if counted else 1, job.id),
            )

    def fail(self, job: Job, why: str, now_s: float, ending: Ending) -> None:
        """Note that a job is given up, unless more has joined it; its recordings are kept."""
        with self._transaction() as base:
            _end(base, job, JobState.FAILED, why, now_s, ending)

    def close_late(self, now_s: float, *, keep: bool) -> None:
        """Let nothing more join jobs whose time is over; they are then done with their recordings."""
        with self._transaction() as base:
            base.execute(
                "UPDATE job SET open_until_s = 0, spent = NOT ? AND state = ? AND why = '' "
                "WHERE open_until_s > 0 AND open_until_s <= ? AND state IN (?, ?)",
                (keep, JobState.DONE, now_s, JobState.DONE, JobState.FAILED),
            )

    def spent(self) -> tuple[tuple[int, str], ...]:
        """Job and SOP Instance UID of the recordings that are no longer needed."""
        with self._transaction() as base:
            rows = base.execute(
                "SELECT job.id, sop_instance_uid FROM job JOIN instance ON instance.job = job.id WHERE spent"
            )
            return tuple((int(number), str(uid)) for number, uid in rows)

    def note_removed(self, jobs: Iterable[int]) -> None:
        """Note that the recordings of jobs are gone."""
        with self._transaction() as base:
            base.executemany("UPDATE job SET spent = 0 WHERE id = ?", [(number,) for number in jobs])

    def due(self, now_s: float, at_most: int = 100) -> tuple[ToSend, ...]:
        """Results to be sent now, oldest first; none of a job that is being done again."""
        with self._transaction() as base:
            rows = base.execute(
                "SELECT path, job, result.attempts, sop_instance_uid FROM result JOIN job ON job.id = job "
                "WHERE result.state = ? AND result.due_s <= ? AND job.state IN (?, ?) "
                "ORDER BY job, path LIMIT ?",
                (ResultState.TO_SEND, now_s, JobState.DONE, JobState.FAILED, at_most),
            ).fetchall()
        return tuple(ToSend(*row) for row in rows)

    def note_sent(self, result: ToSend) -> None:
        """Note that the node has a result."""
        with self._transaction() as base:
            base.execute(
                "UPDATE result SET state = ?, attempts = attempts + 1, why = '' "
                "WHERE path = ? AND sop_instance_uid = ?",
                (ResultState.SENT, result.path, result.sop_instance_uid),
            )

    def note_unsent(self, result: ToSend, due_s: float, why: str, *, given_up: bool) -> None:
        """Note that sending failed, and when to try again if it is not given up."""
        state = ResultState.REFUSED if given_up else ResultState.TO_SEND
        with self._transaction() as base:
            base.execute(
                "UPDATE result SET state = ?, attempts = attempts + 1, due_s = ?, why = ? "
                "WHERE path = ? AND sop_instance_uid = ?",
                (state, due_s, why, result.path, result.sop_instance_uid),
            )

    def note_asked(self, transaction_uid: str, paths: Mapping[str, str]) -> None:
        """Note that a node is asked to commit itself to results: their paths by SOP Instance UID."""
        with self._transaction() as base:
            base.executemany(
                "INSERT INTO request VALUES (?, ?, ?)",
                [(transaction_uid, uid, path) for uid, path in paths.items()],
            )

    def note_committed(self, transaction_uid: str, sop_instance_uids: Sequence[str]) -> int:
        """Note what a node has committed itself to; how many of them it had been asked for and has."""
        with self._transaction() as base:
            return sum(
                base.execute(
                    "UPDATE result SET state = ? WHERE state = ? AND path = ("
                    "SELECT path FROM request WHERE transaction_uid = ? AND sop_instance_uid = ?)",
                    (ResultState.COMMITTED, ResultState.SENT, transaction_uid, uid),
                ).rowcount
                for uid in sop_instance_uids
            )

    def asked(self, transaction_uid: str, sop_instance_uid: str) -> ToSend | None:
        """Find the result, sent and not committed, that a node was asked for; None if there is none."""
        with self._transaction() as base:
            row = base.execute(
                "SELECT result.path, job, attempts, result.sop_instance_uid FROM result "
                "JOIN request ON request.path = result.path "
                "WHERE transaction_uid = ? AND request.sop_instance_uid = ? AND state = ?",
                (transaction_uid, sop_instance_uid, ResultState.SENT),
            ).fetchone()
        return None if row is None else ToSend(*row)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield self._base
                self._base.execute("COMMIT")
            except BaseException:
                # on a full disk SQLite may have rolled back by itself
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                raise


def _job(base: sqlite3.Connection, number: int, study: str, attempts: int) -> Job:
    runs = base.execute(
        "SELECT sop_instance_uid FROM instance WHERE job = ? ORDER BY rowid", (number,)
    ).fetchall()
    outlines = base.execute(
        "SELECT sop_instance_uid FROM instance WHERE study_instance_uid = ? AND kind = ? "
        "ORDER BY sop_instance_uid",
        (study, ArrivalKind.OUTLINE),
    ).fetchall()
    return Job(number, study, tuple(row[0] for row in runs), tuple(row[0] for row in outlines), attempts)


def _wait_s(arrival: Arrival, patience: Patience, *, alone: bool) -> float:
    """How long to wait for what may still come: for the other plane only where there is none yet."""
    quiet_s = patience.series_quiet_s if arrival.is_picture else 0.0
    return max(quiet_s, patience.partner_wait_s) if alone and arrival.is_biplane else quiet_s


def _end(base: sqlite3.Connection, job: Job, state: JobState, why: str, now_s: float, ending: Ending) -> bool:
    """End a job, unless more has joined it since it was claimed: then it waits for its next turn."""
    (count, pictures, halves) = base.execute(
        "SELECT count(*), sum(picture), sum(plane <> '' OR partners <> '[]') FROM instance WHERE job = ?",
        (job.id,),
    ).fetchone()
    if count != len(job.sop_instance_uids):
        base.execute(
            "UPDATE job SET state = ?, attempts = 0, why = '' WHERE id = ?", (JobState.WAITING, job.id)
        )
        return False
    may_grow = ending.late_s > 0 and (pictures > 0 or (count == 1 and halves > 0))
    base.execute(
        "UPDATE job SET state = ?, why = ?, open_until_s = ?, spent = ? WHERE id = ?",
        (
            state,
            why,
            now_s + ending.late_s if may_grow else 0.0,
            state is JobState.DONE and not why and not may_grow and not ending.keep,
            job.id,
        ),
    )
    return True
