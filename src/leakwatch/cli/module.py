"""`leakwatch module`: a step in an orchestrator's pipeline."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from leakwatch.cli.guard import ExitCode, guard, say_error


def module(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="[IN]", help="Folder to read; MERCURE_IN_DIR or its kin where not given."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Argument(metavar="[OUT]", help="Folder to write; MERCURE_OUT_DIR or its kin where not given."),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings; those of task.json go before.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Analyse IN and leave DICOM objects and result.json flat in OUT, as mercure, MONAI and Holoscan ask.

    Exits 0 when done, also where nothing was a fluoroscopy run; 2 on bad usage or settings, 3 when every
    input failed.
    """
    with guard(debug=debug):
        from leakwatch import __version__
        from leakwatch.cli import closing
        from leakwatch.cli.progress import watcher
        from leakwatch.config import load_config
        from leakwatch.module.folders import choose_folders
        from leakwatch.module.process import process_task

        read, written = choose_folders(source, out, os.environ)
        with watcher(quiet=False) as watching:
            report = process_task(read, written, load_config(config), __version__, watching)
        if report is not None:
            for sentence in closing.errors(report):
                say_error(sentence)
            if debug:
                closing.print_tracebacks(report)
        nothing_done = (
            report is not None and report.failed and all(one.analysed is None for one in report.runs)
        )
    raise typer.Exit(int(ExitCode.SOME_FAILED if nothing_done else ExitCode.DONE))
