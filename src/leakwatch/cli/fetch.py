"""`leakwatch fetch`: get recordings from an archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leakwatch.cli.guard import guard, print_json

if TYPE_CHECKING:
    from leakwatch.config import Config
    from leakwatch.config.node import NodeConfig
    from leakwatch.config.nodes import WebConfig
    from leakwatch.pacs.query import Instance, Query


def fetch(
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the recordings.")],
    node: Annotated[
        str | None, typer.Option(help="Archive: a name of archives.nodes, or TITLE@HOST:PORT.")
    ] = None,
    web: Annotated[
        str | None, typer.Option(help="Archive by DICOMweb: a name of archives.web, or a URL.")
    ] = None,
    study: Annotated[list[str] | None, typer.Option(help="Study Instance UID; repeatable.")] = None,
    patient: Annotated[str, typer.Option(help="Patient ID.")] = "",
    date: Annotated[str, typer.Option(help="Study date, 20260131 or 20260101-20260131.")] = "",
    modality: Annotated[list[str] | None, typer.Option(help="XA and RF by default; repeatable.")] = None,
    only_list: Annotated[bool, typer.Option("--list", help="Say what would be fetched.")] = False,
    move: Annotated[
        bool, typer.Option("--move", help="By C-MOVE to listen.ae_title, which the archive must know.")
    ] = False,
    config: Annotated[Path | None, typer.Option(help="Settings, YAML or JSON.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Find recordings in an archive and fetch those that are not there yet.

    Exits 0 when done, 2 on bad usage or settings, 3 when the archive fails, 4 when it holds nothing that
    matches.
    """
    with guard(debug=debug, as_json=as_json):
        from leakwatch.cli.archives import one_archive
        from leakwatch.config import load_config
        from leakwatch.errors import NothingToAnalyse
        from leakwatch.pacs.keep import missing
        from leakwatch.pacs.query import Query
        from leakwatch.service.log import silence_libraries

        silence_libraries()
        settings = load_config(config)
        _check(study or [], patient, date)
        query = Query(tuple(study or ()), patient, date, tuple(modality or ("XA", "RF")))
        archive = one_archive(node, web, settings, "fetch")
        found = _find(query, archive, settings)
        if not found:
            msg = f"{node or web}: holds no instance that matches"
            raise NothingToAnalyse(msg)
        wanted = missing(found, out)
        fetched = [] if only_list else list(_get(wanted, out, archive, settings, move=move))
        if as_json:
            print_json(_document(found, fetched), "leakwatch.fetch/1")
            return
        for one in found:
            frames = "?" if one.frames is None else one.frames
            print(f"{one.study_instance_uid} {one.modality} {one.sop_instance_uid} {frames} frames")
        there = len(found) - len(wanted)
        print(f"{len(found)} found, {there} there already, {len(fetched)} fetched to {out}")


def _check(study: list[str], patient: str, date: str) -> None:
    from leakwatch.errors import UsageError

    if not (study or patient or date):
        msg = "fetch needs --study, --patient or --date: an archive is not fetched whole"
        raise UsageError(msg)
    if date and not re.fullmatch(r"\d{8}|\d{8}-(\d{8})?|-\d{8}", date):
        msg = f"--date: {date!r:.40} is neither a date as 20260131 nor a range as 20260101-20260131"
        raise UsageError(msg)


def _find(query: Query, archive: NodeConfig | WebConfig, settings: Config) -> list[Instance]:
    from leakwatch.config.nodes import WebConfig
    from leakwatch.pacs import find, web

    if isinstance(archive, WebConfig):
        return web.find(query, web.open_web(archive))
    return find.find(query, archive, settings.listen.ae_title)


def _get(
    wanted: list[Instance], out: Path, archive: NodeConfig | WebConfig, settings: Config, *, move: bool
) -> Iterator[Path]:
    """Fetch into a folder beside the recordings first: what is broken off never looks like one."""
    from tempfile import TemporaryDirectory

    from leakwatch.config.nodes import WebConfig

    if not wanted:
        return
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".incoming-", dir=out) as name:
        incoming = Path(name)
        if isinstance(archive, WebConfig):
            from leakwatch.pacs import web

            yield from web.get(wanted, out, web.open_web(archive), incoming)
            return
        from leakwatch.pacs import retrieve
        from leakwatch.pacs.receive import receive_in_files

        receive_in_files(incoming)
        own = settings.listen
        yield from (
            retrieve.move(wanted, out, archive, own)
            if move
            else retrieve.get(wanted, out, archive, own.ae_title)
        )


def _document(found: list[Instance], fetched: list[Path]) -> dict[str, object]:
    from dataclasses import asdict

    return {"exit_code": 0, "found": [asdict(one) for one in found], "fetched": [str(one) for one in fetched]}
