"""`leakwatch send`: put results into an archive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leakwatch.cli.guard import ExitCode, guard, say_error

if TYPE_CHECKING:
    from leakwatch.config import Config
    from leakwatch.config.node import NodeConfig
    from leakwatch.config.nodes import WebConfig


def send(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Results: folders that analyze wrote, or files.")
    ],
    node: Annotated[
        str | None, typer.Option(help="Archive: a name of archives.nodes, or TITLE@HOST:PORT.")
    ] = None,
    web: Annotated[
        str | None, typer.Option(help="Archive by DICOMweb: a name of archives.web, or a URL.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Settings, YAML or JSON.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Send the DICOM objects that `analyze --dicom` wrote, by C-STORE or STOW-RS; no recordings.

    Exits 0 when done, 2 on bad usage or settings, 3 when the archive does not take some of them, 4 when there
    is nothing to send.
    """
    with guard(debug=debug):
        from leakwatch.cli.archives import one_archive
        from leakwatch.config import load_config
        from leakwatch.errors import NothingToAnalyse
        from leakwatch.service.log import silence_libraries

        silence_libraries()
        settings = load_config(config)
        archive = one_archive(node, web, settings, "send")
        objects = sorted(_own(paths))
        if not objects:
            msg = f"{', '.join(map(str, paths))}: holds no DICOM object that leakwatch wrote"
            raise NothingToAnalyse(msg)
        sent = 0
        for why in _send(objects, archive, settings):
            if why:
                say_error(why)
            else:
                sent += 1
        print(f"{sent} of {len(objects)} objects sent")
    raise typer.Exit(int(ExitCode.DONE if sent == len(objects) else ExitCode.SOME_FAILED))


def _own(paths: list[Path]) -> Iterator[Path]:
    from leakwatch.errors import InputError, UsageError
    from leakwatch.service.arrival import ArrivalKind, read_arrival

    for path in paths:
        if not path.exists():
            msg = f"{path}: does not exist"
            raise UsageError(msg)
        for file in path.rglob("*.dcm") if path.is_dir() else [path]:
            try:
                if read_arrival(file).kind is ArrivalKind.OWN:
                    yield file
            except InputError:
                continue


def _send(objects: list[Path], archive: NodeConfig | WebConfig, settings: Config) -> Iterator[str]:
    """Send each; an empty text for one that was taken, else why it was not."""
    from leakwatch.config.nodes import WebConfig
    from leakwatch.errors import PeerError
    from leakwatch.pacs import store, web

    if isinstance(archive, WebConfig):
        client = web.open_web(archive)
        for path in objects:
            try:
                web.store([path], client)
            except PeerError as error:
                yield str(error)
            else:
                yield ""
        return
    for answer in store.send(objects, archive, settings.listen.ae_title):
        yield "" if answer.ok else answer.why
