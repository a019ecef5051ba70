"""A command in a process of its own, with what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Wall time, processor time of all threads, and peak resident memory (10^6 bytes)."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def run_child(arguments: Sequence[str], *, accepted: Sequence[int] = (0,), silent: bool = False) -> Usage:
    """Run this Python with `arguments` and measure it and the children it waits for, nobody else.

    Of several processes the memory is that of whichever held most; it is never less than what the caller
    itself holds, for a child starts as its copy, so that only a small caller measures rightly.

    Parameters
    ----------
    accepted
        Exit codes that are no failure.
    silent
        Whether what it prints is thrown away.

    Raises
    ------
    RuntimeError
        It ended with another exit code.
    """
    start_s = time.perf_counter()
    target = subprocess.DEVNULL if silent else None
    process = subprocess.Popen([sys.executable, *arguments], stdout=target, stderr=target)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - start_s
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        msg = f"`python {' '.join(arguments)}` ended with exit code {process.returncode}"
        raise RuntimeError(msg)
    # Linux counts KiB, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6)
