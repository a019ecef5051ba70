"""`leakwatch inspect`: what is there, how it will be read, and what that costs."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leakwatch.cli.guard import ExitCode, guard, print_json, say_error
from leakwatch.cli.settings import load_settings, video_words

if TYPE_CHECKING:
    from leakwatch.inspect.inspection import Inspection
    from leakwatch.inspect.thumbnails import Sheet


def inspect(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH",
            help="DICOM or video files, folders, or a DICOMDIR; videos in folders are passed over.",
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object on stdout, and nothing else.")
    ] = False,
    thumbnails: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write a contact sheet per run into DIR. A picture may show burned-in text, names included.",
        ),
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings, YAML or JSON.")] = None,
    pixel_mm: Annotated[
        float | None, typer.Option(help="Videos: height of a pixel at the isocentre, mm.")
    ] = None,
    frame_rate: Annotated[float | None, typer.Option(help="Videos: rate of the recording, frames/s.")] = None,
    all_files: Annotated[
        bool, typer.Option("--all", help="List every file that is passed over or ignored.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Say what is there, how it will be read, what is missing and what that costs.

    Headers are read and no frame is analysed. Exits 0 when done, 2 on bad usage or settings, 3 when some
    inputs failed, 4 when there is nothing to read.
    """
    with guard(debug=debug, as_json=as_json):
        from leakwatch.inspect.look import look

        settings = load_settings(config, pixel_mm, frame_rate)
        with ExitStack() as stack:
            if not quiet and sys.stderr.isatty():
                from rich.console import Console

                stack.enter_context(Console(stderr=True).status("reading headers"))
            inspection = look(paths, settings, config, video_words(pixel_mm, frame_rate))
        sheets = None if thumbnails is None else _write_sheets(inspection, thumbnails, quiet=quiet)
        sentences = [file.why for file in inspection.failures]
        empty_tiles = [sentence for sheet in sheets or () for sentence in sheet.failures]
        nothing = not inspection.entries and not sentences
        code = ExitCode.SOME_FAILED if sentences or empty_tiles else ExitCode.DONE
        error = None
        if nothing:
            code, error = ExitCode.NOTHING, f"{', '.join(map(str, paths))}: no fluoroscopy run to read"
        told = not (quiet or as_json) and sys.stdout.isatty() and sys.stderr.isatty()
        _say_errors([] if told else sentences, empty_tiles, error)
        if as_json:
            from leakwatch.inspect.document import SCHEMA, document

            content = document(inspection, sheets, all_files=all_files)
            print_json({"exit_code": int(code), "error": error, **content}, SCHEMA)
        elif not quiet:
            _print(inspection, sheets, all_files=all_files)
    raise typer.Exit(int(code))


def _write_sheets(inspection: Inspection, folder: Path, *, quiet: bool) -> list[Sheet]:
    from leakwatch.cli.counter import counting
    from leakwatch.errors import UsageError
    from leakwatch.inspect.thumbnails import write_sheet

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"{folder}: cannot be made a folder for thumbnails ({error.strerror or error})"
        raise UsageError(msg) from error
    sheets: list[Sheet] = []
    with counting("contact sheets", quiet=quiet, unit="runs") as advance:
        for entry in inspection.entries:
            sheets.append(write_sheet(entry, folder))
            advance(len(sheets), len(inspection.entries))
    return sheets


def _say_errors(sentences: list[str], empty_tiles: list[str], error: str | None) -> None:
    for sentence in (*sentences, *empty_tiles, *([error] if error else [])):
        say_error(sentence)


def _print(inspection: Inspection, sheets: list[Sheet] | None, *, all_files: bool) -> None:
    from rich.console import Console

    from leakwatch.inspect.terminal import tell

    tell(inspection, Console(highlight=False), sheets or (), all_files=all_files)
