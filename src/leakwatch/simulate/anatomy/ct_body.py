"""A vertebral body told from its arch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.volume.grid import VoxelGrid, open_axes_mm
from leakwatch.simulate.volume.solids import occupancy

_LEAST_CANAL_MM2 = 20.0
_LEAST_CANAL_MM = 3.0
_STEEPEST = 0.8
# Where no slice shows a closed ring: a lumbar body takes this part of the vertebra's depth.
_BODY_PART = 0.43
# The back wall is hollow; a cut at the canal's foremost points would take its rims off.
_RIM_MM = 1.0


def vertebral_body(vertebra: VoxelGrid) -> VoxelGrid:
    """Cut a whole vertebra's occupancy down to its body: what lies in front of the spinal canal.

    The canal is the largest hole that axial slices show enclosed by bone. A straight line through its
    front in those slices, against height, is where the cut goes, tilted as the vertebra is.
    """
    solid = vertebra.values > 0.5
    z = np.asarray(vertebra.origin_mm[2] + vertebra.voxel_mm * np.arange(solid.shape[2]), np.float64)
    slope, at_zero = _canal_front(vertebra, solid, z)
    _, y, _ = open_axes_mm(vertebra)
    behind = y - (slope * z + at_zero + _RIM_MM).astype(np.float32)
    values = vertebra.values * occupancy(np.asarray(behind, np.float32), vertebra.voxel_mm)
    return replace(vertebra, values=largest_part(np.asarray(values, np.float32)))


def largest_part(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Keep the largest connected part of an occupancy."""
    parts, count = ndimage.label(values > 0.5)
    if count < 2:
        return values
    sizes = np.bincount(parts.ravel())
    keep = ndimage.binary_dilation(parts == 1 + int(np.argmax(sizes[1:])))
    return np.asarray(np.where(keep, values, 0), np.float32)


def _canal_front(
    vertebra: VoxelGrid, solid: NDArray[np.bool_], z: NDArray[np.float64]
) -> tuple[float, float]:
    """Slope and offset of the LPS y at which the canal begins, against z in mm."""
    holes = np.zeros_like(solid)
    for k in range(solid.shape[2]):
        holes[:, :, k] = ndimage.binary_fill_holes(solid[:, :, k]) & ~solid[:, :, k]
    parts, count = ndimage.label(holes)
    canal = parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:])) if count else holes
    shown = np.flatnonzero(canal.sum(axis=(0, 1)) * vertebra.voxel_mm**2 >= _LEAST_CANAL_MM2)
    if len(shown) * vertebra.voxel_mm < _LEAST_CANAL_MM:
        depth = np.flatnonzero(solid.any(axis=(0, 2)))
        cut = depth[0] + _BODY_PART * (depth[-1] - depth[0])
        return 0.0, float(vertebra.origin_mm[1] + vertebra.voxel_mm * cut)
    first = canal[:, :, shown].any(axis=0).argmax(axis=0)
    front = vertebra.origin_mm[1] + vertebra.voxel_mm * first
    slope = float(np.clip(np.polyfit(z[shown], front, 1)[0], -_STEEPEST, _STEEPEST))
    return slope, float(np.median(front - slope * z[shown]))
