"""What a registered bone gives to a view: its outline, and its posterior wall in space."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.ct.drr import drr
from leakwatch.ct.pose import BonePose
from leakwatch.nouns import CArm
from leakwatch.simulate.truth.frame import silhouette_polygon
from leakwatch.simulate.volume.grid import VoxelGrid

_WALL_WIDTH_MM = 6.0
"""The wall is the median over this width about the middle, so that one rough voxel does not bend it."""


def outline_xy_px(
    body: VoxelGrid, pose: BonePose, carm: CArm, rows: int, columns: int
) -> NDArray[np.float64]:
    """Give the outline of a registered bone in a view.

    Parameters
    ----------
    body
        Occupancy, 0 to 1, in the CT's LPS mm: of a vertebra its body alone.

    Returns
    -------
    (n, 2) float64, x = column, y = row; where the bone leaves the picture it ends at the picture's edge.

    Raises
    ------
    ValueError
        The bone is not in the picture, or `carm` is incomplete.
    """
    return silhouette_polygon(drr(body, pose, carm, rows, columns))


def posterior_wall_lps(body: VoxelGrid, pose: BonePose) -> NDArray[np.float64]:
    """Give the rear edge of a vertebral body in its own middle, from foot to head.

    The middle is that of the body's width in the CT, and rear is the CT's posterior axis: of a patient who
    lay much turned, or of a scoliosis, this is not the middle of the wall.

    Returns
    -------
    (n, 3) LPS mm, one point for each plane of voxels that the body crosses.

    Raises
    ------
    ValueError
        There is no body.
    """
    inside: NDArray[np.bool_] = body.values > 0.5
    if not inside.any():
        msg = "there is no body to give a wall"
        raise ValueError(msg)
    middle = float(np.argwhere(inside)[:, 0].mean())
    half = max(0.5, _WALL_WIDTH_MM / 2 / body.voxel_mm)
    columns = inside[max(0, int(np.ceil(middle - half))) : int(np.floor(middle + half)) + 1]
    # Last voxel inside along the posterior axis, of each column of the band and each height.
    rear = columns.shape[1] - 1 - np.argmax(columns[:, ::-1], axis=1)
    met = np.asarray(columns.any(axis=1))
    heights = np.flatnonzero(met.any(axis=0))
    places = [(middle, float(np.median(rear[met[:, z], z])), float(z)) for z in heights]
    return pose.lps_from_ct(np.asarray(body.origin_mm) + body.voxel_mm * np.array(places))
