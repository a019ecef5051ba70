"""Which files of a watched folder have been looked at, kept over restarts.

A file beside the queue and not a table in it: losing it costs a second look at every file, and nothing else,
for the queue knows each instance that it has.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from leakwatch.errors import UsageError


@dataclass(frozen=True, slots=True)
class Version:
    """A file as it was at one moment; any other content makes another one."""

    name: str
    size: int
    changed_ns: int


class Seen:
    """The versions that need no second look.

    Raises
    ------
    UsageError
        The file is something else.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._base = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute(
                "CREATE TABLE IF NOT EXISTS seen "
                "(name TEXT PRIMARY KEY, size INTEGER NOT NULL, changed_ns INTEGER NOT NULL) STRICT"
            )
        except sqlite3.DatabaseError as error:
            msg = f"{path}: is not leakwatch's list of files ({error})"
            raise UsageError(msg) from error

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def has(self, version: Version) -> bool:
        """Whether this very version was looked at."""
        row = self._base.execute(
            "SELECT size, changed_ns FROM seen WHERE name = ?", (_text(version.name),)
        ).fetchone()
        return bool(row == (version.size, version.changed_ns))

    def add(self, version: Version) -> None:
        """Note that it was."""
        self._base.execute(
            "INSERT OR REPLACE INTO seen VALUES (?, ?, ?)",
            (_text(version.name), version.size, version.changed_ns),
        )


def _text(name: str) -> str:
    """Make a name of any bytes into text that SQLite holds."""
    return name.encode("utf-8", "surrogateescape").hex()
