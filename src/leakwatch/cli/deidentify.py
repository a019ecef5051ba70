"""`leakwatch deidentify`: recordings and results without the patient."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from leakwatch.cli.guard import ExitCode, guard, say_error

_LEAST_BYTES = 16


def deidentify(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="DICOM files, or folders with recordings and results."),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="New folder for what may leave the house.")],
    key: Annotated[
        Path | None,
        typer.Option(help="File with a secret, 16 bytes or more: the same one gives the same UIDs again."),
    ] = None,
    black_out: Annotated[
        list[str] | None, typer.Option(help="Part of the picture to cover: x,y,w,h in pixels; repeatable.")
    ] = None,
    approved: Annotated[
        bool,
        typer.Option("--approved", help="I have looked at the contact sheets: nothing is written there."),
    ] = False,
    config: Annotated[Path | None, typer.Option(help="Settings, YAML or JSON.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Take the patient out of recordings and of the results that leakwatch wrote for them (PS3.15 Annex E).

    Exits 0 when done, 2 on bad usage, 3 when some inputs failed or wait to be looked at, 4 when there is
    nothing to export.
    """
    with guard(debug=debug):
        from leakwatch import __version__
        from leakwatch.config import load_config
        from leakwatch.deidentify.black_out import parse_rectangle
        from leakwatch.deidentify.export import Order, export

        order = Order(
            paths=tuple(paths),
            out=out,
            key=_key(key),
            config=load_config(config),
            version=__version__,
            rectangles=tuple(parse_rectangle(text) for text in black_out or ()),
            approved=approved,
        )
        done = export(order)
        for sentence in done.failures:
            say_error(sentence)
        for sentence in done.left_out:
            typer.echo(f"leakwatch: warning: {sentence}", err=True)
        typer.echo(f"{len(done.files)} files: {out}")
    raise typer.Exit(int(ExitCode.SOME_FAILED if done.failures else ExitCode.DONE))


def _key(path: Path | None) -> bytes:
    from leakwatch.errors import UsageError

    if path is None:
        # forgotten at the end: nobody can find the way back, or make the same names again
        return secrets.token_bytes(32)
    key = path.read_bytes()
    if len(key) < _LEAST_BYTES:
        msg = f"{path}: holds {len(key)} bytes, and a key has {_LEAST_BYTES} or more"
        raise UsageError(msg)
    return key
