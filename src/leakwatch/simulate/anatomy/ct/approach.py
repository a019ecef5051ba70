"""A needle's way into a bone known only by its form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.extent import extent_of
from leakwatch.simulate.anatomy.patient import Approach
from leakwatch.simulate.anatomy.wall import occupancy_at
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import triple

_SHAFT_MM = 105.0
_STEP_MM = 0.5
_LONGEST_MM = 90.0
_SOLID = 0.9
_PEDICLE_MM = (10.0, 7.0, 4.0)
"""From the body's back wall to behind the pedicle's waist; a low body's pedicle is short."""
_LEAST_MARGIN_MM = 0.3
# In front of the middle, and on the needle's side of it, as parts of the body's depth and width.
_TIP_AHEAD, _TIP_ASIDE = 0.12, 0.12


def find_approach(section: CtSection, bone: VoxelGrid, treated: VoxelGrid, core: VoxelGrid) -> Approach:
    """Find tip and direction, unless the section names them.

    Into a vertebra the needle goes through the pedicle on `needle_side`: of a fan of directions from
    the tip backwards, the one that keeps farthest from the pedicle's surface. Into another bone it
    goes from that side and behind, where most bone lies along it.

    Parameters
    ----------
    bone, treated, core
        Occupancy of the whole bone, the part of it that is treated, and the space within its cortex;
        the treated bone's centre is at `section.centre_mm`.

    Raises
    ------
    ValueError
        The tip asked for lies outside the space that cement can fill.
    """
    tip = _tip(section, treated, core)
    if section.entry_mm is not None:
        entry = np.add(section.centre_mm, section.entry_mm)
        along = (entry - tip) / max(float(np.linalg.norm(entry - tip)), 1e-6)
        return Approach(triple(tip), triple(entry), triple(tip + _SHAFT_MM * along))
    side = 1.0 if section.needle_side == "left" else -1.0
    if section.site == "vertebra":
        along = _through_pedicle(bone, treated, tip, side)
    else:
        along = _longest_way(bone, tip, side)
    length = _length_in_bone(bone, tip, along)
    return Approach(triple(tip), triple(tip + length * along), triple(tip + _SHAFT_MM * along))


def _tip(section: CtSection, treated: VoxelGrid, core: VoxelGrid) -> NDArray[np.float64]:
    if section.tip_mm is not None:
        tip = np.add(section.centre_mm, section.tip_mm)
        if occupancy_at(core, tip[None])[0] < 0.5:
            msg = f"anatomy.tip_mm {section.tip_mm} lies outside the treated bone's marrow"
            raise ValueError(msg)
        return tip
    extent = extent_of(treated)
    wish = np.array(extent.middle_mm)
    if section.site == "vertebra":
        side = 1.0 if section.needle_side == "left" else -1.0
        wish += [side * _TIP_ASIDE * extent.size_mm[0], -_TIP_AHEAD * extent.size_mm[1], 0.0]
    # The deepest place near there.
    depth = ndimage.distance_transform_edt(core.values > _SOLID) * core.voxel_mm
    if not depth.any():
        msg = "the treated bone leaves no room for the needle's tip"
        raise ValueError(msg)
    index = np.argwhere(depth > 0)
    places = core.points_mm(index)
    worth = np.minimum(depth[tuple(index.T)], 5.0) - 0.5 * np.linalg.norm(places - wish, axis=1)
    return np.asarray(places[int(np.argmax(worth))], np.float64)


def _through_pedicle(
    bone: VoxelGrid, treated: VoxelGrid, tip: NDArray[np.float64], side: float
) -> NDArray[np.float64]:
    """Direction (3,) that stays in bone for most of `_PEDICLE_MM` behind the body, and deepest in it."""
    depth = _depth_of(bone)
    ways = _fan(side, np.arange(2.0, 56.0, 2.0), np.arange(-40.0, 56.0, 2.0))
    return max(ways, key=lambda way: _passage(depth, treated, tip, way))


def _passage(
    depth: VoxelGrid, treated: VoxelGrid, tip: NDArray[np.float64], way: NDArray[np.float64]
) -> tuple[float, float]:
    """How much of the pedicle's length stays in bone, mm, and the least depth in it there, mm."""
    path = tip + np.arange(0.0, _LONGEST_MM, _STEP_MM)[:, None] * way
    leaves = int(np.argmax(occupancy_at(treated, path) < 0.5))
    margin = occupancy_at(depth, path[: leaves + int(_PEDICLE_MM[0] / _STEP_MM)])
    free = np.flatnonzero(margin < _LEAST_MARGIN_MM)
    through_mm = ((int(free[0]) if len(free) else len(margin)) - leaves) * _STEP_MM
    length_mm = next((mm for mm in _PEDICLE_MM if through_mm >= mm), 0.0)
    within = margin[leaves : leaves + int(length_mm / _STEP_MM)]
    return length_mm, float(within.min()) if len(within) else through_mm


def _longest_way(bone: VoxelGrid, tip: NDArray[np.float64], side: float) -> NDArray[np.float64]:
    ways = _fan(side, np.arange(-10.0, 100.0, 5.0), np.arange(-50.0, 51.0, 5.0))
    return max(ways, key=lambda way: _length_in_bone(bone, tip, way))


def _fan(
    side: float, aside_deg: NDArray[np.float64], up_deg: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Directions backwards, turned aside and up."""
    return [
        np.array([side * np.sin(aside) * np.cos(up), np.cos(aside) * np.cos(up), np.sin(up)])
        for aside in np.deg2rad(aside_deg)
        for up in np.deg2rad(up_deg)
    ]


def _length_in_bone(bone: VoxelGrid, tip: NDArray[np.float64], along: NDArray[np.float64]) -> float:
    """How far from the tip the needle leaves bone for the first time, mm."""
    reach = np.arange(0.0, _LONGEST_MM, _STEP_MM)
    free = occupancy_at(bone, tip + reach[:, None] * along) < 0.5
    return float(reach[max(1, int(np.argmax(free)) - 1)]) if free.any() else _LONGEST_MM


def _depth_of(bone: VoxelGrid) -> VoxelGrid:
    """Distance to the bone's surface from within, mm."""
    depth = ndimage.distance_transform_edt(bone.values > 0.5) * bone.voxel_mm
    return replace(bone, values=np.asarray(depth, np.float32))
