"""Write truth beside a case: tables, label pictures, the case's own facts, and the drawn outline."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.geometry import xy_px_from_lps
from leakwatch.simulate.disturbance.needle import slide_mm
from leakwatch.simulate.injection.needle import along
from leakwatch.simulate.motion.layers import moved_point
from leakwatch.simulate.run import SimulatedRun
from leakwatch.simulate.scene import Scene
from leakwatch.simulate.truth.frame import FrameTruth, onset_visible, onset_volume, silhouette_polygon

CASE_SCHEMA = "leakwatch.simulation-truth/1"
_COLUMNS = (
    "frame",
    "time_s",
    "cement_area_mm2",
    "leak_area_mm2",
    "dx_mm",
    "dy_mm",
    "rotation_deg",
    "leak_ul",
    "cement_ul",
)


@dataclass(frozen=True, slots=True)
class RunTruth:
    """One finished run: its object, its player and what was true of every frame, label pictures apart."""

    sop_instance_uid: str
    run: SimulatedRun
    frames: tuple[FrameTruth, ...]


@contextmanager
def label_pages(path: Path) -> Iterator[Callable[[FrameTruth], None]]:
    """Open labels.tif (uint8, deflate) and give the function that adds a frame's page."""
    import tifffile

    path.parent.mkdir(parents=True, exist_ok=True)
    with tifffile.TiffWriter(path) as pages:

        def add(frame: FrameTruth) -> None:
            pages.write(
                frame.labels, compression="zlib", photometric="minisblack", software=False, metadata=None
            )

        yield add


def write_frames_table(path: Path, frames: Sequence[FrameTruth]) -> None:
    """Write frames.csv, one row per frame."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(_row(frame) for frame in frames)


def _row(frame: FrameTruth) -> list[float]:
    # "+ 0.0" turns a negative zero into zero.
    motion = [round(value, 4) + 0.0 for value in (frame.dx_mm, frame.dy_mm, frame.rotation_deg)]
    areas = [round(value, 3) for value in (frame.cement_area_mm2, frame.leak_area_mm2)]
    volumes = [round(value, 3) for value in (frame.leak_ul, frame.cement_ul)]
    return [frame.index, round(frame.time_s, 5), *areas, *motion, *volumes]


def write_case_truth(path: Path, scene: Scene, truths: Sequence[RunTruth]) -> None:
    """Write case.json: what leaked, where, when it shows, and how each plane looks at it."""
    config, injection = scene.config, scene.injection
    leaked = injection.leaked
    centroid = None
    if len(leaked.volumes_ul):
        centroid = _rounded(np.average(leaked.points_mm, axis=0, weights=leaked.volumes_ul))
    content = {
        "schema": CASE_SCHEMA,
        "case": config.name,
        "site": scene.patient.site,
        "leak": None if config.leak is None else config.leak.kind.value,
        "fps": config.machine.frames_per_s,
        "runs": {truth.sop_instance_uid: _run_facts(scene, truth) for truth in truths},
        "origin": "isocentre",
        "breach_mm_lps": None if injection.way_out is None else list(map(_short, injection.way_out.wall_mm)),
        "leak_centroid_mm_lps": centroid,
        "leak_start_s": _short(float(leaked.arrival_s[0])) if len(leaked.arrival_s) else None,
        "leak_rate_ml_per_min": None if config.leak is None else config.leak.rate_ml_per_min,
        "embolus_start_s": None if injection.embolus is None else injection.embolus.start_s,
        "cement": config.cement.product.value,
        "injection_start_s": config.cement.start_s,
        "disturbances": sorted(config.disturbance.model_dump(exclude_none=True)),
        "note": "Simulated; flow is faster than in life so that a case stays short.",
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def is_simulated(path: Path) -> bool:
    """Say whether a case.json was written by `write_case_truth`."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["schema"] == CASE_SCHEMA)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write_outlines(path: Path, runs: Sequence[SimulatedRun], sop_instance_uids: Sequence[str]) -> None:
    """Write outline.json: the treated bone's silhouette at frame 0 of each run.

    Raises
    ------
    ValueError
        The bone is not in a picture.
    """
    outlines = [
        {
            "sop_instance_uid": sop_instance_uid,
            "frame": 0,
            "site": run.scene.patient.site,
            "label": run.scene.patient.label,
            "polygon_xy_px": [_rounded(point) for point in silhouette_polygon(run.treated_mm())],
        }
        for run, sop_instance_uid in zip(runs, sop_instance_uids, strict=True)
    ]
    content = {"schema": "leakwatch.outline/1", "outlines": outlines}
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _run_facts(scene: Scene, truth: RunTruth) -> dict[str, object]:
    machine, run = scene.config.machine, truth.run
    view = machine.views[run.plane]
    approach = scene.patient.approach
    slid_mm = slide_mm(scene.config, run.start_s) * along(approach)
    ends = xy_px_from_lps(
        np.stack([approach.hub_mm, approach.tip_mm]) + slid_mm,
        machine.carm(view),
        machine.rows,
        machine.columns,
    )
    motion = run.motion(run.start_s)
    needle = [_rounded(moved_point(end, motion, run.layers)) for end in ends]
    return {
        "primary": view.primary_deg,
        "secondary": view.secondary_deg,
        "sid": machine.sid_mm,
        "sod": machine.sod_mm,
        "pixel_iso_mm": machine.pixel_mm,
        "plane": "AB"[run.plane] if machine.is_pair else "single",
        "start_s": view.start_s,
        "fps": view.frames_per_s or machine.frames_per_s,
        "onset_visible_frame": onset_visible(truth.frames),
        "onset_8ul_frame": onset_volume(truth.frames),
        "needle_frame0_xy_px": [needle],
    }


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [_short(float(value)) for value in values]


def _short(value: float) -> float:
    return round(value, 3) + 0.0
