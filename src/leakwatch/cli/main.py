"""The `leakwatch` command."""

from __future__ import annotations

from typing import Annotated

import typer

from leakwatch import __version__
from leakwatch.cli.analyze import analyze
from leakwatch.cli.bench import bench
from leakwatch.cli.deidentify import deidentify
from leakwatch.cli.fetch import fetch
from leakwatch.cli.follow import follow
from leakwatch.cli.guard import guard
from leakwatch.cli.inspect import inspect
from leakwatch.cli.listen import listen
from leakwatch.cli.module import module
from leakwatch.cli.outline import outline
from leakwatch.cli.send import send
from leakwatch.cli.simulate import simulate
from leakwatch.cli.status import status
from leakwatch.cli.watch import watch
from leakwatch.notice import RESEARCH_USE

app = typer.Typer(
    name="leakwatch",
    help=f"Watch bone cement leak, frame by frame, in recorded fluoroscopy runs.\n\n{RESEARCH_USE}",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(analyze)
app.command()(inspect)
app.command()(outline)
app.command()(simulate)
app.command()(bench)
app.command()(listen)
app.command()(watch)
app.command()(follow)
app.command()(status)
app.command()(fetch)
app.command()(send)
app.command()(module)
app.command()(deidentify)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"leakwatch {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Only carries the options that come before a command."""


def main() -> None:
    """Run the command line."""
    with guard(debug=False):
        app()


if __name__ == "__main__":
    main()
