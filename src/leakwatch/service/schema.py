"""The tables of the queue, and how those of an older version become these."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from leakwatch.errors import UsageError

STEPS = (
    """
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
""",
    # open_until_s: until then instances may join a job that has ended; 0 where none may.
    # spent: its recordings are no longer needed and are being removed.
    # start, picture: when the first frame was taken, and whether there is no other.
    """
ALTER TABLE job ADD COLUMN open_until_s REAL NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE instance ADD COLUMN series_instance_uid TEXT NOT NULL DEFAULT '';
ALTER TABLE instance ADD COLUMN start TEXT NOT NULL DEFAULT '';
ALTER TABLE instance ADD COLUMN picture INTEGER NOT NULL DEFAULT 0;
ALTER TABLE result ADD COLUMN sop_instance_uid TEXT NOT NULL DEFAULT '';
CREATE INDEX instance_series ON instance (series_instance_uid);
CREATE INDEX job_open ON job (open_until_s);
CREATE INDEX job_spent ON job (spent);
""",
)
"""What makes each version of the one before it, from nothing on."""


def prepare(base: sqlite3.Connection, path: Path) -> None:
    """Make the tables, or bring older ones up to this version; within the caller's transaction.

    Raises
    ------
    UsageError
        They are of a later version.
    """
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version > len(STEPS):
        msg = f"{path}: is a queue of version {version}, and this is version {len(STEPS)}"
        raise UsageError(msg)
    for step in STEPS[version:]:
        for statement in step.split(";"):
            base.execute(statement)
    if version < len(STEPS):
        base.execute(f"PRAGMA user_version = {len(STEPS)}")
