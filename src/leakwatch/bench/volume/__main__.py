"""How far off are volumes? `python -m leakwatch.bench.volume --cases 200 --out FOLDER --page FILE`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from leakwatch.bench.survey.draw import draw
from leakwatch.bench.volume.one_case import measure_case
from leakwatch.bench.volume.page import page
from leakwatch.bench.volume.record import append_runs, read_measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what `--out` does not hold yet, then write the page."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.volume", description=__doc__)
    parser.add_argument("--cases", type=int, default=200, help="how many cases of the survey are drawn")
    parser.add_argument("--seed", type=int, default=1107, help="another seed draws other cases")
    parser.add_argument("--out", type=Path, default=Path("out/volume"), help="folder for the records")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page there")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    records = options.out / f"seed-{options.seed}.jsonl"
    done = {run.case for run in read_measured(records)}
    for index in range(options.cases):
        if index in done:
            continue
        try:
            append_runs(records, measure_case(draw(index, options.seed)))
        except ValueError as error:
            print(f"case {index}: cannot be simulated: {error}", file=sys.stderr)
    runs = [run for run in read_measured(records) if run.case < options.cases]
    text = page(runs, options.cases, options.seed)
    if options.page is None:
        print(text, end="")
    else:
        options.page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
