"""Figures of a small fixed suite that no change may worsen: `python -m leakwatch.bench.suite.pinned FILE`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from pydantic import TypeAdapter

from leakwatch.bench.score import Verdict
from leakwatch.bench.suite.run import Suite, run_suite
from leakwatch.bench.suite.watched import SuiteCase

SUITE = Suite(cases=16, seed=1006, observers=False)
"""Neither the seed of a survey that judges nor one that anything was fitted to."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """What is pinned; means over runs.

    Attributes
    ----------
    scored, hits, false_alarms
        Cases: scored, with a visible leak that is hit, and with an alarm before or without a leak.
    dice_cement, motion_p95_mm, no_decision
        As the output contract counts them.
    """

    scored: int
    hits: int
    false_alarms: int
    dice_cement: float
    motion_p95_mm: float
    no_decision: float


TOLERANCE = Pinned(0, 1, 1, 0.02, 0.03, 0.02)
"""How much each may worsen: a case more or less is chance, two are not."""


def measure(jobs: int) -> Pinned:
    """Run the suite."""
    with TemporaryDirectory(prefix="leakwatch-pinned-") as name:
        return figures(run_suite(SUITE, Path(name), jobs, resume=False, done=lambda _: None))


def figures(cases: Sequence[SuiteCase]) -> Pinned:
    """Bring the cases together."""
    scores = [case.record.score for case in cases if case.record.score is not None]
    runs = [run for score in scores for run in score.runs if not run.error]
    return Pinned(
        scored=len(scores),
        hits=sum(score.verdict is Verdict.HIT and score.onset_s is not None for score in scores),
        false_alarms=sum(score.verdict is Verdict.FALSE_ALARM for score in scores),
        dice_cement=_mean([run.dice_cement for run in runs]),
        motion_p95_mm=_mean([run.motion_p95_mm for run in runs]),
        no_decision=_mean([run.no_decision for run in runs]),
    )


def worsened(now: Pinned, before: Pinned) -> list[str]:
    """Say, one sentence each, what is worse than it was by more than its tolerance."""
    found = []
    for name, better in (
        ("scored", 1),
        ("hits", 1),
        ("false_alarms", -1),
        ("dice_cement", 1),
        ("motion_p95_mm", -1),
        ("no_decision", -1),
    ):
        new, old, allowed = (getattr(one, name) for one in (now, before, TOLERANCE))
        if not better * (old - new) <= allowed + 1e-9:
            found.append(f"{name} is {new:g} and was {old:g}; {allowed:g} of that may be chance")
    return found


def read_pinned(path: Path) -> Pinned:
    """Read what `main` wrote."""
    return TypeAdapter(Pinned).validate_json(path.read_bytes())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write the file that the tests hold later versions against."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.suite.pinned", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    found = measure(options.jobs)
    options.file.write_text(TypeAdapter(Pinned).dump_json(found, indent=1).decode() + "\n", encoding="utf-8")
    print(found)
    return 0


def _mean(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return round(float(np.mean(known)), 4) if known else float("nan")


if __name__ == "__main__":
    sys.exit(main())
