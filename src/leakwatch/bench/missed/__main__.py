"""Say where leaks are lost: `python -m leakwatch.bench.missed --cases 120 --seed 1001 --out FOLDER`.

Half of the cases drawn leak, and those alone are simulated. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from leakwatch.bench.missed.record import append_case, read_cases
from leakwatch.bench.missed.table import tables
from leakwatch.bench.missed.watch import watch_case
from leakwatch.bench.survey.draw import draw_leaking
from leakwatch.config import Config
from leakwatch.config.load import load_config


def main(arguments: Sequence[str] | None = None) -> int:
    """Work through the leaking cases that `--out` does not hold yet, then print the tables."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.missed", description=__doc__)
    parser.add_argument("--cases", type=int, default=120, help="cases of the survey drawn; half of them leak")
    parser.add_argument(
        "--seed", type=int, default=1001, help="never one that judges: what is seen is learned"
    )
    parser.add_argument("--config", type=Path, help="settings, YAML or JSON; keep to one in a folder")
    parser.add_argument("--out", type=Path, default=Path("out/missed"), help="folder for the records")
    options = parser.parse_args(arguments)
    config = Config() if options.config is None else load_config(options.config)
    options.out.mkdir(parents=True, exist_ok=True)
    records = options.out / f"seed-{options.seed}.jsonl"
    done = {case.index for case in read_cases(records)}
    for drawn in draw_leaking(options.cases, options.seed, done):
        append_case(records, watch_case(drawn, config))
    cases = [case for case in read_cases(records) if case.index < options.cases]
    for case in cases:
        if case.error:
            print(f"case {case.index}: {case.error}", file=sys.stderr)
    print(tables(cases), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
