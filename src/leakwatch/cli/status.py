"""`leakwatch status`: how a service stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leakwatch.cli.guard import guard, print_json


def status(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that the service was given.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Say what a service has taken in, analysed and sent, and what failed; it may be running or not."""
    with guard(debug=debug, as_json=as_json):
        from dataclasses import asdict

        from leakwatch.service.places import Places
        from leakwatch.service.status import read_status

        found = read_status(Places(out).queue)
        if as_json:
            print_json({"exit_code": 0, **asdict(found)}, "leakwatch.status/1")
            return
        for name, counts in (
            ("instances", found.instances),
            ("analyses", found.jobs),
            ("results", found.results),
        ):
            words = (f"{count} {state.replace('_', ' ')}" for state, count in counts.items())
            print(f"{name:9} " + ", ".join(words))
        for trouble in found.troubles:
            print(f"  {trouble.what}: {trouble.why}")
