"""Read back what a `FrameSpool` kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from leakwatch.review.spool import DRAWINGS, PICTURES


@dataclass(frozen=True, slots=True)
class SpooledFrame:
    """One kept frame: its number, its JPEG file, and its drawing as JSON."""

    frame: int
    jpeg: bytes
    drawing: str


def iter_frames(folder: Path) -> Iterator[SpooledFrame]:
    """Yield the kept frames in order, one in memory at a time; none where nothing was kept.

    A spool that was cut short ends with its last whole frame.
    """
    try:
        drawings = (folder / DRAWINGS).open(encoding="utf-8")
    except OSError:
        return
    with drawings, (folder / PICTURES).open("rb") as pictures:
        for line in drawings:
            try:
                entry = json.loads(line)
            except ValueError:
                return
            pictures.seek(entry["offset"])
            jpeg = pictures.read(entry["bytes"])
            if len(jpeg) < entry["bytes"]:
                return
            yield SpooledFrame(entry["frame"], jpeg, json.dumps(entry["drawing"], separators=(",", ":")))


def spooled_bytes(folder: Path) -> tuple[int, int]:
    """Give the size of the pictures and of the drawings; zeros where nothing was kept."""
    return _size(folder / PICTURES), _size(folder / DRAWINGS)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
