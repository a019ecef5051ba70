"""Records one a line, so that a bench that was killed goes on where it was."""

from __future__ import annotations

import os
from pathlib import Path


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
