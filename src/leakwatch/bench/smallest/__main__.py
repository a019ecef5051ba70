"""Hold stated sizes to simulated leaks: `python -m leakwatch.bench.smallest --cases 120 --out FOLDER`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from leakwatch.bench.smallest.growth import measure_case
from leakwatch.bench.smallest.record import append_case, read_cases
from leakwatch.bench.smallest.table import tables
from leakwatch.bench.survey.draw import draw_leaking


def main(arguments: Sequence[str] | None = None) -> int:
    """Work through the leaking cases that `--out` does not hold yet, then print the tables."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.smallest", description=__doc__)
    parser.add_argument("--cases", type=int, default=120, help="cases of the survey drawn; half of them leak")
    parser.add_argument("--seed", type=int, default=1207, help="another seed draws other cases")
    parser.add_argument("--out", type=Path, default=Path("out/smallest"), help="folder for the records")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    records = options.out / f"seed-{options.seed}.jsonl"
    done = {case.index for case in read_cases(records)}
    for drawn in draw_leaking(options.cases, options.seed, done):
        append_case(records, measure_case(drawn))
    cases = [case for case in read_cases(records) if case.index < options.cases]
    for case in cases:
        if case.error:
            print(f"case {case.index}: {case.error}", file=sys.stderr)
    print(tables([run for case in cases for run in case.runs]), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
