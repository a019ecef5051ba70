"""Cement spreading through a heterogeneous medium: which place fills when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.injection.schedule import Schedule
from leakwatch.simulate.volume.grid import VoxelGrid, cut, window_between
from leakwatch.simulate.volume.triple import triple

# ITK says "not reached" by half the largest number of its pixel type.
_NEVER = 1e18
# A first guess at how far a front gets: so many radii of the ball its volume would make, and a bit.
_FIRST_REACH, _FIRST_MARGIN_MM = 2.0, 5.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Small volumes of cement in the bone's frame, in the order they fill.

    Attributes
    ----------
    points_mm
        (n, 3) LPS with the bone at rest.
    volumes_ul
        (n,) mm³ each.
    arrival_s
        (n,) on the case's clock, not decreasing.
    edge_mm
        Edge of the cube each volume stands for.
    """

    points_mm: NDArray[np.float64]
    volumes_ul: NDArray[np.float64]
    arrival_s: NDArray[np.float64]
    edge_mm: float

    def filled(self, time_s: float) -> int:
        """How many volumes have filled by `time_s`."""
        return int(np.searchsorted(self.arrival_s, time_s, side="right"))


def nothing(edge_mm: float) -> Spread:
    """No cement at all."""
    return Spread(np.zeros((0, 3)), np.zeros(0), np.zeros(0), edge_mm)


def grow(
    resistance: VoxelGrid,
    seed_mm: tuple[float, float, float],
    share: float,
    schedule: Schedule,
) -> Spread:
    """Fill a medium from a point, the easiest reached place first.

    Arrival follows the least resistance summed along a path, the eikonal front of Darcy flow with
    constant driving pressure, by fast marching (Sethian 1996, in SimpleITK); the clock follows the
    injected volume.

    Parameters
    ----------
    resistance
        Positive per-voxel resistance; not finite where cement cannot go.
    share
        Part of a voxel that fills, 0 to 1.

    Raises
    ------
    ValueError
        The seed lies where cement cannot go, or the space is too small for the volume.
    """
    per_voxel_ul = share * resistance.voxel_mm**3
    wanted = int(np.floor(schedule.total_ul / per_voxel_ul))
    if wanted == 0:
        return nothing(resistance.voxel_mm)
    ball_mm = (wanted * per_voxel_ul / share * 3 / (4 * np.pi)) ** (1 / 3)
    reach_mm = np.full((2, 3), _FIRST_REACH * ball_mm + _FIRST_MARGIN_MM)
    while True:
        near = _near(resistance, seed_mm, reach_mm)
        chosen, available = _first_reached(near, seed_mm, wanted)
        # What fills first is found in a part of the medium just as in all of it, unless it goes up to the
        # part's border: every way to it lies within what fills before it.
        short = _cut_sides(near, resistance)
        if available >= wanted:
            short &= _touched_sides(chosen, near.values.shape)
        if not short.any():
            break
        reach_mm[short] *= 2
    if available < wanted:
        msg = (
            f"{wanted * per_voxel_ul:.0f} µl of cement do not fit into the "
            f"{available * per_voxel_ul:.0f} µl of the space given"
        )
        raise ValueError(msg)
    volumes = np.full(wanted, per_voxel_ul)
    return Spread(near.points_mm(chosen), volumes, schedule.times_s(np.cumsum(volumes)), resistance.voxel_mm)


def _near(
    resistance: VoxelGrid, seed_mm: tuple[float, float, float], reach_mm: NDArray[np.float64]
) -> VoxelGrid:
    """Cut the medium to what lies within reach (2, 3) of the seed, down and up each axis."""
    low, high = np.asarray(seed_mm) - reach_mm[0], np.asarray(seed_mm) + reach_mm[1]
    return cut(resistance, window_between(resistance, triple(low), triple(high)))


def _cut_sides(part: VoxelGrid, whole: VoxelGrid) -> NDArray[np.bool_]:
    """On which sides (2, 3) something of the whole is missing."""
    before = np.subtract(part.origin_mm, whole.origin_mm) / whole.voxel_mm
    after = np.asarray(whole.values.shape) - part.values.shape - before
    return np.stack([before, after]) > 0.5


def _touched_sides(index: NDArray[np.int64], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which sides (2, 3) of a box of this shape the voxels (m, 3) go up to."""
    return np.stack([(index == 0).any(axis=0), (index == np.asarray(shape) - 1).any(axis=0)])


def _first_reached(
    medium: VoxelGrid, seed_mm: tuple[float, float, float], wanted: int
) -> tuple[NDArray[np.int64], int]:
    """Give the indices (m, 3) of the voxels reached first, in order, and how many can be reached."""
    flat = _front(medium, seed_mm).ravel()
    candidates = np.flatnonzero(np.isfinite(flat))
    order = candidates[np.argsort(flat[candidates], kind="stable")[:wanted]]
    index = np.stack(np.unravel_index(order, medium.values.shape), axis=-1)
    return index.astype(np.int64), len(candidates)


def _front(resistance: VoxelGrid, seed_mm: tuple[float, float, float]) -> NDArray[np.float64]:
    """Resistance summed from the seed to each voxel along the easiest way; infinite where none leads."""
    import SimpleITK as sitk

    seed = resistance.index_of(seed_mm)
    if not np.isfinite(resistance.values[seed]):
        msg = "cement cannot start where there is no room for it"
        raise ValueError(msg)
    speed = np.where(np.isfinite(resistance.values), 1 / resistance.values, 0.0)
    # ITK's first index is numpy's last.
    image = sitk.GetImageFromArray(speed.transpose(2, 1, 0).astype(np.float32))
    marched = sitk.FastMarching(image, trialPoints=[seed], normalizationFactor=1.0)
    arrival = sitk.GetArrayFromImage(marched).transpose(2, 1, 0).astype(np.float64)
    return np.where((arrival < _NEVER) & (speed > 0), arrival, np.inf)
