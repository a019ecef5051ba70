"""Records one a line, so that a bench that was killed goes on where it was."""

from __future__ import annotations

import os
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

Record = TypeVar("Record")


def append_line(path: Path, line: str) -> None:
    """Add a line, its end included; it is on the disk when this returns."""
    with path.open("a", encoding="utf-8") as handle:
        handle.write(line)
        handle.flush()
        os.fsync(handle.fileno())


def whole_lines(path: Path) -> list[str]:
    """Read the lines that were written to their end; none where there is no file."""
    if not path.exists():
        return []
    content = path.read_text(encoding="utf-8")
    return content[: content.rfind("\n") + 1].splitlines()


def cut_torn_line(path: Path) -> None:
    """Take off a last line that was being written when the bench was killed."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole != len(content):
        os.truncate(path, whole)


def read_by_index(path: Path, kind: type[Record]) -> tuple[Record, ...]:
    """Read records, one JSON a line, in order of their `index`; nothing where there is no file.

    A last line that was being written when the bench was killed is cut off; its case is done again.

    Raises
    ------
    ValueError
        A line is no record of this version.
    """
    cut_torn_line(path)
    reader = TypeAdapter(kind)
    return tuple(sorted((reader.validate_json(line) for line in whole_lines(path)), key=attrgetter("index")))
