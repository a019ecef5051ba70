"""What is kept of a case: per judged frame, what was there and what was measured."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """A volume, µl, and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MeasuredFrame:
    """One judged frame, µl.

    Attributes
    ----------
    true_ul, true_outside_ul, true_leaked_ul
        All cement; of what leaked, what is seen beside the bone; all that leaked.
    found, found_leak
        With the masks that the analysis found.
    given, given_leak
        With the true masks, and everything else as the analysis has it.
    told, told_leak
        With the true masks and the true ratio and range of scatter.
    """

    index: int
    true_ul: float
    true_outside_ul: float
    true_leaked_ul: float
    found: Measured | None
    found_leak: Measured | None
    given: Measured | None
    given_leak: Measured | None
    told: Measured | None
    told_leak: Measured | None


@dataclass(frozen=True, slots=True)
class MeasuredRun:
    """One view of a case; `reason` says why it has no volumes."""

    case: int
    site: str
    product: str
    view: str
    patient_mm: float
    scatter_to_primary: float
    chain: str
    reason: str
    frames: tuple[MeasuredFrame, ...]


def append_runs(path: Path, runs: tuple[MeasuredRun, ...]) -> None:
    """Add the runs of a case to a file, a line each."""
    with path.open("a", encoding="utf-8") as handle:
        handle.writelines(json.dumps(asdict(run), separators=(",", ":")) + "\n" for run in runs)


def read_measured(path: Path) -> tuple[MeasuredRun, ...]:
    """Read what `append_runs` wrote, by case; nothing where there is no file."""
    if not path.exists():
        return ()
    runs = [_run(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(sorted(runs, key=lambda run: run.case))


def _run(line: str) -> MeasuredRun:
    content = json.loads(line)
    frames = tuple(_frame(one) for one in content.pop("frames"))
    return MeasuredRun(**content, frames=frames)


def _frame(content: dict[str, Any]) -> MeasuredFrame:
    fields: dict[str, Any] = {
        key: Measured(**value) if isinstance(value, dict) else value for key, value in content.items()
    }
    return MeasuredFrame(**fields)
