"""The queue: what has arrived, what is to be analysed and what is to be sent, in SQLite.

Each method is one transaction that is on the disk when it returns. SQLite and not files, for its transactions
survive being killed at any instruction, which is tested (tests/service/test_killed.py).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from leakwatch.errors import UsageError
from leakwatch.service.arrival import Arrival, ArrivalKind

_VERSION = 1
_SCHEMA = """
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    study_instance_uid TEXT NOT NULL,
    state TEXT NOT NULL,
    due_s REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE instance (
    sop_instance_uid TEXT PRIMARY KEY,
    study_instance_uid TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    plane TEXT NOT NULL,
    partners TEXT NOT NULL,
    received_s REAL NOT NULL,
    job INTEGER REFERENCES job
) STRICT;
CREATE TABLE result (
    path TEXT PRIMARY KEY,
    job INTEGER NOT NULL REFERENCES job,
    state TEXT NOT NULL,
    due_s REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE request (
    transaction_uid TEXT NOT NULL,
    sop_instance_uid TEXT NOT NULL,
    path TEXT NOT NULL REFERENCES result,
    PRIMARY KEY (transaction_uid, sop_instance_uid)
) STRICT;
CREATE INDEX instance_job ON instance (job);
CREATE INDEX instance_study ON instance (study_instance_uid);
CREATE INDEX job_due ON job (state, due_s);
CREATE INDEX result_due ON result (state, due_s);
"""


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
    """Runs that are analysed together: one, or the two planes of a biplane recording; oldest first."""

    id: int
    study_instance_uid: str
    sop_instance_uids: tuple[str, ...]
    outline_uids: tuple[str, ...]
    attempts: int


@dataclass(frozen=True, slots=True)
class ToSend:
    """A result object that is due; `path` is relative to the service's folder."""

    path: str
    job: int
    attempts: int


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
            self._prepare(path)
        except sqlite3.DatabaseError as error:
            msg = f"{path}: is not a queue of leakwatch's ({error})"
            raise UsageError(msg) from error

    def _prepare(self, path: Path) -> None:
        with self._transaction() as base:
            (version,) = base.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    base.execute(statement)
                base.execute(f"PRAGMA user_version = {_VERSION}")
            elif version != _VERSION:
                msg = f"{path}: is a queue of version {version}, and this is version {_VERSION}"
                raise UsageError(msg)

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

    def add(self, arrival: Arrival, now_s: float, partner_wait_s: float) -> bool:
        """Take an instance up; False, and nothing is done, if there is one under its UID.

        A run gets a job, or joins the job in which its other plane waits, which is then due at once.
        """
        with self._transaction() as base:
            taken = base.execute(
                "INSERT OR IGNORE INTO instance VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                (
                    arrival.sop_instance_uid,
                    arrival.study_instance_uid,
                    arrival.kind.value,
                    arrival.digest,
                    arrival.plane,
                    json.dumps(arrival.partners),
                    now_s,
                ),
            ).rowcount
            if not taken:
                return False
            if arrival.kind is ArrivalKind.RUN:
                job = _job_of_partner(base, arrival)
                if job is None:
                    due_s = now_s + (partner_wait_s if arrival.is_biplane else 0.0)
                    job = base.execute(
                        "INSERT INTO job (study_instance_uid, state, due_s) VALUES (?, ?, ?)",
                        (arrival.study_instance_uid, JobState.WAITING, due_s),
                    ).lastrowid
                else:
                    base.execute("UPDATE job SET due_s = ? WHERE id = ?", (now_s, job))
                base.execute(
                    "UPDATE instance SET job = ? WHERE sop_instance_uid = ?", (job, arrival.sop_instance_uid)
                )
        return True

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

    def finish(self, job: Job, results: Sequence[str], why: str, now_s: float, *, send: bool) -> None:
        """Note that a job is done, what it left, and what in it failed."""
        state = ResultState.TO_SEND if send else ResultState.KEPT
        with self._transaction() as base:
            base.execute("UPDATE job SET state = ?, why = ? WHERE id = ?", (JobState.DONE, why, job.id))
            base.executemany(
                "INSERT OR IGNORE INTO result (path, job, state, due_s) VALUES (?, ?, ?, ?)",
                [(path, job.id, state, now_s) for path in results],
            )

    def put_back(self, job: Job, due_s: float, why: str, *, counted: bool) -> None:
        """Let a job wait again; an attempt that was not the job's fault is not `counted`."""
        with self._transaction() as base:
            base.execute(
                "UPDATE job SET state = ?, due_s = ?, why = ?, attempts = attempts - ? WHERE id = ?",
                (JobState.WAITING, due_s, why, 0 if counted else 1, job.id),
            )

    def fail(self, job: Job, why: str) -> None:
        """Note that a job is given up; its recordings are kept."""
        with self._transaction() as base:
            base.execute("UPDATE job SET state = ?, why = ? WHERE id = ?", (JobState.FAILED, why, job.id))

    def due(self, now_s: float, at_most: int = 100) -> tuple[ToSend, ...]:
        """Results to be sent now, oldest first."""
        with self._transaction() as base:
            rows = base.execute(
                "SELECT path, job, attempts FROM result WHERE state = ? AND due_s <= ? "
                "ORDER BY job, path LIMIT ?",
                (ResultState.TO_SEND, now_s, at_most),
            ).fetchall()
        return tuple(ToSend(*row) for row in rows)

    def note_sent(self, path: str) -> None:
        """Note that the node has a result."""
        with self._transaction() as base:
            base.execute(
                "UPDATE result SET state = ?, attempts = attempts + 1, why = '' WHERE path = ?",
                (ResultState.SENT, path),
            )

    def note_unsent(self, path: str, due_s: float, why: str, *, given_up: bool) -> None:
        """Note that sending failed, and when to try again if it is not given up."""
        state = ResultState.REFUSED if given_up else ResultState.TO_SEND
        with self._transaction() as base:
            base.execute(
                "UPDATE result SET state = ?, attempts = attempts + 1, due_s = ?, why = ? WHERE path = ?",
                (state, due_s, why, path),
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
                "SELECT result.path, job, attempts FROM result JOIN request ON request.path = result.path "
                "WHERE transaction_uid = ? AND sop_instance_uid = ? AND state = ?",
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
        "SELECT sop_instance_uid FROM instance WHERE job = ? ORDER BY received_s, sop_instance_uid", (number,)
    ).fetchall()
    outlines = base.execute(
        "SELECT sop_instance_uid FROM instance WHERE study_instance_uid = ? AND kind = ? "
        "ORDER BY sop_instance_uid",
        (study, ArrivalKind.OUTLINE),
    ).fetchall()
    return Job(number, study, tuple(row[0] for row in runs), tuple(row[0] for row in outlines), attempts)


def _job_of_partner(base: sqlite3.Connection, arrival: Arrival) -> int | None:
    """Find the waiting job that holds the other plane and nothing else."""
    rows = base.execute(
        "SELECT job.id, instance.sop_instance_uid, instance.plane, instance.partners FROM job "
        "JOIN instance ON instance.job = job.id WHERE job.state = ? AND job.study_instance_uid = ? "
        "AND (SELECT count(*) FROM instance AS other WHERE other.job = job.id) = 1 ORDER BY job.id",
        (JobState.WAITING, arrival.study_instance_uid),
    ).fetchall()
    named = None
    for number, uid, plane, partners in rows:
        if uid in arrival.partners or arrival.sop_instance_uid in json.loads(partners):
            return int(number)
        unnamed = not arrival.partners and not json.loads(partners)
        if named is None and unnamed and {plane, arrival.plane} == {"A", "B"}:
            named = int(number)
    return named
