"""Digitally reconstructed radiographs of a bone in any pose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.ct.pose import BonePose
from leakwatch.geometry import axes_from_angles, ray_lps_from_xy_px, source_lps
from leakwatch.nouns import CArm
from leakwatch.simulate.volume.grid import VoxelGrid


def drr(grid: VoxelGrid, pose: BonePose, carm: CArm, rows: int, columns: int) -> NDArray[np.float32]:
    """Integrate a grid along the ray of every pixel.

    Joseph's method, as in `simulate.beam.projection.line_integrals` (Joseph, IEEE Trans Med Imaging
    1982;1:192), but the machine is turned about the grid instead of the grid being sampled anew: each plane
    of voxels is one perspective warp whatever the pose.

    Parameters
    ----------
    grid
        Values per mm, in the CT's LPS mm.
    carm, rows, columns
        Complete geometry, and the matrix that it is of.

    Returns
    -------
    (rows, columns) float32: the grid's unit times mm.

    Raises
    ------
    ValueError
        `carm` is incomplete.
    """
    import cv2

    source, towards, beam = _pencil(pose, carm, rows, columns)
    axis = int(np.argmax(np.abs(beam)))
    row_axis, column_axis = (other for other in range(3) if other != axis)
    origin = np.asarray(grid.origin_mm)
    total = np.zeros((rows, columns), np.float32)
    plane = np.empty_like(total)
    for index in range(grid.values.shape[axis]):
        depth = origin[axis] + grid.voxel_mm * index - source[axis]
        homography = np.stack(
            [
                ((source[other] - origin[other]) * towards[axis] + depth * towards[other]) / grid.voxel_mm
                for other in (column_axis, row_axis)
            ]
            + [towards[axis]]
        )
        cv2.warpPerspective(
            np.take(grid.values, index, axis=axis),
            homography,
            (columns, rows),
            dst=plane,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=0.0,
        )
        total += plane
    y, x = np.indices((rows, columns), dtype=np.float32)
    ray = towards[:, 0, None, None] * x + towards[:, 1, None, None] * y + towards[:, 2, None, None]
    step_mm = grid.voxel_mm * np.linalg.norm(ray, axis=0) / np.abs(ray[axis])
    return np.asarray(total * step_mm, np.float32)


def beam_lps(carm: CArm) -> NDArray[np.float64]:
    """Give the unit direction of the central ray, (3,) LPS. Raises ValueError where no angles are stated."""
    if carm.primary_deg is None or carm.secondary_deg is None:
        msg = "the geometry is incomplete: positioner angles not stated"
        raise ValueError(msg)
    beam: NDArray[np.float64] = axes_from_angles(carm.primary_deg, carm.secondary_deg)[2]
    return beam


def _pencil(
    pose: BonePose, carm: CArm, rows: int, columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Source (3,), rays as a linear map of (column, row, 1), and central beam (3,), all in the CT."""
    corners = np.array([[0, 0], [1, 0], [0, 1]], np.float64)
    _, units = ray_lps_from_xy_px(corners, carm, rows, columns)
    beam = beam_lps(carm)
    # Rays that end on the flat detector are linear in the pixel's place.
    ends = units / (units @ beam)[:, None] @ pose.matrix
    towards = np.stack([ends[1] - ends[0], ends[2] - ends[0], ends[0]], axis=1)
    return pose.ct_from_lps(source_lps(carm)), towards, beam @ pose.matrix
