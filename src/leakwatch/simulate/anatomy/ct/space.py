"""From a CT's own grid to ours: a box of cubic voxels along the LPS axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid
from leakwatch.simulate.volume.triple import Triple, triple

if TYPE_CHECKING:
    import SimpleITK as sitk

Box = tuple[Triple, Triple]
"""Lowest and highest corner, LPS mm."""
_RIM = 4
"""Voxels of the CT taken beyond a box, for interpolation."""


def extent_mm(image: sitk.Image) -> Box:
    """Lowest and highest voxel centre along the LPS axes."""
    sizes = image.GetSize()
    ends = [
        image.TransformIndexToPhysicalPoint((i, j, k))
        for i in (0, sizes[0] - 1)
        for j in (0, sizes[1] - 1)
        for k in (0, sizes[2] - 1)
    ]
    return triple(np.min(ends, axis=0)), triple(np.max(ends, axis=0))


def sampled(
    image: sitk.Image, box: Box, voxel_mm: float, *, outside: float, smooth: bool = False, mirror: bool = True
) -> VoxelGrid:
    """Sample an image on a box.

    Parameters
    ----------
    outside
        Value where the image does not reach.
    smooth
        By cubic B-spline instead of linearly: no creases where voxels are much finer than the CT's.
    mirror
        Beyond its first and last slice the image goes on mirrored, so that a short one fills the picture.
    """
    import SimpleITK as sitk

    grid = empty_grid(*box, voxel_mm)
    piece = piece_of(image, box, mirror)
    if piece is None:
        return VoxelGrid(grid.origin_mm, voxel_mm, np.full_like(grid.values, outside))
    laid = sitk.Resample(
        sitk.Cast(thinned(piece, voxel_mm), sitk.sitkFloat32),
        grid.values.shape,
        sitk.Transform(),
        sitk.sitkBSpline if smooth else sitk.sitkLinear,
        grid.origin_mm,
        (voxel_mm,) * 3,
        (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        outside,
        sitk.sitkFloat32,
    )
    # ITK's first index is numpy's last.
    values = np.ascontiguousarray(sitk.GetArrayViewFromImage(laid).transpose(2, 1, 0))
    return VoxelGrid(grid.origin_mm, voxel_mm, values)


def thinned(image: sitk.Image, voxel_mm: float) -> sitk.Image:
    """Average voxels as far as that leaves them no larger than `voxel_mm`; the image where it does not."""
    import SimpleITK as sitk

    factors = [
        max(1, min(size, int(voxel_mm / spacing + 1e-3)))
        for size, spacing in zip(image.GetSize(), image.GetSpacing(), strict=True)
    ]
    return image if max(factors) == 1 else sitk.BinShrink(image, factors)


def with_values(image: sitk.Image, values: NDArray[np.generic]) -> sitk.Image:
    """Other values (slices, rows, columns) on the same grid."""
    import SimpleITK as sitk

    made = sitk.GetImageFromArray(values)
    made.CopyInformation(image)
    return made


def piece_of(image: sitk.Image, box: Box, mirror: bool) -> sitk.Image | None:
    """Cut out what a box needs, so that nothing works on the whole; None where they do not meet."""
    import SimpleITK as sitk

    corners = [
        (x, y, z)
        for x in (box[0][0], box[1][0])
        for y in (box[0][1], box[1][1])
        for z in (box[0][2], box[1][2])
    ]
    index = np.array([image.TransformPhysicalPointToContinuousIndex(corner) for corner in corners])
    first = np.floor(index.min(axis=0)).astype(int) - _RIM
    last = np.ceil(index.max(axis=0)).astype(int) + _RIM
    size = np.array(image.GetSize())
    # The stack's own axis is the one that runs most along the head axis.
    headwards = int(np.argmax(np.abs(np.reshape(image.GetDirection(), (3, 3))[2])))
    clipped = [axis for axis in range(3) if not (mirror and axis == headwards)]
    first[clipped] = np.maximum(first[clipped], 0)
    last[clipped] = np.minimum(last[clipped], size[clipped] - 1)
    if np.any(last < first):
        return None
    values = sitk.GetArrayViewFromImage(image)
    for axis in range(3):
        ways = [slice(None)] * 3
        if axis == headwards and mirror:
            turn = np.arange(first[axis], last[axis] + 1) % (2 * size[axis])
            values = np.take(
                values, np.where(turn < size[axis], turn, 2 * size[axis] - 1 - turn), axis=2 - axis
            )
        else:
            ways[2 - axis] = slice(first[axis], last[axis] + 1)
            values = values[tuple(ways)]
    piece = sitk.GetImageFromArray(np.ascontiguousarray(values))
    piece.SetSpacing(image.GetSpacing())
    piece.SetDirection(image.GetDirection())
    piece.SetOrigin(image.TransformContinuousIndexToPhysicalPoint([float(n) for n in first]))
    return piece
