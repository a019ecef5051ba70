"""Score the shipped network on recordings with given outlines: `python -m leakwatch.bench.bone.given SUITE`.

The first frame of every run is looked at twice: as it is, and after a click in the bone. A table in Markdown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from leakwatch.bench.bone.examine import Examined, examine
from leakwatch.bench.bone.gather import BoneView
from leakwatch.bench.bone.table import is_taken
from leakwatch.bench.suite.run import suite_folders
from leakwatch.config import Config
from leakwatch.config.imaging import BoneConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.imaging.attenuation import attenuation_table, to_frame
from leakwatch.imaging.bone.network import load_bone_network
from leakwatch.imaging.canvas import stored_pixel_mm
from leakwatch.imaging.field import state as field
from leakwatch.nouns import Outline, Run
from leakwatch.outline.given import load_outlines
from leakwatch.outline.raster import mask_from_polygon
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at every run of a suite, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.bone.given", description=__doc__)
    parser.add_argument("suite", type=Path, help="folder of cases")
    parser.add_argument("--seed", type=int, default=3106, help="of the clicks")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    network, least = load_bone_network(), BoneConfig().least_confidence
    print("| case | primary angle | Dice | stated | taken | Dice after a click | stated | taken |")
    print("|---|---|---|---|---|---|---|---|")
    for number, folder in enumerate(suite_folders(options.suite)):
        rng = np.random.default_rng([options.seed, number])
        for view in views_of(folder):
            cells = (_cells(one, least) for one in (examine(network, view), examine(network, view, rng)))
            print(f"| {folder.name} | {view.angles_deg[0]:g}° | {' | '.join(cells)} |", flush=True)
    return 0


def views_of(folder: Path) -> Iterator[BoneView]:
    """Give the first frame of each run that has an outline."""
    config, outlines = Config(), load_outlines(folder / "outline.json")
    for run in read_runs(find_inputs([folder / "dicom"]), config.dicom, config.video).runs:
        for outline in outlines:
            if outline.sop_instance_uid == run.sop_instance_uid:
                yield _view(run, outline, config)


def _view(run: Run, outline: Outline, config: Config) -> BoneView:
    table = attenuation_table(run.intensity)
    with open_frames(run) as frames:
        _, frame = field.look(field.start(run, table, config.imaging.field), to_frame(frames[0], run, table))
    return BoneView(
        frame.attenuation,
        frame.valid,
        mask_from_polygon(outline.polygon_xy_px, (run.rows, run.columns)),
        float(np.mean(stored_pixel_mm(run, config.imaging.canvas.assumed_width_mm))),
        (run.geometry.primary_deg or 0.0, run.geometry.secondary_deg or 0.0),
        outline.site.value,
        "",
    )


def _cells(one: Examined, least: float) -> str:
    if one.found is None:
        return "none | | no"
    return f"{one.dice:.3f} | {one.found.confidence:.2f} | {'yes' if is_taken(one, least) else 'no'}"


if __name__ == "__main__":
    sys.exit(main())
