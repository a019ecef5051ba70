"""What does a machine that is off cost a position? `python -m leakwatch.bench.perturbed --leaks 2000`.

Numbers, no pictures: a leak beside a bone is projected into two views of a machine whose angles and isocentre
are off by some degrees and millimetres, and is placed by what that machine states, as `leakwatch analyze`
does with what it saw. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

from leakwatch.bench.survey.tables import table_text
from leakwatch.config.views import ViewsConfig
from leakwatch.geometry import xy_px_from_lps
from leakwatch.nouns import (
    AnalysedRun,
    Calibration,
    CArm,
    IntensityChain,
    LeakEvent,
    Outline,
    Plane,
    Relationship,
    Run,
    RunSummary,
    Site,
    State,
)
from leakwatch.views.from_bone import from_bone
from leakwatch.views.merge import merge_cases
from leakwatch.views.triangulate import triangulate

_SIDE_PX = 512
_IMAGER_MM = 0.3
_HALF_MM = np.array([22.0, 16.0, 13.0])
"""Of the box around a vertebral body."""
_CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
_NEAREST_MM, _FARTHEST_MM = 2.0, 12.0
"""How far from the box a leak lies."""
_AREA_MM2 = 12.0
_NEVER = 1e3
"""Rays that miss each other are crossed all the same: what is asked is how far off that is."""


@dataclass(frozen=True, slots=True)
class Off:
    """How far a machine is off: each angle of each view, the second view's isocentre, and what is pointed at.

    `pointing_mm` is the standard deviation, at the isocentre, of where each view has leak and outline.
    """

    angle_deg: float = 0.0
    isocentre_mm: float = 0.0
    pointing_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """Errors, mm, of a position from the isocentre and from the bone, and those that were stated.

    `gap_stated_mm` and `gap_fitted_mm` are by how much the rays to the leak miss each other, as the machine
    states its poses and as they are fitted to the bone.
    """

    isocentre_mm: float
    isocentre_stated_mm: float
    bone_mm: float
    bone_stated_mm: float
    gap_stated_mm: float
    gap_fitted_mm: float


OFFS = (
    Off(),
    Off(pointing_mm=0.5),
    Off(angle_deg=3.0, isocentre_mm=5.0),
    Off(angle_deg=3.0, isocentre_mm=5.0, pointing_mm=0.5),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.perturbed", description=__doc__)
    parser.add_argument("--leaks", type=int, default=2000, help="how many are placed for each row")
    parser.add_argument("--seed", type=int, default=3700)
    options = parser.parse_args(arguments)
    print(table(OFFS, options.leaks, options.seed))
    return 0


def table(offs: Sequence[Off], leaks: int, seed: int) -> str:
    """Write a row for each `Off`."""
    head = (
        "angles off by up to",
        "isocentre by up to",
        "pointing",
        "joined",
        "position from",
        "median",
        "p90",
        "within stated",
        "rays miss by: as stated",
        "fitted",
    )
    rows = []
    for off in offs:
        tried = [place(off, np.random.default_rng([seed, number])) for number in range(leaks)]
        placed = [one for one in tried if one is not None]
        facts = (f"{off.angle_deg:g}°", f"{off.isocentre_mm:g} mm", f"{off.pointing_mm:g} mm")
        joined = f"{len(placed)}/{leaks}"
        gaps = [
            _two([one.gap_stated_mm for one in placed]),
            _two([one.gap_fitted_mm for one in placed]),
        ]
        for name, errors, stated in (
            ("isocentre", [one.isocentre_mm for one in placed], [one.isocentre_stated_mm for one in placed]),
            ("bone", [one.bone_mm for one in placed], [one.bone_stated_mm for one in placed]),
        ):
            middle, high = np.percentile(errors, (50, 90))
            within = np.mean(np.array(errors) <= np.array(stated))
            rows.append(
                (*facts, joined, name, f"{middle:.1f} mm", f"{high:.1f} mm", f"{100 * within:.0f}%", *gaps)
            )
    return table_text(head, rows)


def _two(gaps_mm: Sequence[float]) -> str:
    middle, high = np.percentile(gaps_mm, (50, 90))
    return f"{middle:.1f} mm, p90 {high:.1f} mm"


def place(off: Off, rng: np.random.Generator) -> Placed | None:
    """Draw a bone, a leak and a machine that is off, and place the leak; None where views are not joined."""
    centre = rng.normal(0, 10, 3)
    away = _beside(rng)
    shift = _within(off.isocentre_mm, rng)
    views = []
    for plane, primary_deg, isocentre in ((Plane.A, 0.0, np.zeros(3)), (Plane.B, 90.0, shift)):
        angles = primary_deg + rng.normal(0, 8), rng.normal(0, 8)
        stated = CArm(*angles, 1100.0, 720.0, (_IMAGER_MM, _IMAGER_MM))
        real = replace(
            stated,
            primary_deg=angles[0] + rng.uniform(-1, 1) * off.angle_deg,
            secondary_deg=angles[1] + rng.uniform(-1, 1) * off.angle_deg,
        )
        views.append(_seen(plane, stated, real, centre + isocentre, away, off.pointing_mm, rng))
    rays = [(one.run, one.summary.events[0].centroid_xy_px, 0.0) for one in views]
    as_stated = triangulate(*rays[0], *rays[1])
    (case,) = merge_cases(views, ViewsConfig(max_ray_gap_mm=_NEVER))
    (fit,), (scene,) = case.fits, case.scenes
    if not fit.fits:
        return None
    (leak,) = case.leaks
    relative = from_bone(leak, scene, (views[0], views[1]))
    if leak.at_rest is None or isinstance(relative, str):
        msg = f"a leak that both views see has no place: {leak.position_reason or relative}"
        raise RuntimeError(msg)
    return Placed(
        float(np.linalg.norm(np.subtract(leak.at_rest.mm_lps, centre + away))),
        leak.at_rest.error_mm,
        float(np.linalg.norm(np.subtract(relative.mm_lps, away))),
        relative.error_mm,
        as_stated.gap_mm,
        leak.at_rest.gap_mm,
    )


def _beside(rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw a place beside the box, from its middle."""
    way = rng.standard_normal(3)
    way /= np.linalg.norm(way)
    surface = float(np.min(_HALF_MM / np.maximum(np.abs(way), 1e-9)))
    return np.asarray(way * (surface + rng.uniform(_NEAREST_MM, _FARTHEST_MM)), np.float64)


