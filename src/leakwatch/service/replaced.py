"""The results of a job that was done again, in the place of those it had."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping


def replace_results(
    base: sqlite3.Connection, job: int, results: Mapping[str, str], state: str, now_s: float
) -> None:
    """Note what a job has left, within the caller's transaction.

    Parameters
    ----------
    results
        SOP Instance UIDs by path. One that is known under its path keeps the state it has: an object that was
        sent is not sent again. Under another UID it is another object, and nothing said of the old one holds.
    state
        Of those that are new.
    """
    before = dict(base.execute("SELECT path, sop_instance_uid FROM result WHERE job = ?", (job,)).fetchall())
    for path in before:
        if results.get(path) != before[path]:
            base.execute("DELETE FROM request WHERE path = ?", (path,))
            base.execute("DELETE FROM result WHERE path = ?", (path,))
    base.executemany(
        "INSERT OR IGNORE INTO result (path, job, state, due_s, sop_instance_uid) VALUES (?, ?, ?, ?, ?)",
        [(path, job, state, now_s, uid) for path, uid in results.items()],
    )
