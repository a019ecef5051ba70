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
from leakwatch.simulate.volume.triple import Triple, triple

_SHAFT_MM = 105.0
_STEP_MM = 0.5
_LONGEST_MM = 90.0
_SOLID = 0.9
_PEDICLE_MM = (2.0, 10.0)
"""Behind the body's back wall."""
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
        The tip asked for lies outside the space that cement can fill, or no way in is found.
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
    depth = _depth_of(bone)
    back_mm = _back_wall_mm(treated)
    best, along = 0.0, None
    for aside in np.deg2rad(np.arange(2.0, 42.0, 2.0)):
        for up in np.deg2rad(np.arange(-30.0, 50.0, 2.0)):
            way = np.array([side * np.sin(aside) * np.cos(up), np.cos(aside) * np.cos(up), np.sin(up)])
            start, end = ((back_mm - tip[1] + beyond) / way[1] for beyond in _PEDICLE_MM)
            path = tip + np.arange(0.0, end, _STEP_MM)[:, None] * way
            # Wide all through the pedicle; and in bone all the way there.
            margin = occupancy_at(depth, path)
            clear = float(margin[int(start / _STEP_MM) :].min())
            if margin.min() > 0.3 and clear > best:
                best, along = clear, way
    if along is None:
        msg = "no way through a pedicle was found; name anatomy.tip_mm and anatomy.entry_mm"
        raise ValueError(msg)
    return along


def _longest_way(bone: VoxelGrid, tip: NDArray[np.float64], side: float) -> NDArray[np.float64]:
    ways = [
        np.array([side * np.sin(aside) * np.cos(up), np.cos(aside) * np.cos(up), np.sin(up)])
        for aside in np.deg2rad(np.arange(-10.0, 100.0, 5.0))
        for up in np.deg2rad(np.arange(-50.0, 51.0, 5.0))
    ]
    return max(ways, key=lambda way: _length_in_bone(bone, tip, way))


def _length_in_bone(bone: VoxelGrid, tip: NDArray[np.float64], along: NDArray[np.float64]) -> float:
    """How far from the tip the needle leaves bone for the first time, mm."""
    reach = np.arange(0.0, _LONGEST_MM, _STEP_MM)
    free = occupancy_at(bone, tip + reach[:, None] * along) < 0.5
    return float(reach[max(1, int(np.argmax(free)) - 1)]) if free.any() else _LONGEST_MM


def _depth_of(bone: VoxelGrid) -> VoxelGrid:
    """Distance to the bone's surface from within, mm."""
    depth = ndimage.distance_transform_edt(bone.values > 0.5) * bone.voxel_mm
    return replace(bone, values=np.asarray(depth, np.float32))


def _back_wall_mm(treated: VoxelGrid) -> float:
    """LPS y of the back wall at mid-height of the body, in the midline."""
    middle: Triple = extent_of(treated).middle_mm
    i, _, k = treated.index_of(middle)
    column = np.flatnonzero(treated.values[i, :, k] > 0.5)
    return treated.origin_mm[1] + treated.voxel_mm * float(column[-1])
