"""What is said of the leaks of a case: of its true footprints, and of what the analysis found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from leakwatch.bench.tables import read_run_folders, read_table
from leakwatch.config import Config
from leakwatch.dicom.read import read_file
from leakwatch.imaging.canvas import (
    Canvas,
    Pose,
    bin_down,
    canvas_from_frame_points,
    lay_canvas,
    mask_on_canvas,
    polygon_on_canvas,
)
from leakwatch.imaging.compartment.destination import destination_of
from leakwatch.imaging.compartment.look import look_of
from leakwatch.imaging.metal.ahead import Needle
from leakwatch.nouns import Run
from leakwatch.outline.given import load_outlines

_LEAK = 2
_HALF_WIDTH_MM = 1.5


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one leak in one view."""

    primary_deg: float
    secondary_deg: float
    compartment: str | None
    compartment_reason: str
    yeom: str | None
    yeom_reason: str


def of_truth(case: Path) -> tuple[Said, ...]:
    """Say where the leak of each view is, from its true label picture on the last frame.

    A view that never shows the leak outside the bone gives nothing.
    """
    outlines = load_outlines(case / "outline.json")
    tips = json.loads((case / "truth" / "case.json").read_text(encoding="utf-8"))["runs"]
    said = []
    for path in sorted((case / "dicom").glob("*.dcm")):
        for run in read_file(path, Config().dicom):
            bones = [one for one in outlines if one.sop_instance_uid == run.sop_instance_uid]
            folder = case / "truth" / run.sop_instance_uid
            labels = np.asarray(tifffile.imread(folder / "labels.tif", key=run.frames - 1))
            canvas = lay_canvas(run, bones, Config().imaging.canvas)
            leak = _bone_fixed(labels == _LEAK, folder / "frames.csv", canvas)
            if not leak.any():
                continue
            ends = tips[run.sop_instance_uid]["needle_frame0_xy_px"]
            needles = tuple(_needle(np.array(one, np.float64), canvas) for one in ends)
            masks = [(one.site, polygon_on_canvas(one.polygon_xy_px, canvas, Pose())) for one in bones]
            went = destination_of(leak, masks, None, look_of(run, needles), needles, canvas)
            place, kind = went.compartment, went.yeom
            said.append(Said(*_angles(run), place.name, place.reason, kind.name, kind.reason))
    return tuple(said)


def of_analysis(case: Path, out: Path) -> tuple[Said, ...]:
    """Read what the analysis of a case says of its leaks, false ones as well."""
    runs = json.loads((case / "truth" / "case.json").read_text(encoding="utf-8"))["runs"]
    said = []
    for uid, folder in read_run_folders(out):
        content = json.loads((folder / "events.json").read_text(encoding="utf-8"))
        for leak in content["leaks"]:
            names = (leak[key] for key in ("compartment", "compartment_reason", "yeom", "yeom_reason"))
            said.append(Said(runs[uid]["primary"], runs[uid]["secondary"], *names))
    return tuple(said)


def _bone_fixed(leak: NDArray[np.bool_], table: Path, canvas: Canvas) -> NDArray[np.bool_]:
    """Lay the last frame's leak where the bone was on frame 0."""
    motion = read_table(table)
    dx, dy, turn = (motion.numbers(name)[-1] for name in ("dx_mm", "dy_mm", "rotation_deg"))
    pose = Pose(float(dx) / canvas.pixel_mm, float(dy) / canvas.pixel_mm, float(np.deg2rad(turn)))
    working = bin_down(leak.astype(np.float32), canvas.binning) > 0.5
    return mask_on_canvas(working, canvas, pose)


def _needle(ends_xy_px: NDArray[np.float64], canvas: Canvas) -> Needle:
    hub, tip = canvas_from_frame_points(ends_xy_px, canvas, Pose())
    along = (tip - hub) / np.linalg.norm(tip - hub)
    return Needle(
        (float(tip[0]), float(tip[1])),
        (float(along[0]), float(along[1])),
        canvas.pixels(_HALF_WIDTH_MM),
        1.0,
    )


def _angles(run: Run) -> tuple[float, float]:
    return run.geometry.primary_deg or 0.0, run.geometry.secondary_deg or 0.0
