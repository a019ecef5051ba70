"""Finding a bone's wall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import Triple, triple

_STEP_MM = 0.25
_BEYOND_MM = 1.0
# Straight first, then a little aside, up and down.
_TURNS_DEG = tuple((a, b) for b in (0.0, -10.0, 10.0) for a in (0.0, 8.0, -8.0, 16.0, -16.0, 24.0, -24.0))
_FURTHER_MM = (1.0, 1.5, 2.0, 2.5, 3.0)
_FREE = 0.2
_ROUND_MM = 0.6 * np.array([[0, 0, 0], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])


def walk_out(
    bone: VoxelGrid, start_mm: Triple, direction: NDArray[np.float64], longest_mm: float = 60.0
) -> tuple[Triple, Triple]:
    """Walk from a point in a bone until the last of it is behind.

    Returns
    -------
    wall, outside
        Last point within the bone and a point 1 mm further on; LPS mm.

    Raises
    ------
    ValueError
        There is no bone on the way.
    """
    unit = direction / np.linalg.norm(direction)
    path = np.asarray(start_mm) + np.arange(0.0, longest_mm, _STEP_MM)[:, None] * unit
    within = np.flatnonzero(occupancy_at(bone, path) > 0.5)
    if len(within) == 0:
        msg = "there is no bone where cement should leave it"
        raise ValueError(msg)
    wall = path[within[-1]]
    return triple(wall), triple(wall + _BEYOND_MM * unit)


def occupancy_at(bone: VoxelGrid, points_mm: NDArray[np.float64]) -> NDArray[np.float32]:
    """Occupancy at points (n, 3) LPS mm, (n,); 0 outside the grid."""
    index = (points_mm - np.asarray(bone.origin_mm)) / bone.voxel_mm
    return np.asarray(ndimage.map_coordinates(bone.values, index.T, order=1, cval=0.0), np.float32)


def is_free(outer: VoxelGrid, point_mm: NDArray[np.float64]) -> bool:
    """Whether a point (3,) LPS mm, and a little round it, has no bone."""
    return bool(occupancy_at(outer, point_mm + _ROUND_MM).max() < _FREE)


def clear_way(
    bone: VoxelGrid, outer: VoxelGrid, start_mm: Triple, direction: NDArray[np.float64]
) -> tuple[Triple, Triple]:
    """`walk_out` of one bone to a point free of all bone, going further out or turning aside if need be.

    Raises
    ------
    ValueError
        All ways within `_TURNS_DEG` of the direction, and `_FURTHER_MM` of the wall, end at bone.
    """
    for about_head, upwards in _TURNS_DEG:
        unit = _turned(direction / np.linalg.norm(direction), about_head, upwards)
        try:
            wall, _ = walk_out(bone, start_mm, unit)
        except ValueError:
            continue
        for further in _FURTHER_MM:
            outside = np.asarray(wall) + further * unit
            if is_free(outer, outside):
                return wall, triple(outside)
    msg = "there is bone wherever cement could leave"
    raise ValueError(msg)


def _turned(unit: NDArray[np.float64], about_head_deg: float, upwards_deg: float) -> NDArray[np.float64]:
    """Turn a direction about the head axis, and lift it towards the head."""
    a, b = np.deg2rad([about_head_deg, upwards_deg])
    x, y = np.cos(a) * unit[0] - np.sin(a) * unit[1], np.sin(a) * unit[0] + np.cos(a) * unit[1]
    lifted = np.array([x * np.cos(b), y * np.cos(b), unit[2] + np.sin(b)])
    turned: NDArray[np.float64] = lifted / np.linalg.norm(lifted)
    return turned
