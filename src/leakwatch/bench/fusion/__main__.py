"""What do two views find together? `python -m leakwatch.bench.fusion --cases 50 --out FOLDER --page FILE`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from leakwatch.bench.fusion.case import FusionCase, fuse_drawn, fuse_folder, to_line
from leakwatch.bench.fusion.ledger import biplane_indices, read_cases, run_all
from leakwatch.bench.fusion.page import page
from leakwatch.bench.suite.run import suite_folders
from leakwatch.bench.survey.draw import draw
from leakwatch.errors import UsageError


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what `--out` does not hold yet, then write the page; or do one case and print its record."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.fusion", description=__doc__)
    parser.add_argument("--cases", type=int, default=50, help="how many biplane cases are drawn")
    parser.add_argument("--seed", type=int, default=3600, help="another seed draws other cases")
    parser.add_argument("--suite", type=Path, metavar="DIR", help="take the cases in this folder instead")
    parser.add_argument("--out", type=Path, default=Path("out/fusion"), help="folder for the records")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page there")
    parser.add_argument(
        "--report", action="store_true", help="do no case, write the page of those --out holds"
    )
    parser.add_argument("--index", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.index is not None:
        print(to_line(_one(options.index, options.seed, options.folder)), end="")
        return 0
    try:
        folders = () if options.suite is None else suite_folders(options.suite)
        indices = tuple(range(len(folders))) or biplane_indices(options.cases, options.seed)
        if options.report:
            kept = {case.record.index: case for case in read_cases(options.out)}
            cases = tuple(kept[index] for index in indices if index in kept)
        else:
            cases = run_all(indices, options.seed, folders, options.out, _say)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    chosen = f"--suite {options.suite}" if folders else f"--cases {options.cases} --seed {options.seed}"
    text = page(cases, chosen, drawn=not folders)
    if options.page is None:
        print(text, end="")
    else:
        options.page.write_text(text, encoding="utf-8")
    return 0


def _one(index: int, seed: int, folder: Path | None) -> FusionCase:
    return fuse_drawn(draw(index, seed)) if folder is None else fuse_folder(index, folder)


def _say(case: FusionCase) -> None:
    record = case.record
    outcome = record.outcome if record.score is None else record.score.verdict
    told = case.together.told if case.together else None
    word = f", {told.verdict}" if told else ""
    print(f"{record.index}: {outcome}{word}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
