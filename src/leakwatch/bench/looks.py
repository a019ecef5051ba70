"""Put runs side by side, to be looked at: ``python -m leakwatch.bench.looks CASE... -o SHEET.png``.

Each case is a folder of one or more DICOM runs; it becomes a column, with one row per run. A tile is one
frame as a viewer would show it, its darkest and brightest hundredths cut.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.errors import InputError
from leakwatch.nouns import Run
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

Tile = NDArray[np.uint8]
_TILE_PX = 320
_CUT_PERCENT = 0.7
_CAPTION_PX = 18


def sheet(cases: list[Path], share: float) -> Tile:
    """Lay the frame at `share` of each run out: a column a case, a row a run.

    Raises
    ------
    InputError
        A file cannot be read as a run.
    """
    columns = [_column(case, share) for case in cases]
    height = max(column.shape[0] for column in columns)
    padded = [np.pad(column, ((0, height - len(column)), (0, 4))) for column in columns]
    return np.hstack(padded)


def _column(case: Path, share: float) -> Tile:
    settings = Config()
    runs = list(read_runs(find_inputs([case]), settings.dicom, settings.video).runs)
    if not runs:
        msg = f"{case}: no recording in it"
        raise InputError(msg)
    runs.sort(key=lambda run: run.geometry.primary_deg or 0.0)
    tiles = [_tile(run, share) for run in runs]
    caption = np.zeros((_CAPTION_PX, _TILE_PX), np.uint8)
    cv2.putText(caption, case.name, (4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 255, 1, cv2.LINE_AA)
    return np.vstack([caption, *tiles])


def _tile(run: Run, share: float) -> Tile:
    with open_frames(run) as frames:
        frame = frames[round(share * (run.frames - 1))]
    values = frame.pixels.astype(np.float32) * run.intensity.sign
    low, high = np.percentile(values, [_CUT_PERCENT, 100 - _CUT_PERCENT])
    grey = np.clip((values - low) / max(high - low, 1.0), 0, 1) * 255
    size = (_TILE_PX, _TILE_PX)
    return np.asarray(cv2.resize(grey.astype(np.uint8), size, interpolation=cv2.INTER_AREA), np.uint8)


def main(arguments: list[str]) -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("cases", nargs="+", type=Path)
    parser.add_argument("-o", "--out", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.8, help="which frame: 0 the first, 1 the last")
    asked = parser.parse_args(arguments)
    if not cv2.imwrite(str(asked.out), sheet(asked.cases, asked.share)):
        print(f"{asked.out}: cannot be written", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
