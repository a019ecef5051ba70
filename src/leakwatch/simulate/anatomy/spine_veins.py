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
_OFF_WALL_MM = 2.2
# Round the waist, from the side (0) to the front (90 degrees); the left one crosses the front.
_RIGHT_TURN_DEG = (12.0, 28.0, 44.0, 60.0, 75.0)
_LEFT_TURN_DEG = (12.0, 30.0, 48.0, 66.0, 84.0, 102.0, 118.0)
# The inferior vena cava lies in front of the body's right half.
_CAVA_ASIDE_MM = -13.0
_CAVA_AHEAD_MM = 9.0
# The columns of the plexus come nearest to the midline behind the middle of the body.
_COLUMN_ASIDE_MM = (4.5, 8.0)
_COLUMN_STEP_MM = 4.0
_CANAL_MM = 9.0
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
    segmental = (segmental_vein(body, extent, side, half_mm) for side in (1.0, -1.0))
    limbs = (
        epidural_limb(outer, body, extent, side, way, half_mm) for side in (1.0, -1.0) for way in (1.0, -1.0)
    )
    return (
        *(Vein(path, SEGMENTAL_MM) for path in segmental),
        *(Vein(path, EPIDURAL_MM) for path in limbs),
    )


def segmental_vein(body: VoxelGrid, extent: Extent, side: float, half_mm: float) -> NDArray[np.float64]:
    """Course (n, 3) LPS mm from a hole in the side wall round the waist to the vena cava, and headwards.

    Parameters
    ----------
    side
        +1 the left one, -1 the right one.
    """
    turn_deg = _LEFT_TURN_DEG if side > 0 else _RIGHT_TURN_DEG
    corners: list[Triple] = []
    for angle in np.deg2rad(turn_deg):
        outwards = np.array([side * np.cos(angle), -np.sin(angle), 0.0])
        wall, _ = walk_out(body, extent.middle_mm, outwards)
        off_mm = _OFF_WALL_MM if corners else 1.0
        corners.append(triple(np.asarray(wall) + off_mm * outwards))
    middle = extent.middle_mm
    cava_x, cava_y = middle[0] + _CAVA_ASIDE_MM, extent.low_mm[1] - _CAVA_AHEAD_MM
    height = middle[2]
    rise = ((cava_x, cava_y, height + 6.0), (cava_x - 1.0, cava_y - 1.5, height + 25.0))
    return dense_path([*corners, *rise, (cava_x - 2.0, cava_y - 5.0, height + half_mm + 40.0)])


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
    for rise in np.arange(0.0, half_mm, _COLUMN_STEP_MM):
        near, far = _COLUMN_ASIDE_MM
        aside = near + (far - near) * 0.5 * (1 - np.cos(2 * np.pi * rise / pitch_mm))
        place_x, place_z = x + side * aside, z + way * rise
        corners.append((place_x, _front_of_canal_mm(outer, place_x, place_z, wall[1]), place_z))
    return dense_path(corners)


def _front_of_canal_mm(outer: VoxelGrid, x: float, z: float, back_mm: float) -> float:
    """LPS y just behind bone or disc, scanning forwards from within the canal."""
    y = np.arange(back_mm + _CANAL_MM, back_mm, -_SCAN_MM)
    bone = occupancy_at(outer, np.stack([np.full_like(y, x), y, np.full_like(y, z)], axis=1)) > _FREE
    first = int(np.argmax(bone)) if bone.any() else len(y) - 1
    return float(y[first] + EPIDURAL_MM)
