"""Veins that drain a vertebral body: segmental veins round its waist, and the plexus in the canal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.extent import Extent, extent_of
from leakwatch.simulate.anatomy.patient import Vein
from leakwatch.simulate.anatomy.tubes import dense_path
from leakwatch.simulate.anatomy.wall import occupancy_at, walk_out
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import Triple, triple

SEGMENTAL_MM = 1.3
EPIDURAL_MM = 1.5
# The right vein goes round the front to the vena cava, the left one up beside the spine; degrees from the
# side (0) to the front (90), and how far off the wall.
_RIGHT_COURSE = ((56.0, 1.0), (64.0, 2.8), (72.0, 4.5))
_LEFT_COURSE = ((14.0, 1.0), (10.0, 3.2), (5.0, 4.6))
# The inferior vena cava lies in front of the body's right half.
_CAVA_ASIDE_MM = -12.0
_CAVA_AHEAD_MM = 8.0
_ASIDE_MM = 2.5
_GAP_MM = 2.2
_FURTHEST_MM = 9.0
_STEP_MM = 4.0
# The columns of the plexus come nearest to the midline behind the middle of the body.
_COLUMN_ASIDE_MM = (4.5, 8.0)
_SCAN_MM = 0.25
_FREE = 0.1


def spine_veins(outer: VoxelGrid, body: VoxelGrid, half_mm: float) -> tuple[Vein, ...]:
    """Lay the veins: left and right segmental, then the four limbs of the epidural plexus.

    Parameters
    ----------
    half_mm
        How far from the treated body they have to reach to leave the picture.
    """
    extent = extent_of(body)
    segmental = (segmental_vein(outer, body, extent, side, half_mm) for side in (1.0, -1.0))
    limbs = (
        epidural_limb(outer, body, extent, side, way, half_mm) for side in (1.0, -1.0) for way in (1.0, -1.0)
    )
    return (
        *(Vein(path, SEGMENTAL_MM) for path in segmental),
        *(Vein(path, EPIDURAL_MM) for path in limbs),
    )


def segmental_vein(
    outer: VoxelGrid, body: VoxelGrid, extent: Extent, side: float, half_mm: float
) -> NDArray[np.float64]:
    """Course (n, 3) LPS mm from a hole in the wall off the waist, and headwards out of the picture.

    The left one joins the ascending lumbar vein beside the bodies, the right one the vena cava before them.

    Parameters
    ----------
    side
        +1 the left one, -1 the right one.
    """
    corners: list[Triple] = []
    for angle_deg, off_mm in _LEFT_COURSE if side > 0 else _RIGHT_COURSE:
        angle = np.deg2rad(angle_deg)
        outwards = np.array([side * np.cos(angle), -np.sin(angle), 0.0])
        wall, _ = walk_out(body, extent.middle_mm, outwards)
        corners.append(triple(np.asarray(wall) + off_mm * outwards))
    if side > 0:
        base, outwards = np.array([extent.high_mm[0] + _ASIDE_MM, corners[-1][1], 0.0]), np.array([1.0, 0, 0])
    else:
        base = np.array([extent.middle_mm[0] + _CAVA_ASIDE_MM, extent.low_mm[1] - _CAVA_AHEAD_MM, 0.0])
        outwards = np.array([0.0, -1.0, 0.0])
    for rise in np.arange(5.0, half_mm + 40.0, _STEP_MM):
        place = base + np.array([0.0, 0.0, extent.middle_mm[2] + rise])
        corners.append(triple(_beyond_bone(outer, place, outwards, _GAP_MM)))
    return dense_path(corners)


def epidural_limb(
    outer: VoxelGrid, body: VoxelGrid, extent: Extent, side: float, way: float, half_mm: float
) -> NDArray[np.float64]:
    """One limb of the H behind the body: from the basivertebral hole aside, then up or down its column.

    Parameters
    ----------
    side, way
        +1 left and headwards, -1 right and footwards.
    """
    x, _, z = extent.middle_mm
    wall, outside = walk_out(body, extent.middle_mm, np.array([0.0, 1.0, 0.0]))
    pitch_mm = extent.size_mm[2] + 9.0
    corners = [outside]
    for rise in np.arange(0.0, half_mm, _STEP_MM):
        near, far = _COLUMN_ASIDE_MM
        aside = near + (far - near) * 0.5 * (1 - np.cos(2 * np.pi * rise / pitch_mm))
        place_x, place_z = x + side * aside, z + way * rise
        place = np.array([place_x, wall[1], place_z])
        corners.append(triple(_beyond_bone(outer, place, np.array([0.0, 1.0, 0.0]), EPIDURAL_MM)))
    return dense_path(corners)


def _beyond_bone(
    outer: VoxelGrid, place_mm: NDArray[np.float64], outwards: NDArray[np.float64], gap_mm: float
) -> NDArray[np.float64]:
    """Move a point outwards until it lies `gap_mm` clear of bone or, where there is none, of where it was."""
    off = np.arange(_FURTHEST_MM, 0.0, -_SCAN_MM)
    bone = occupancy_at(outer, place_mm + off[:, None] * outwards) > _FREE
    last = float(off[int(np.argmax(bone))]) if bone.any() else 0.0
    moved: NDArray[np.float64] = place_mm + (last + gap_mm) * outwards
    return moved
