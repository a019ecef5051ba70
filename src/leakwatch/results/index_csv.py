"""index.csv: one row per run."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leakwatch.nouns import AnalysedRun, Run
from leakwatch.results.atomic import new_file

COLUMNS = (
    "sop_instance_uid",
    "study_instance_uid",
    "series_instance_uid",
    "plane",
    "primary_deg",
    "secondary_deg",
    "frames",
    "folder",
    "state",
    "first_alarm_frame",
    "first_alarm_time_s",
    "paired_with",
    "goes_on_from",
    "error",
)


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One input that is, or should have been, a run.

    `run` is None where not even its header could be read, `analysed` where no result was written;
    `error` says why.
    """

    run: Run | None
    analysed: AnalysedRun | None
    paired_with: str = ""
    error: str = ""


def run_folder(run: Run) -> str:
    """Folder of a run's results, relative to OUT."""
    return f"runs/{run.sop_instance_uid}"


def write_index(path: Path, rows: Sequence[IndexRow]) -> None:
    """Write one line per row; what is undefined is an empty cell."""
    # a path in an error may hold bytes that are no text
    spare = "backslashreplace"
    with new_file(path) as partial, partial.open("w", newline="", encoding="utf-8", errors=spare) as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(_cells(row) for row in rows)


def _cells(row: IndexRow) -> dict[str, object]:
    cells: dict[str, object] = {"paired_with": row.paired_with, "error": row.error}
    if row.run is not None:
        cells |= {
            "sop_instance_uid": row.run.sop_instance_uid,
            "study_instance_uid": row.run.study_instance_uid,
            "series_instance_uid": row.run.series_instance_uid,
            "plane": row.run.plane.value,
            "primary_deg": row.run.geometry.primary_deg,
            "secondary_deg": row.run.geometry.secondary_deg,
            "frames": row.run.frames,
        }
    if row.analysed is not None:
        alarm_s = row.analysed.first_alarm_time_s
        cells |= {
            "frames": row.analysed.frames,
            "folder": run_folder(row.analysed.run),
            "state": row.analysed.state.value,
            "first_alarm_frame": row.analysed.first_alarm_frame,
            "first_alarm_time_s": None if alarm_s is None else f"{alarm_s:.6f}",
            "goes_on_from": row.analysed.summary.goes_on_from,
        }
    return cells
