"""Cement spreading through a heterogeneous medium: which place fills when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.injection.schedule import Schedule
from leakwatch.simulate.volume.grid import VoxelGrid

# ITK says "not reached" by half the largest number of its pixel type.
_NEVER = 1e18


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
    flat = _front(resistance, seed_mm).ravel()
    candidates = np.flatnonzero(np.isfinite(flat))
    if len(candidates) < wanted:
        msg = (
            f"{wanted * per_voxel_ul:.0f} µl of cement do not fit into the "
            f"{len(candidates) * per_voxel_ul:.0f} µl of the space given"
        )
        raise ValueError(msg)
    order = candidates[np.argsort(flat[candidates], kind="stable")[:wanted]]
    index = np.stack(np.unravel_index(order, resistance.values.shape), axis=-1)
    volumes = np.full(wanted, per_voxel_ul)
    return Spread(
        resistance.points_mm(index), volumes, schedule.times_s(np.cumsum(volumes)), resistance.voxel_mm
    )


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
