"""The room that cement finds behind a hole in the wall, as a medium it can fill."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.patient import Exit
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import capsule
from leakwatch.simulate.volume.texture import smooth_noise
from leakwatch.simulate.volume.triple import triple

_VOXEL_MM = 0.5
_UNEVEN_MM = 1.5
_UNEVENNESS = 0.6
_MOUTH_MM = 1.2
_MOUTH_RESISTANCE = 0.5
_BONE = 0.4


def leak_space(way_out: Exit, outer: VoxelGrid, rng: np.random.Generator) -> VoxelGrid:
    """Resistance outside the bone round an exit; not finite where this kind of leak does not go.

    Parameters
    ----------
    outer
        Occupancy of all bone, which is closed.
    """
    centre = np.asarray(way_out.outside_mm)
    voxel_mm = min(outer.voxel_mm, _VOXEL_MM)
    grid = empty_grid(triple(centre - way_out.reach_mm), triple(centre + way_out.reach_mm), voxel_mm)
    x, y, z = open_axes_mm(grid)
    uneven = smooth_noise(rng, grid.values.shape, (_UNEVEN_MM / grid.voxel_mm,) * 3)
    resistance = np.exp(np.float32(_UNEVENNESS) * uneven) * way_out.room(x, y, z)
    mouth = capsule(x, y, z, way_out.wall_mm, way_out.outside_mm, _MOUTH_MM) < 0
    resistance = np.where(mouth, np.float32(_MOUTH_RESISTANCE), resistance)
    resistance[_occupancy_at(grid, outer) > _BONE] = np.inf
    # The seed must be free even where the wall is uneven.
    resistance[grid.index_of(way_out.outside_mm)] = _MOUTH_RESISTANCE
    return VoxelGrid(grid.origin_mm, grid.voxel_mm, np.asarray(resistance, np.float32))


def _occupancy_at(grid: VoxelGrid, outer: VoxelGrid) -> NDArray[np.float32]:
    """Occupancy of bone at the voxels of another grid."""
    start = (np.asarray(grid.origin_mm) - outer.origin_mm) / outer.voxel_mm
    ratio = np.full(3, grid.voxel_mm / outer.voxel_mm)
    laid = ndimage.affine_transform(
        outer.values, ratio, start, output_shape=grid.values.shape, order=1, cval=0.0
    )
    return np.asarray(laid, np.float32)
