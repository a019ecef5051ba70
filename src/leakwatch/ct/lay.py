"""Lay a CT on two views, and draw the treated bone in both: or say why that cannot be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.config import Config
from leakwatch.ct.parts import CtParts
from leakwatch.ct.picture import picture_of
from leakwatch.ct.pose import BonePose
from leakwatch.ct.register import DISAGREEMENT_MM, Registration, register
from leakwatch.ct.shape import outline_xy_px, posterior_wall_lps
from leakwatch.errors import InputError
from leakwatch.nouns import Outline, Region, Run, Site
from leakwatch.outline.raster import mask_from_polygon
from leakwatch.simulate.anatomy.extent import extent_of
from leakwatch.simulate.volume.triple import Triple, triple
from leakwatch.views.triangulate import triangulate

MOST_TURNED_DEG = 8.0
"""A patient lies in the scanner about as on the table; a neighbouring level fits only when it is turned."""
MOST_APART_MM = 15.0
"""Two clicks in one bone are two places in it."""


@dataclass(frozen=True, slots=True)
class Click:
    """A point in the treated bone on the first frame of a run."""

    run: Run
    xy_px: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Laid:
    """A CT that has been laid on two views.

    Attributes
    ----------
    outlines
        One per view, with its regions.
    error_mm
        Standard deviation of their edges: what two searches disagree by, and the label map's voxel.
    posterior_wall_mm_lps
        (n, 3) rear edge of a vertebral body, isocentre origin; empty of other bones.
    """

    outlines: tuple[Outline, ...]
    registration: Registration
    error_mm: float
    posterior_wall_mm_lps: NDArray[np.float64]


def lay(parts: CtParts, label: str, clicks: Sequence[Click], config: Config, seed: int = 0) -> Laid:
    """Register a CT's bone on the first frames of two views.

    The search begins with the middle of the treated part where the rays through the clicks come nearest, not
    turned.

    Raises
    ------
    InputError
        There are not two views, they cannot be used, or what was found is not to be trusted: two searches
        ended apart, the bone would lie turned as no patient does, or beside a click.
    """
    if len(clicks) != 2:
        msg = f"a CT is laid on two views, each with a click in the bone; there are {len(clicks)}"
        raise InputError(msg)
    views = [picture_of(click.run, config) for click in clicks]
    start = _start(parts, _crossing(clicks))
    try:
        found = register(parts.bone, views, start, seed)
        drawn = [_drawn(parts, found.pose, click.run) for click in clicks]
    except ValueError as error:
        msg = f"{_names(clicks)}: {error}"
        raise InputError(msg) from error
    _check(found, [polygon for polygon, _ in drawn], clicks)
    error_mm = float(np.hypot(found.in_plane_disagreement_mm, parts.edge_mm))
    outlines = tuple(
        Outline(
            sop_instance_uid=click.run.sop_instance_uid,
            frame=0,
            site=parts.site,
            label=label,
            polygon_xy_px=polygon,
            regions=regions,
            error_mm=(error_mm,) * len(polygon),
        )
        for click, (polygon, regions) in zip(clicks, drawn, strict=True)
    )
    wall = posterior_wall_lps(parts.body, found.pose) if parts.site is Site.VERTEBRA else np.zeros((0, 3))
    return Laid(outlines, found, error_mm, wall)


def turned_deg(pose: BonePose) -> float:
    """Angle by which a bone is turned from how it lay in the scanner."""
    return float(np.linalg.norm(pose.rotation_deg))


def _start(parts: CtParts, clicked_mm: Triple) -> BonePose:
    """Lay the middle of what is treated on a point: that of a whole vertebra lies far behind its body's."""
    centre = np.asarray(parts.bone.centre_mm)
    return BonePose(
        parts.bone.centre_mm, triple(np.asarray(clicked_mm) + centre - extent_of(parts.body).middle_mm)
    )


def _crossing(clicks: Sequence[Click]) -> Triple:
    """Where the rays through two clicks come nearest, LPS mm, isocentre origin."""
    a, b = clicks
    try:
        met = triangulate(a.run, a.xy_px, 0.0, b.run, b.xy_px, 0.0)
    except ValueError as error:
        msg = f"{_names(clicks)}: {error}"
        raise InputError(msg) from error
    if met.gap_mm > MOST_APART_MM:
        msg = (
            f"{_names(clicks)}: the rays through the two points pass {met.gap_mm:.0f} mm apart: not one bone"
        )
        raise InputError(msg)
    return met.mm_lps


def _drawn(parts: CtParts, pose: BonePose, run: Run) -> tuple[NDArray[np.float64], tuple[Region, ...]]:
    polygon = outline_xy_px(parts.body, pose, run.geometry, run.rows, run.columns)
    regions = []
    for name, grid in parts.regions.items():
        try:
            regions.append(Region(name, outline_xy_px(grid, pose, run.geometry, run.rows, run.columns)))
        except ValueError:  # a neighbour need not be in the picture
            continue
    return polygon, tuple(regions)


def _check(found: Registration, polygons: Sequence[NDArray[np.float64]], clicks: Sequence[Click]) -> None:
    if found.disagreement_mm > DISAGREEMENT_MM:
        msg = f"two searches ended {found.disagreement_mm:.1f} mm apart, more than {DISAGREEMENT_MM:g}"
        raise InputError(f"{_names(clicks)}: {msg}")
    turned = turned_deg(found.pose)
    if turned > MOST_TURNED_DEG:
        msg = f"the bone fits only when turned by {turned:.0f} degrees, more than {MOST_TURNED_DEG:g}"
        raise InputError(f"{_names(clicks)}: {msg}; is it the right level?")
    for polygon, click in zip(polygons, clicks, strict=True):
        mask = mask_from_polygon(polygon, (click.run.rows, click.run.columns))
        x, y = (round(value) for value in click.xy_px)
        if not mask[y, x]:
            msg = f"the bone that was found does not hold the point {click.xy_px[0]:g},{click.xy_px[1]:g}"
            raise InputError(f"{click.run.paths[0]}: {msg}")


def _names(clicks: Sequence[Click]) -> str:
    return " and ".join(str(click.run.paths[0]) for click in clicks)
