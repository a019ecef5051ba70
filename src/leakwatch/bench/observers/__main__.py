"""How fast can a leak be seen, and how fast do plain methods? `python -m leakwatch.bench.observers`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import cv2

from leakwatch.bench.observers.compare import OBSERVERS, WatchedRun, watch_case
from leakwatch.bench.survey.draw import draw


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one row per run, in Markdown."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.observers", description=__doc__)
    parser.add_argument("--cases", type=int, default=6, help="how many cases are drawn")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--seed", type=int, default=1003, help="of the survey that the cases are drawn from")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    names = [name.replace("_", " ") for name in OBSERVERS]
    print(_line(["case", "leak", "view", "frames/s", "3 mm²", *names]))
    print(_line(["---"] * (5 + len(names))))
    for index in range(options.first, options.first + options.cases):
        try:
            runs = watch_case(draw(index, options.seed))
        except ValueError as error:
            print(f"case {index}: {error}", file=sys.stderr)
            continue
        for run in runs:
            print(_row(run), flush=True)
    return 0


def _row(run: WatchedRun) -> str:
    view = f"{run.primary_deg:.0f}°, {run.secondary_deg:.0f}°"
    times = [_after(time_s, run.first_leak_s) for time_s in (run.onset_s, *run.alarms_s)]
    return _line([str(run.case), run.leak or "none", view, f"{run.frames_per_s:g}", *times])


def _after(time_s: float | None, first_leak_s: float | None) -> str:
    """Say how long after the first leaked voxel; what comes before it, or without it, is false."""
    if time_s is None:
        return "—"
    # Times are written to a hundredth of a millisecond.
    if first_leak_s is None or time_s < first_leak_s - 1e-4:
        return "false"
    return f"{abs(time_s - first_leak_s):.2f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
