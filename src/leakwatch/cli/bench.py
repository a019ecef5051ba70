"""``leakwatch bench``: how well it does, on a suite of cases with truth, beside other methods."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ABLATED = 40


def bench(
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the report and the records.")],
    cases: Annotated[int, typer.Option(min=1, help="How many cases are drawn and simulated.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Another seed draws other cases.")] = 1,
    suite: Annotated[
        Path | None,
        typer.Option(help="Take the cases in this folder instead: each has dicom/, outline.json and truth/."),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings of the analysis, YAML or JSON.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="leakwatch alone, without other methods.")] = False,
    ablations: Annotated[
        bool,
        typer.Option("--ablations", help=f"Say what each stage buys: {ABLATED} cases again without each."),
    ] = False,
    ablations_of: Annotated[
        int | None, typer.Option(min=1, help="How many cases that are, instead; costs an analysis per stage.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Cases at once; one per processor by default.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what the folder holds.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Simulate (or take) a suite of cases, analyse it, score it, and write a report.

    Beside leakwatch the same frames are watched by plain subtraction, by two background models, and by
    observers who know the leak. Exits 0 when done, 2 on bad usage, 3 when a case could not be done.
    """
    import os

    from leakwatch import __version__
    from leakwatch.bench.suite.page import write_pages
    from leakwatch.bench.suite.run import Suite, run_suite, suite_folders
    from leakwatch.bench.survey.record import Outcome
    from leakwatch.cli.counter import counting
    from leakwatch.cli.guard import ExitCode, say_error
    from leakwatch.config import load_config

    load_config(config)  # refused now, not in every case
    folders, ablated = suite_folders(suite) if suite else (), ablations_of or (ABLATED if ablations else 0)
    what = Suite(cases, seed, folders, config, observers=not alone, ablated=ablated)
    finished = 0
    with counting("cases", quiet=quiet) as advance:

        def done(_: object) -> None:
            nonlocal finished
            finished += 1
            advance(finished, what.count)

        records = run_suite(what, out, jobs or os.cpu_count() or 1, resume=resume, done=done)
    page = write_pages(records, seed, out, __version__)
    broken = [case.record for case in records if case.record.outcome is Outcome.BROKEN]
    for record in broken:
        say_error(f"case {record.index}: {record.error}")
    unvaried = [(case.record.index, one) for case in records for one in case.variants if one.error]
    for index, variant in unvaried:
        say_error(f"case {index} with {variant.setting} left out: {variant.error}")
    if not quiet:
        print(f"report in {page}")
    raise typer.Exit(int(ExitCode.SOME_FAILED if broken or unvaried else ExitCode.DONE))
