"""frames.csv: one row per frame, written as the frames come."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from types import TracebackType
from typing import Self

from leakwatch.nouns import Amount, FrameResult, Run
from leakwatch.results.millimetres import area_mm2, down_mm, right_mm

COLUMNS = (
    "frame",
    "time_s",
    "cement_area_mm2",
    "leak_area_mm2",
    "dx_mm",
    "dy_mm",
    "rotation_deg",
    "state",
    "reason",
    "evidence",
    "threshold",
    "latency_ms",
    "dx_px",
    "dy_px",
    "cement_area_px",
    "leak_area_px",
    "motion_quality",
    "cement_volume_ul",
    "cement_volume_low_ul",
    "cement_volume_high_ul",
    "leak_volume_ul",
    "leak_volume_low_ul",
    "leak_volume_high_ul",
)


class FramesCsv:
    """A table that grows by one row per frame; undefined values are empty cells."""

    def __init__(self, path: Path, run: Run) -> None:
        self._run = run
        self._file = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, result: FrameResult) -> None:
        """Append the row of one frame."""
        run, motion = self._run, result.motion
        dx_px = None if motion is None else motion.dx_px
        dy_px = None if motion is None else motion.dy_px
        volume = result.volume
        self._writer.writerow(
            (
                result.index,
                _cell(result.time_s, 6),
                _cell(area_mm2(result.cement_area_px, run), 4),
                _cell(area_mm2(result.leak_area_px, run), 4),
                _cell(right_mm(dx_px, run), 5),
                _cell(down_mm(dy_px, run), 5),
                _cell(None if motion is None else motion.rotation_deg, 5),
                result.state.value,
                result.reason.value,
                _cell(result.evidence, 6),
                _cell(result.threshold, 6),
                _cell(result.latency_ms, 3),
                _cell(dx_px, 5),
                _cell(dy_px, 5),
                _cell(result.cement_area_px, 0),
                _cell(result.leak_area_px, 0),
                _cell(None if motion is None else motion.quality, 5),
                *_cells(None if volume is None else volume.cement),
                *_cells(None if volume is None else volume.leak),
            )
        )

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _cells(amount: Amount | None) -> tuple[str, ...]:
    if amount is None:
        return ("", "", "")
    return (_cell(amount.value, 2), _cell(amount.low, 2), _cell(amount.high, 2))


def _cell(value: float | None, decimals: int) -> str:
    """Print a number with a fixed count of decimals; empty if undefined."""
    if value is None or not math.isfinite(value):
        return ""
    # -0.0 would print as "-0.00000", which compares unequal to "0.00000" for no reason a reader can see.
    return f"{round(value, decimals) + 0.0:.{decimals}f}"
