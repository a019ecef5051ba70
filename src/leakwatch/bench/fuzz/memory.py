"""What this process holds, as Linux counts it; elsewhere only the peak since its start is known."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_STATUS, _PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def resident_mb() -> float:
    """Resident memory now, 10^6 bytes."""
    kib = _status("VmRSS")
    return peak_mb() if kib is None else kib * 1024 / 1e6


def peak_mb() -> float:
    """Most resident memory since `reset_peak`, 10^6 bytes."""
    kib = _status("VmHWM")
    if kib is not None:
        return kib * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def reset_peak() -> None:
    """Count the peak afresh, where the system lets us (proc(5), clear_refs)."""
    try:
        _PEAK.write_text("5", encoding="ascii")
    except OSError:
        return


def virtual_bytes() -> int | None:
    """Address space in use, or None where it is not told."""
    kib = _status("VmSize")
    return None if kib is None else kib * 1024


def _status(name: str) -> int | None:
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), None)
