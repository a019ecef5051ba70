"""`leakwatch analyze`: from recordings to results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leakwatch.cli.guard import ExitCode, guard, print_json, say_error
from leakwatch.cli.settings import load_settings


def analyze(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH",
            help="DICOM or video files, folders, or a DICOMDIR; videos in folders are passed over.",
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the results.")],
    outline: Annotated[
        list[Path] | None,
        typer.Option(
            help="Outlines of the treated bones: JSON, DICOM SEG, RTSTRUCT or GSPS, or a folder; repeatable."
        ),
    ] = None,
    point: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[UID:]X,Y",
            help="A point in the treated bone, pixels of the first frame, for a run without an outline; "
            "repeatable.",
        ),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings, YAML or JSON.")] = None,
    reset: Annotated[
        list[Path] | None,
        typer.Option(help="When alarms were acknowledged and the injection went on: JSON; repeatable."),
    ] = None,
    pixel_mm: Annotated[
        float | None,
        typer.Option(
            help="Videos: height of a pixel at the isocentre, mm. DICOM files that lack theirs take "
            "dicom.geometry of the settings instead."
        ),
    ] = None,
    frame_rate: Annotated[
        float | None,
        typer.Option(
            help="Videos: rate of the recording, frames/s. DICOM files that lack theirs take "
            "dicom.frame_time_ms of the settings instead."
        ),
    ] = None,
    dicom: Annotated[
        bool,
        typer.Option(
            "--dicom",
            help="Write the results as DICOM objects too: report, segmentation, overlay, presentation state "
            "and key objects. They bear the patient's data.",
        ),
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Runs analysed at once; one per processor by default.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="End with one line of JSON on stdout, and nothing else there.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Find cement and its leaks in recorded fluoroscopy runs.

    Exits 0 when done (leak or not), 2 on bad usage or settings, 3 when some inputs failed while the rest
    were finished, 4 when there is nothing to analyse.
    """
    with guard(debug=debug, as_json=as_json):
        from leakwatch import __version__
        from leakwatch.cli import closing
        from leakwatch.cli.progress import watcher
        from leakwatch.pipeline.batch import analyse_batch
        from leakwatch.pipeline.request import Request

        request = Request(
            paths=tuple(paths),
            out=out,
            outlines=tuple(outline or ()),
            config=load_settings(config, pixel_mm, frame_rate, reset or (), point or ()),
            version=__version__,
            jobs=jobs,
            dicom=dicom,
        )
        with watcher(quiet=quiet) as watching:
            report = analyse_batch(request, watching)
        for sentence in closing.errors(report):
            say_error(sentence)
        if debug:
            closing.print_tracebacks(report)
        code = ExitCode.SOME_FAILED if report.failed else ExitCode.DONE
        if not quiet:
            closing.print_warnings(report)
        if as_json:
            print_json(closing.summary(report, out, int(code)))
        elif not quiet:
            closing.print_verdicts(report, out)
    raise typer.Exit(int(code))
