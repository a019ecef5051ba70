"""Do one case of the suite and print it as a line; `leakwatch bench` calls this for each of them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from leakwatch.bench.suite.ablations import ablations_of
from leakwatch.bench.suite.one_case import take, work_through
from leakwatch.bench.suite.watched import to_line
from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.record import CaseRecord, Outcome
from leakwatch.bench.tables import read_case_facts
from leakwatch.config import load_config


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate case --index of --seed, or take the one in --folder."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.suite", description=__doc__)
    parser.add_argument("--index", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="a case that lies there, instead of a drawn one")
    parser.add_argument("--config", type=Path, help="settings of the analysis")
    parser.add_argument("--alone", action="store_true", help="no other observers than leakwatch")
    parser.add_argument("--ablations", action="store_true", help="again without each stage")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    config, observers = load_config(options.config), not options.alone
    ablations = ablations_of(config) if options.ablations else ()
    if options.folder is None:
        done = work_through(draw(options.index, options.seed), config, ablations, observers=observers)
    else:
        leak = read_case_facts(options.folder / "truth" / "case.json").leak
        way = leak if leak not in (None, "none") else ""
        empty = CaseRecord(options.index, Outcome.SCORED, "", way or "", ())
        with TemporaryDirectory(prefix="leakwatch-bench-") as name:
            done = take(options.folder, Path(name), empty, config, ablations=ablations, observers=observers)
    print(to_line(done), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