def _within(radius_mm: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw a place in a ball."""
    way = rng.standard_normal(3)
    return np.asarray(radius_mm * np.cbrt(rng.random()) * way / np.linalg.norm(way), np.float64)


def _seen(
    plane: Plane,
    stated: CArm,
    real: CArm,
    centre_lps: NDArray[np.float64],
    away_mm: NDArray[np.float64],
    pointing_mm: float,
    rng: np.random.Generator,
) -> AnalysedRun:
    """Give what one view is said to have seen, by a machine that states one geometry and has another."""
    pixel_mm = (stated.pixel_mm or (1.0, 1.0))[0]
    corners = xy_px_from_lps(centre_lps + _CORNERS * _HALF_MM, real, _SIDE_PX, _SIDE_PX)
    corners = corners + rng.normal(0, pointing_mm / pixel_mm, 2)
    polygon = corners[ConvexHull(corners).vertices]
    x, y = xy_px_from_lps(centre_lps + away_mm, real, _SIDE_PX, _SIDE_PX) + rng.normal(
        0, pointing_mm / pixel_mm, 2
    )
    uid = f"1.2.{plane.value}"
    run = Run(
        paths=(Path(f"{plane.value}.dcm"),),
        sop_instance_uid=uid,
        study_instance_uid="1",
        series_instance_uid="1.2",
        modality="XA",
        plane=plane,
        rows=_SIDE_PX,
        columns=_SIDE_PX,
        times_s=np.arange(4) / 7.5,
        intensity=IntensityChain(Relationship.LOG, 1, False, 10, False, None, Calibration.MONOTONE),
        geometry=stated,
        start=datetime(2000, 1, 1),
    )
    event = _event((float(x), float(y)), round(_AREA_MM2 / pixel_mm**2))
    outline = Outline(uid, 0, Site.VERTEBRA, "bone", polygon)
    return AnalysedRun(run, (outline,), RunSummary((event,)), 4, State.ALARM, 2, 2 / 7.5, 0)


def _event(at_xy_px: tuple[float, float], area_px: int) -> LeakEvent:
    return LeakEvent(
        id=1,
        onset_frame=2,
        onset_time_s=2 / 7.5,
        alarm_frame=2,
        alarm_time_s=2 / 7.5,
        centroid_xy_px=at_xy_px,
        direction_deg=0.0,
        frames=(2, 3),
        area_px=(area_px, area_px),
        centroids_xy_px=(at_xy_px, at_xy_px),
        region=None,
        compartment=None,
        compartment_reason="",
        yeom=None,
        yeom_reason="",
        confidence=1.0,
        evidence=1.0,
        threshold=1.0,
        at_rest_xy_px=(at_xy_px, at_xy_px),
    )


if __name__ == "__main__":
    sys.exit(main())
