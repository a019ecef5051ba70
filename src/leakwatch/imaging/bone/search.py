"""The search for the treated bone on a run's first frames, before there is cement to cover it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leakwatch.config.imaging import BoneConfig
from leakwatch.imaging.bone.judge import Found, judge
from leakwatch.imaging.bone.look import look
from leakwatch.imaging.bone.network import BoneNetwork, load_bone_network
from leakwatch.imaging.bone.planes import Grid, lay_grid, onto_grid
from leakwatch.imaging.canvas import stored_pixel_mm
from leakwatch.imaging.filters import Image
from leakwatch.nouns import Frame, Outline, Run

_OPEN = 0.5
"""Of the frames so far, in which a pixel must have been open."""
_EVERY_S = 0.2
"""One frame more changes little in a mean, and each look costs as much as several frames."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search that goes on.

    Attributes
    ----------
    total, open_
        Sums over the frames so far, on the grid: attenuation where it was open, and how often it was.
    point_xy_px
        Where somebody clicked on the treated bone, in frame 0; None where nobody did.
    tried_s
        When the network was asked last.
    found
        The outline, once there is one.
    said
        Why there is none yet.
    """

    run: Run
    config: BoneConfig
    network: BoneNetwork
    grid: Grid
    point_xy_px: tuple[float, float] | None
    total: Image
    open_: Image
    frames: int = 0
    tried_s: float = -np.inf
    found: Outline | None = None
    said: str = "no frame showed a picture"


def start_search(run: Run, config: BoneConfig, assumed_width_mm: float) -> Search:
    """Prepare for a run's first frame."""
    pixel = stored_pixel_mm(run, assumed_width_mm)
    grid = lay_grid(run.rows, run.columns, pixel)
    empty = np.zeros((grid.rows, grid.columns), np.float32)
    mine = (None, run.sop_instance_uid)
    point = next(((one.x, one.y) for one in config.points if one.sop_instance_uid in mine), None)
    return Search(run, config, load_bone_network(), grid, point, empty, empty)


def search_on(search: Search, frame: Frame) -> Search:
    """Take in one frame more, and look at their mean if it is time to."""
    open_ = onto_grid(frame.valid.astype(np.float32), search.grid) > 0.99
    seen = onto_grid(np.where(frame.valid, frame.attenuation, np.float32(0)), search.grid)
    search = replace(
        search,
        total=search.total + np.where(open_, seen, np.float32(0)),
        open_=search.open_ + open_.astype(np.float32),
        frames=search.frames + 1,
    )
    shown = search.open_ > _OPEN * search.frames
    if not shown.any() or frame.time_s - search.tried_s < _EVERY_S:
        return search
    search = replace(search, tried_s=frame.time_s)
    mean = np.asarray(search.total / np.maximum(search.open_, np.float32(1)), np.float32)
    click = None
    if search.point_xy_px is not None:
        x, y = search.grid.from_frame(np.array([search.point_xy_px]))[0]
        click = (float(x), float(y))
    found = judge(look(search.network, mean, shown, click))
    said = _why_not(found, search)
    if said or found is None:
        return replace(search, said=said)
    return replace(search, found=_outline(found, search, frame.index), said="")


def _why_not(found: Found | None, search: Search) -> str:
    """Say why what was found is no outline; empty if it is one."""
    if found is None:
        return "nothing in the picture looks like a bone with a needle in it"
    if found.rival and search.point_xy_px is None:
        return "two bones may be the treated one; a point in it (--point) or an outline would tell"
    least = search.config.least_confidence
    if found.confidence < least:
        return f"the outline that was found has a confidence of {found.confidence:.2f}, less than {least:g}"
    return ""


def _outline(found: Found, search: Search, frame: int) -> Outline:
    return Outline(
        sop_instance_uid=search.run.sop_instance_uid,
        frame=frame,
        site=found.site,
        label=found.site.value,
        polygon_xy_px=search.grid.to_frame(found.polygon_xy),
        source="automatic",
        confidence=found.confidence,
        error_mm=tuple(float(value) for value in found.error_mm),
    )
