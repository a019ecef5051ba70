"""`leakwatch listen`: take runs in over the network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leakwatch.cli.guard import guard


def listen(
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for queue and results; one service each.")],
    config: Annotated[Path | None, typer.Option(help="Settings, YAML or JSON; see `listen:` there.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Take runs in by C-STORE, analyse each as it comes, and send the results on.

    Says what happens as lines of JSON on stderr. Ends on SIGTERM or ctrl-C: what is in hand waits for the
    next start. Exits 0 then, 2 on bad usage or settings.
    """
    with guard(debug=debug):
        import signal
        from contextlib import suppress

        from leakwatch import __version__
        from leakwatch.config import load_config
        from leakwatch.service.listener import listen as serve
        from leakwatch.service.log import JsonLog, silence_libraries

        settings = load_config(config)
        silence_libraries()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            serve(out, settings, __version__, JsonLog())
