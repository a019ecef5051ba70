"""One line of JSON for each thing that happened, on stderr; identifiers of instances, never of patients."""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from datetime import UTC, datetime
from typing import Protocol


class Log(Protocol):
    """Whoever writes down what happens."""

    def __call__(self, event: str, **facts: str | int | float) -> None:
        """Write one line."""


def silence_libraries() -> None:
    """Let nothing but our own lines onto stderr: what pydicom says of a value quotes it.

    A setting of the whole process, which only a command makes.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    warnings.simplefilter("ignore")


class JsonLog:
    """Writes to a stream, whole lines from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, event: str, **facts: str | int | float) -> None:
        """Write the time, the event and its facts as one line of JSON."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, **facts})
        with self._lock:
            print(line, file=sys.stderr, flush=True)
