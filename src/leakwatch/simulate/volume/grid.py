"""A regular box of samples in patient space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class VoxelGrid:
    """Values on a regular grid.

    Attributes
    ----------
    origin_mm
        Centre of voxel (0, 0, 0): LPS mm, isocentre origin.
    voxel_mm
        Edge of the cubic voxels.
    values
        (nx, ny, nz) float32; index order is left, posterior, head.
    """

    origin_mm: tuple[float, float, float]
    voxel_mm: float
    values: NDArray[np.float32]

    def points_mm(self, index: NDArray[np.int64]) -> NDArray[np.float64]:
        """Centres of voxels: index (n, 3) -> (n, 3) LPS mm."""
        points: NDArray[np.float64] = np.asarray(self.origin_mm) + self.voxel_mm * index
        return points

    def index_of(self, point_mm: tuple[float, float, float]) -> tuple[int, int, int]:
        """Voxel nearest to a point, kept inside the box."""
        nearest = np.rint((np.asarray(point_mm) - np.asarray(self.origin_mm)) / self.voxel_mm).astype(int)
        i, j, k = (int(np.clip(n, 0, size - 1)) for n, size in zip(nearest, self.values.shape, strict=True))
        return i, j, k


def empty_grid(
    low_mm: tuple[float, float, float], high_mm: tuple[float, float, float], voxel_mm: float
) -> VoxelGrid:
    """Make a grid of zeros whose outermost voxel centres reach from `low_mm` to at least `high_mm`."""
    span = np.asarray(high_mm) - np.asarray(low_mm)
    nx, ny, nz = (int(n) for n in np.ceil(span / voxel_mm).astype(int) + 1)
    return VoxelGrid(low_mm, voxel_mm, np.zeros((nx, ny, nz), np.float32))


def open_axes_mm(
    grid: VoxelGrid,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Coordinates along the axes, shaped (nx, 1, 1), (1, ny, 1) and (1, 1, nz), so that they broadcast."""
    x, y, z = (
        (low + grid.voxel_mm * np.arange(size)).astype(np.float32)
        for low, size in zip(grid.origin_mm, grid.values.shape, strict=True)
    )
    return x[:, None, None], y[None, :, None], z[None, None, :]


Window = tuple[slice, slice, slice]


def window_between(
    grid: VoxelGrid, low_mm: tuple[float, float, float], high_mm: tuple[float, float, float]
) -> Window:
    """Slices of the voxels between two corners, kept inside the box; at least one voxel each way."""
    first, last = grid.index_of(low_mm), grid.index_of(high_mm)
    x, y, z = (slice(a, b + 1) for a, b in zip(first, last, strict=True))
    return x, y, z


def cut(grid: VoxelGrid, window: Window) -> VoxelGrid:
    """Give a part of a grid; a view, not a copy."""
    x, y, z = (low + grid.voxel_mm * part.start for low, part in zip(grid.origin_mm, window, strict=True))
    return VoxelGrid((x, y, z), grid.voxel_mm, grid.values[window])
