"""How a service stands, read from its queue by anybody, also while it works or is down."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from leakwatch.errors import UsageError
from leakwatch.service.arrival import ArrivalKind
from leakwatch.service.queue import JobState, ResultState

_LATEST = 20


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that failed: a job, or a result by its path; and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of all that the queue holds.

    Attributes
    ----------
    instances
        By what they are.
    jobs, results
        By where they stand.
    oldest_waiting_s
        When the oldest job that waits was due, seconds since 1970; None without one.
    troubles
        The latest of what failed, and of what is being tried again.
    """

    instances: dict[str, int]
    jobs: dict[str, int]
    results: dict[str, int]
    oldest_waiting_s: float | None
    troubles: tuple[Trouble, ...]


def read_status(queue: Path) -> Status:
    """Read a queue without touching it.

    Raises
    ------
    UsageError
        There is none, or the file is none.
    """
    if not queue.is_file():
        msg = f"{queue}: no leakwatch service has worked there"
        raise UsageError(msg)
    try:
        base = sqlite3.connect(f"file:{queue}?mode=ro", uri=True, timeout=10)
        try:
            return _read(base)
        finally:
            base.close()
    except sqlite3.DatabaseError as error:
        msg = f"{queue}: is not a queue of leakwatch's ({error})"
        raise UsageError(msg) from error


def _read(base: sqlite3.Connection) -> Status:
    base.execute("BEGIN")  # one moment for all counts
    troubles = [
        Trouble(f"job {number} ({state})", why)
        for number, state, why in base.execute(
            "SELECT id, state, why FROM job WHERE why <> '' ORDER BY id DESC LIMIT ?", (_LATEST,)
        )
    ]
    troubles += [
        Trouble(f"{path} ({state})", why)
        for path, state, why in base.execute(
            "SELECT path, state, why FROM result WHERE why <> '' ORDER BY due_s DESC LIMIT ?", (_LATEST,)
        )
    ]
    (oldest,) = base.execute("SELECT min(due_s) FROM job WHERE state = ?", (JobState.WAITING,)).fetchone()
    return Status(
        instances=_counts(base, "SELECT kind, count(*) FROM instance GROUP BY kind", ArrivalKind),
        jobs=_counts(base, "SELECT state, count(*) FROM job GROUP BY state", JobState),
        results=_counts(base, "SELECT state, count(*) FROM result GROUP BY state", ResultState),
        oldest_waiting_s=oldest,
        troubles=tuple(troubles),
    )


def _counts(
    base: sqlite3.Connection, question: str, names: type[ArrivalKind] | type[JobState] | type[ResultState]
) -> dict[str, int]:
    found = dict(base.execute(question).fetchall())
    return {name.value: int(found.get(name.value, 0)) for name in names}
