"""One biplane case: simulated or given, analysed, scored, and what its two views said together."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from leakwatch.bench.fusion.cement import Cement, read_cement
from leakwatch.bench.score import score_case
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.bench.survey.one_case import analyse_case, work_through
from leakwatch.bench.survey.record import CaseRecord, Outcome
from leakwatch.bench.tables import read_table
from leakwatch.config import Config


@dataclass(frozen=True, slots=True)
class Told:
    """The fused alarm of a case as `cases.json` has it.

    Attributes
    ----------
    plane, time_s
        The view that alarmed first, and when, on that view's own clock.
    verdict, reason
        What the other view says.
    after_s
        How long after the alarm it came to say so.
    """

    plane: str
    time_s: float
    verdict: str
    reason: str
    after_s: float


@dataclass(frozen=True, slots=True)
class Together:
    """What two paired views said.

    Attributes
    ----------
    told
        Their fused alarm; None without one.
    peaks
        Per view, the most that its evidence came to, as a share of the threshold; 1 or more is an alarm.
    """

    told: Told | None
    peaks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FusionCase:
    """A case; `together` and `cement` are None where its views were not paired, or it was not scored."""

    record: CaseRecord
    together: Together | None = None
    cement: Cement | None = None


def is_biplane(drawn: DrawnCase) -> bool:
    """Whether two planes of this case run at the same time."""
    first, *more = drawn.case.machine.views
    return len(more) == 1 and more[0].start_s == first.start_s


def fuse_drawn(drawn: DrawnCase) -> FusionCase:
    """Simulate, analyse and score a case of the survey with the default settings."""
    found: list[tuple[Together | None, Cement | None]] = []

    def look(out: Path, case: Path) -> None:
        found.append((read_together(out), read_cement(out, case / "truth")))

    record = work_through(drawn, look)
    return FusionCase(record, *found[0]) if found else FusionCase(record)


def fuse_folder(index: int, folder: Path) -> FusionCase:
    """Analyse and score a case that is there already: dicom/, outline.json and truth/."""
    with TemporaryDirectory(prefix="leakwatch-fusion-") as name:
        out = Path(name) / "out"
        errors, analyse_s = analyse_case(folder, out, Config())
        score = score_case(folder, out)
        record = CaseRecord(
            index, Outcome.SCORED, "", score.leak or "", (), " ".join(errors), score, 0.0, analyse_s
        )
        return FusionCase(record, read_together(out), read_cement(out, folder / "truth"))


def read_together(out: Path) -> Together | None:
    """Read from the published files what two views said; None where there is no pair, or more than one."""
    cases: list[dict[str, Any]] = json.loads((out / "cases.json").read_text(encoding="utf-8"))["cases"]
    fused = [one for case in cases for one in case["fused"]]
    if len(fused) != 1:
        return None
    (pair,) = fused
    peaks = tuple(_peak(out / "runs" / pair[view] / "frames.csv") for view in ("a", "b"))
    return Together(None if pair["alarm"] is None else _told(pair["alarm"], pair["other_view"]), peaks)


def _told(alarm: dict[str, Any], other: dict[str, Any]) -> Told:
    after_s = round(other["pair_since_s"] - alarm["pair_time_s"], 4)
    return Told(alarm["plane"], alarm["time_s"], other["verdict"], other["verdict_reason"] or "", after_s)


def _peak(path: Path) -> float:
    table = read_table(path)
    shares = table.numbers("evidence") / table.numbers("threshold")
    known = shares[np.isfinite(shares)]
    return round(float(known.max()), 4) if len(known) else 0.0


def to_line(case: FusionCase) -> str:
    """Write a case as one line, its end included."""
    return TypeAdapter(FusionCase).dump_json(case).decode() + "\n"


def from_line(line: str) -> FusionCase:
    """Read what `to_line` wrote. Raises ValueError where it is no such line."""
    return TypeAdapter(FusionCase).validate_json(line)
