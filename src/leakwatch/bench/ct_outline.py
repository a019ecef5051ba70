"""Does a CT give outlines? `python -m leakwatch.bench.ct_outline SUITE --ct CT --labels MAP --level L3=29`.

Every case of a suite is laid on by its own level and by the levels beside it, from a click in each view that
is off the middle of the bone. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from leakwatch.bench.suite.run import suite_folders
from leakwatch.config import Config
from leakwatch.ct.lay import Click, Laid, lay, turned_deg
from leakwatch.ct.parts import CtParts, cut_parts
from leakwatch.dicom.find import find_inputs
from leakwatch.errors import InputError
from leakwatch.nouns import Outline, Run
from leakwatch.outline.given import load_outlines
from leakwatch.outline.raster import mask_from_polygon
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.source.runs import read_runs

_OFF_MM = 5.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One case laid on by one level: what came of it, or why nothing did, and seconds."""

    level: str
    laid: Laid | None
    why: str
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Say on stderr how it goes, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.ct_outline", description=__doc__)
    parser.add_argument("suite", type=Path, help="folder of cases with two views each")
    parser.add_argument("--ct", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--body-labels", type=Path)
    parser.add_argument(
        "--level", action="append", required=True, metavar="NAME=VALUE", help="from head to foot"
    )
    parser.add_argument("--seed", type=int, default=3105, help="of the clicks")
    options = parser.parse_args(arguments)
    values = {name: int(value) for name, _, value in (text.partition("=") for text in options.level)}
    section = CtSection(
        volume=options.ct, labels=options.labels, body_labels=options.body_labels, treated_label=1
    )
    parts = {
        name: cut_parts(section.model_copy(update={"treated_label": value}), {})
        for name, value in values.items()
    }
    print("| case | treated | Dice, each view | searches apart | turned | s | a neighbour's label instead |")
    print("|---|---|---|---|---|---|---|")
    for number, folder in enumerate(suite_folders(options.suite)):
        print(_row(folder, parts, np.random.default_rng([options.seed, number])), flush=True)
    return 0


def _row(folder: Path, parts: Mapping[str, CtParts], rng: np.random.Generator) -> str:
    outlines = load_outlines(folder / "outline.json")
    config = Config()
    runs = {
        run.sop_instance_uid: run
        for run in read_runs(find_inputs([folder / "dicom"]), config.dicom, config.video).runs
    }
    clicks = [_click(outline, runs[outline.sop_instance_uid], rng) for outline in outlines]
    level, levels = outlines[0].label, list(parts)
    at = levels.index(level)
    own = _trial(level, parts[level], clicks, config)
    beside = [
        _trial(name, parts[name], clicks, config) for name in levels[max(0, at - 1) : at + 2] if name != level
    ]
    wrong = "; ".join(f"{one.level} {'taken' if one.laid else 'refused: ' + one.why}" for one in beside)
    if own.laid is None:
        return f"| {folder.name} | {level} | refused: {own.why} | | | {own.seconds:.0f} | {wrong} |"
    dice = [
        f"{_dice(given, found, runs[given.sop_instance_uid]):.3f}"
        for given in outlines
        for found in own.laid.outlines
        if found.sop_instance_uid == given.sop_instance_uid
    ]
    found = own.laid.registration
    return (
        f"| {folder.name} | {level} | {', '.join(dice)} | {found.disagreement_mm:.2f} mm | "
        f"{turned_deg(found.pose):.1f}° | {own.seconds:.0f} | {wrong} |"
    )


def _click(outline: Outline, run: Run, rng: np.random.Generator) -> Click:
    """Off the middle by up to `_OFF_MM` along rows and columns."""
    pixel_mm = np.array((run.geometry.pixel_mm or (1.0, 1.0))[::-1])
    x, y = outline.polygon_xy_px.mean(axis=0) + rng.uniform(-_OFF_MM, _OFF_MM, 2) / pixel_mm
    return Click(run, (float(x), float(y)))


def _trial(level: str, parts: CtParts, clicks: Sequence[Click], config: Config) -> Trial:
    began = time.perf_counter()
    laid, why = None, ""
    try:
        laid = lay(parts, level, clicks, config)
    except InputError as error:
        why = str(error).rpartition(": ")[2]
    trial = Trial(level, laid, why, time.perf_counter() - began)
    print(f"{level}: {why or 'laid'}, {trial.seconds:.0f} s", file=sys.stderr, flush=True)
    return trial


def _dice(one: Outline, other: Outline, run: Run) -> float:
    a, b = (mask_from_polygon(each.polygon_xy_px, (run.rows, run.columns)) for each in (one, other))
    return 2 * float((a & b).sum()) / float(a.sum() + b.sum())


if __name__ == "__main__":
    sys.exit(main())
