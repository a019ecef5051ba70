"""Cement spreading through a heterogeneous medium: which place fills when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from leakwatch.simulate.volume.grid import VoxelGrid


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
    rate_ul_per_s: float,
    start_s: float,
    end_s: float,
) -> Spread:
    """Fill a medium from a point, the easiest reached place first.

    Arrival follows the least resistance summed along a path (the eikonal front of Darcy flow with
    constant driving pressure); the clock follows the injected volume.

    Parameters
    ----------
    resistance
        Positive per-voxel resistance; not finite where cement cannot go.
    share
        Part of a voxel that fills, 0 to 1.
    end_s
        Growth after this is not wanted.

    Raises
    ------
    ValueError
        The seed lies where cement cannot go, or the space is too small for the volume.
    """
    per_voxel_ul = share * resistance.voxel_mm**3
    wanted = int(np.floor(max(0.0, end_s - start_s) * rate_ul_per_s / per_voxel_ul))
    if wanted == 0:
        return nothing(resistance.voxel_mm)
    seed = resistance.index_of(seed_mm)
    if not np.isfinite(resistance.values[seed]):
        msg = "cement cannot start where there is no room for it"
        raise ValueError(msg)
    costs = np.where(np.isfinite(resistance.values), resistance.values, -1.0).astype(np.float64)
    reached, _ = MCP_Geometric(costs).find_costs([seed])
    flat = reached.ravel()
    candidates = np.flatnonzero(np.isfinite(flat))
    if len(candidates) < wanted:
        msg = f"{wanted * per_voxel_ul:.0f} µl of cement do not fit into the space given"
        raise ValueError(msg)
    order = candidates[np.argsort(flat[candidates], kind="stable")[:wanted]]
    index = np.stack(np.unravel_index(order, resistance.values.shape), axis=-1)
    volumes = np.full(wanted, per_voxel_ul)
    arrival = start_s + np.cumsum(volumes) / rate_ul_per_s
    return Spread(resistance.points_mm(index), volumes, arrival, resistance.voxel_mm)
