"""Laying solids, turned and moved, into a grid, each only where it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.parts import Part
from leakwatch.simulate.volume.grid import VoxelGrid, open_axes_mm
from leakwatch.simulate.volume.solids import Field, occupancy
from leakwatch.simulate.volume.triple import Triple

Window = tuple[slice, slice, slice]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a bone's own axes lie: patient point = `turn` (3, 3) times own point + `place_mm` (3,)."""

    turn: NDArray[np.float64]
    place_mm: NDArray[np.float64]

    def points_mm(self, own_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Patient LPS mm of own points (..., 3)."""
        points: NDArray[np.float64] = own_mm @ self.turn.T + self.place_mm
        return points


def turned(about_left_deg: float, about_back_deg: float, about_head_deg: float) -> NDArray[np.float64]:
    """Rotation (3, 3): about the head axis first, then the posterior, then the left one; right-handed."""
    a, b, c = np.deg2rad([about_left_deg, about_back_deg, about_head_deg])
    left = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    back = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    head = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    turn: NDArray[np.float64] = left @ back @ head
    return turn


def window_of(grid: VoxelGrid, box_mm: tuple[Triple, Triple], placement: Placement) -> Window | None:
    """Part of a grid that a box in own axes can fall into; None where it falls outside."""
    low, high = np.array(box_mm) + np.array([[-1.0], [1.0]]) * (1 + grid.voxel_mm)
    corners = np.array(
        [[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])]
    )
    reach = placement.points_mm(corners)
    first = np.floor((reach.min(0) - grid.origin_mm) / grid.voxel_mm).astype(int)
    last = np.ceil((reach.max(0) - grid.origin_mm) / grid.voxel_mm).astype(int) + 1
    first, last = np.maximum(first, 0), np.minimum(last, grid.values.shape)
    if np.any(last <= first):
        return None
    i, j, k = (slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    return i, j, k


def own_axes_mm(grid: VoxelGrid, window: Window, placement: Placement) -> tuple[Field, Field, Field]:
    """Coordinates in own axes of the voxels of a window, each of the window's shape."""
    x, y, z = open_axes_mm(grid)
    px, py, pz = (
        axis - np.float32(place)
        for axis, place in zip(
            (x[window[0]], y[:, window[1]], z[:, :, window[2]]), placement.place_mm, strict=True
        )
    )
    turn = placement.turn.astype(np.float32)
    u, v, w = (turn[0, n] * px + turn[1, n] * py + turn[2, n] * pz for n in range(3))
    return u, v, w


def lay_part(
    outer: VoxelGrid, core: VoxelGrid, part: Part, placement: Placement, uneven: NDArray[np.float32]
) -> None:
    """Add a part to occupancies, by the greater, in place.

    Parameters
    ----------
    outer, core
        On one grid: all of the bone, and what lies within its cortex.
    uneven
        Displacement of surfaces, mm, on the same grid.
    """
    window = window_of(outer, part.box_mm, placement)
    if window is None:
        return
    distance = part.distance_mm(*own_axes_mm(outer, window, placement)) + uneven[window]
    lay(outer, window, distance)
    lay(core, window, distance + np.float32(part.cortex_mm))


def lay(grid: VoxelGrid, window: Window, distance_mm: Field) -> None:
    """Add what a signed distance encloses to an occupancy, by the greater, in place."""
    target = grid.values[window]
    np.maximum(target, occupancy(distance_mm, grid.voxel_mm), out=target)
