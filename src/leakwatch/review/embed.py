"""Put data into a page so that no content of a file can become markup or script."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import math
from collections.abc import Iterator
from pathlib import Path


def json_text(value: object) -> str:
    """Write JSON that may stand in a script element: ``<`` and ``>`` become escapes that mean the same."""
    return escape(json.dumps(value, separators=(",", ":"), allow_nan=False))


def escape(text: str) -> str:
    """Make JSON safe inside a script element, meaning the same."""
    # "</script", "<!--" and "-->" all need one of these; outside of strings JSON has neither.
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def table_json(path: Path) -> Iterator[str]:
    """Turn a CSV table into JSON, row by row: names first, numbers as numbers, empty cells as null."""
    yield "["
    try:
        file = path.open(newline="", encoding="utf-8")
    except OSError:
        yield "]"
        return
    with file:
        for number, row in enumerate(csv.reader(file)):
            cells = row if number == 0 else [_cell(cell) for cell in row]
            yield (",\n" if number else "") + json_text(cells)
    yield "]"


def base64_text(data: bytes) -> str:
    """Write bytes as base64."""
    return base64.b64encode(data).decode("ascii")


def digest(text: str) -> str:
    """Give the source expression by which a Content Security Policy allows exactly this text."""
    return f"'sha256-{base64_text(hashlib.sha256(text.encode()).digest())}'"


def _cell(text: str) -> float | str | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return text
    return value if math.isfinite(value) else None
