"""How well does `leakwatch analyze` do? `python -m leakwatch.bench.survey --cases 200 --out FOLDER`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.ledger import SurveyError, append, open_ledger
from leakwatch.bench.survey.one_case import work_through
from leakwatch.bench.survey.publish import publish, write_reports
from leakwatch.bench.survey.record import CaseRecord, to_line
from leakwatch.bench.survey.run import run_cases


def main(arguments: Sequence[str] | None = None) -> int:
    """Survey, report, or do one case and print its record."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.survey", description=__doc__)
    parser.add_argument("--cases", type=int, default=200, help="how many cases are drawn")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other cases")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--out", type=Path, default=Path("out/survey"), help="folder for the records")
    parser.add_argument("--resume", action="store_true", help="go on with what --out holds")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write the report of a survey afresh")
    parser.add_argument("--into", type=Path, metavar="FILE", help="with --report: fill in this page")
    parser.add_argument("--only", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.into is not None and options.report is None:
        parser.error("--into needs --report")
    try:
        if options.only is not None:
            print(to_line(work_through(draw(options.only, options.seed))), end="")
        elif options.report is not None:
            if options.into is not None:
                publish(options.report, options.into)
            else:
                print(write_reports(options.report))
        else:
            survey(options.cases, options.seed, options.jobs, options.out, resume=options.resume)
            print(write_reports(options.out))
    except SurveyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def survey(cases: int, seed: int, jobs: int, out: Path, *, resume: bool) -> None:
    """Work through all cases that `out` does not hold yet.

    Raises
    ------
    SurveyError
        The folder holds something else.
    """
    known = {record.index for record in open_ledger(out, seed, resume=resume)}
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("surveying"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cases"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=cases, completed=len([index for index in known if index < cases]))

        def done(record: CaseRecord) -> None:
            append(out, record)
            verdict = record.outcome if record.score is None else record.score.verdict
            bar.update(task, advance=1, description=f"{record.index}: {verdict}")

        run_cases([index for index in range(cases) if index not in known], seed, jobs, done)


if __name__ == "__main__":
    sys.exit(main())
