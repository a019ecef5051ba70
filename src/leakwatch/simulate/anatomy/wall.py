"""Finding a bone's wall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import Triple, triple

_STEP_MM = 0.25
_BEYOND_MM = 1.0


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
    index = (path - bone.origin_mm) / bone.voxel_mm
    occupied = ndimage.map_coordinates(bone.values, index.T, order=1, cval=0.0)
    within = np.flatnonzero(occupied > 0.5)
    if len(within) == 0:
        msg = "there is no bone where cement should leave it"
        raise ValueError(msg)
    wall = path[within[-1]]
    return triple(wall), triple(wall + _BEYOND_MM * unit)
