"""`leakwatch follow`: take runs from an Orthanc as they arrive there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leakwatch.cli.guard import guard


def follow(
    url: Annotated[
        str,
        typer.Argument(metavar="URL", help="Where Orthanc answers, as http://localhost:8042; or its name."),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for queue and results; one service each.")],
    config: Annotated[
        Path | None,
        typer.Option(help="Settings, YAML or JSON; see `archives:`, `watch:` and `listen:` there."),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Analyse each run that arrives at an Orthanc, and send the results where `listen.send_to` says.

    Says what happens as lines of JSON on stderr. Ends on SIGTERM or ctrl-C: what is in hand waits for the
    next start. Exits 0 then, 2 on bad usage or settings.
    """
    with guard(debug=debug):
        import signal
        from contextlib import suppress

        from leakwatch import __version__
        from leakwatch.cli.archives import web_archive
        from leakwatch.config import load_config
        from leakwatch.pacs.orthanc import Orthanc
        from leakwatch.pacs.web import open_session
        from leakwatch.service.follower import follow as serve
        from leakwatch.service.log import JsonLog, silence_libraries

        settings = load_config(config)
        archive = web_archive(url, settings, "URL")
        silence_libraries()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            serve(Orthanc(archive.url, open_session(archive)), out, settings, __version__, JsonLog())
