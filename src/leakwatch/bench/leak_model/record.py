"""What is kept of each simulated case: leak candidates by frame, and the truth they are held against."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dark piece on one frame: its track, the share of it that is what it may be, and the model's terms."""

    frame: int
    track: int
    share: float
    terms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run; times in seconds, `start_s` on the case's clock, the others since the run's first frame.

    `onset_s` is the first 3 mm2 of visible leak, `first_leak_s` the first leaked voxel, None without.
    `candidates` may be leaks, `pools` cement inside the bone. `passed_over` are the frames that were not
    judged, on which the alarm's sum stands still.
    """

    times_s: tuple[float, ...]
    start_s: float
    onset_s: float | None
    first_leak_s: float | None
    candidates: tuple[Candidate, ...]
    pools: tuple[Candidate, ...]
    passed_over: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case; `way` is how cement leaves the bone, empty without a leak."""

    index: int
    way: str
    runs: tuple[RunRecord, ...]


def to_line(record: CaseRecord) -> str:
    """One line of JSON."""
    return json.dumps(asdict(record), separators=(",", ":"), allow_nan=False) + "\n"


def from_line(line: str) -> CaseRecord:
    """Inverse of `to_line`."""
    content = json.loads(line)
    runs = tuple(
        RunRecord(
            tuple(run["times_s"]),
            run["start_s"],
            run["onset_s"],
            run["first_leak_s"],
            _candidates(run["candidates"]),
            _candidates(run["pools"]),
            tuple(run["passed_over"]),
        )
        for run in content["runs"]
    )
    return CaseRecord(content["index"], content["way"], runs)


def _candidates(rows: list[dict[str, Any]]) -> tuple[Candidate, ...]:
    return tuple(Candidate(one["frame"], one["track"], one["share"], tuple(one["terms"])) for one in rows)
