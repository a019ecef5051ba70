"""Feed broken files to everything that reads files: `python -m leakwatch.bench.fuzz --seconds 600`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from leakwatch.bench.fuzz.campaign import run_campaign
from leakwatch.bench.fuzz.ledger import Batch
from leakwatch.bench.fuzz.limits import Limits
from leakwatch.bench.fuzz.recipe import from_text
from leakwatch.bench.fuzz.report import make_report, publish
from leakwatch.bench.fuzz.watch import FuzzError, try_recipes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign, report one, or try one recipe; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long to go on")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other inputs")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument(
        "--out", type=Path, default=Path("out/fuzz"), help="folder for the records; goes on there"
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help="print the report of a campaign")
    parser.add_argument("--into", type=Path, metavar="FILE", help="with --report: fill in this page instead")
    parser.add_argument("--recipe", help="try this one recipe and say what became of it")
    options = parser.parse_args(arguments)
    if options.into is not None and options.report is None:
        parser.error("--into needs --report")
    try:
        if options.recipe is not None:
            ((_, outcome),) = try_recipes([from_text(options.recipe)], Limits())
            print(outcome)
            return int(bool(outcome.findings))
        if options.into is not None:
            publish(options.report, options.into)
            return 0
        if options.report is None:
            run_campaign(options.out, options.seconds, options.seed, options.jobs, limits=Limits(), done=_say)
        text = make_report(options.report or options.out)
    except FuzzError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(text, end="")
    return 0 if "Nothing was found." in text else 1


def _say(batch: Batch) -> None:
    print(
        f"inputs {batch.first} to {batch.first + batch.tried - 1}: {batch.read} read, "
        f"{batch.tried / max(batch.seconds, 1e-9):.0f} per second, {len(batch.findings)} findings",
        file=sys.stderr,
    )


if __name__ == "__main__":
    sys.exit(main())
