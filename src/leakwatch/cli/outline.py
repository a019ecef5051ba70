"""`leakwatch outline`: the treated bone's outlines, and its neighbours', from a CT."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leakwatch.cli.guard import ExitCode, guard, print_json
from leakwatch.cli.settings import load_settings

if TYPE_CHECKING:
    from leakwatch.config import Config
    from leakwatch.config.imaging import PointConfig
    from leakwatch.ct.lay import Click

OUTLINE_SCHEMA = "leakwatch.laid/1"


def outline(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="The recordings: files or folders.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="File for the outlines, JSON.")],
    ct: Annotated[Path, typer.Option(help="The CT: NIfTI, NRRD or MetaImage; DICOM as a folder.")],
    labels: Annotated[Path, typer.Option(help="Label map in the CT's frame of reference.")],
    label: Annotated[int, typer.Option(min=1, help="Value of the treated bone in it.")],
    point: Annotated[
        list[str],
        typer.Option(metavar="UID:X,Y", help="A point in the treated bone in each of the two views."),
    ],
    body_labels: Annotated[
        Path | None, typer.Option(help="A second map whose non-zero part keeps vertebral bodies alone.")
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A neighbour in the label map: canal=31, disc_superior=40."),
    ] = None,
    site: Annotated[
        str, typer.Option(help="Kind of bone: vertebra, sacrum, femur, acetabulum, other.")
    ] = "vertebra",
    name: Annotated[str, typer.Option(help="Name of the bone, such as L3; else its label's value.")] = "",
    config: Annotated[Path | None, typer.Option(help="Settings, YAML or JSON.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON on stdout.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Lay a pre-operative CT on two views and write the bone's outlines for `analyze --outline`.

    Exits 0 when the outlines are written, 2 on bad usage, 3 when the CT cannot be laid on the views in a way
    that can be trusted: then nothing is written.
    """
    with guard(debug=debug, as_json=as_json):
        from leakwatch.cli.points import read_points
        from leakwatch.ct.lay import lay, turned_deg
        from leakwatch.ct.outline_file import write_outline_file
        from leakwatch.ct.parts import cut_parts
        from leakwatch.errors import UsageError
        from leakwatch.nouns import Site
        from leakwatch.simulate.config.anatomy import CtSection

        sites = [one.value for one in Site]
        if site not in sites:
            msg = f"--site {site}: not one of {', '.join(sites)}"
            raise UsageError(msg)
        settings = load_settings(config, None, None)
        clicks = _clicks(paths, read_points(point), settings)
        section = CtSection.model_validate(
            {"volume": ct, "labels": labels, "treated_label": label, "body_labels": body_labels, "site": site}
        )
        parts = cut_parts(section, _regions(region or ()))
        laid = lay(parts, name or str(label), clicks, settings)
        write_outline_file(out, laid)
        turned = turned_deg(laid.registration.pose)
        if as_json:
            facts = {"error_mm": laid.error_mm, "disagreement_mm": laid.registration.disagreement_mm}
            print_json({"exit_code": 0, "outlines": str(out), "turned_deg": turned, **facts}, OUTLINE_SCHEMA)
        else:
            print(f"{len(laid.outlines)} outlines in {out}, edge known to {laid.error_mm:.1f} mm")
            agree_mm = laid.registration.disagreement_mm
            print(f"two searches agree to {agree_mm:.2f} mm, turned {turned:.1f} degrees")
    raise typer.Exit(int(ExitCode.DONE))


def _clicks(paths: Sequence[Path], points: Sequence[PointConfig], settings: Config) -> list[Click]:
    """Find the clicked runs among the recordings; what cannot be read is said on stderr."""
    from leakwatch.cli.closing import warn
    from leakwatch.ct.lay import Click
    from leakwatch.dicom.find import find_inputs
    from leakwatch.errors import UsageError
    from leakwatch.pipeline.points import check_points
    from leakwatch.source.runs import Fate, read_runs

    reading = read_runs(find_inputs(paths), settings.dicom, settings.video)
    runs = reading.runs
    for one in reading.rest:
        if one.fate is Fate.FAILED:
            warn(one.why)
    strangers = check_points(points, runs, [()] * len(runs))
    if strangers:
        raise UsageError(strangers[0])
    by_uid = {run.sop_instance_uid: run for run in runs}
    return [
        Click(by_uid[point.sop_instance_uid or runs[0].sop_instance_uid], (point.x, point.y))
        for point in points
    ]


def _regions(texts: Sequence[str]) -> dict[str, int]:
    from leakwatch.errors import UsageError

    found: dict[str, int] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if not (name.strip() and value.strip().isdecimal() and int(value)):
            msg = f"--region {text}: not a region; write NAME=VALUE, such as canal=31"
            raise UsageError(msg)
        found[name.strip()] = int(value)
    return found
