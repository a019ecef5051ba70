"""Smooth bones from a coarse label map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.ct.space import Box, piece_of, sampled, thinned, with_values
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid

if TYPE_CHECKING:
    import SimpleITK as sitk

CORTEX_MM = 1.0
_BLUR_VOXELS = 0.8
_FULL = 200
# A step blurred by its own width s falls to 84 % at s within, with slope 0.242 / s (normal distribution).
_ONE_WITHIN, _SLOPE_THERE = 0.8413, 0.2420


def label_occupancy(
    labels: sitk.Image, wanted: tuple[int, ...], box: Box, voxel_mm: float, *, mirror: bool = False
) -> VoxelGrid:
    """Occupancy, 0 to 1, of some labels (none: all): stairs blurred away, the surface where it was.

    A flat surface blurred with standard deviation s stays where the blurred mask is one half, and falls
    off there by ``1 / (s sqrt(2 pi))`` per mm, which gives the distance to it.
    """
    import SimpleITK as sitk

    piece = piece_of(labels, box, mirror)
    if piece is None:
        return empty_grid(*box, voxel_mm)
    values = sitk.GetArrayViewFromImage(piece)
    mask = np.isin(values, wanted) if wanted else values > 0
    # In half per cents: whole numbers take a quarter of the room until they are thinned.
    small = thinned(with_values(piece, np.multiply(mask, _FULL, dtype=np.uint8)), voxel_mm)
    shares = sitk.GetArrayFromImage(small).astype(np.float32) / np.float32(_FULL)
    blurred = ndimage.gaussian_filter(shares, _BLUR_VOXELS, mode="nearest")
    soft = sampled(with_values(small, blurred), box, voxel_mm, outside=0.0, smooth=True, mirror=False)
    steepness = np.sqrt(2 * np.pi) * _BLUR_VOXELS * max(small.GetSpacing()) / voxel_mm
    sharp = np.clip(0.5 + (soft.values - 0.5) * np.float32(max(1.0, steepness)), 0, 1)
    return VoxelGrid(soft.origin_mm, voxel_mm, np.asarray(sharp, np.float32))


def eroded(bone: NDArray[np.float32], voxel_mm: float, by_mm: float = CORTEX_MM) -> NDArray[np.float32]:
    """Occupancy of what lies deeper than `by_mm` within an occupancy."""
    blurred = ndimage.gaussian_filter(bone, by_mm / voxel_mm, mode="nearest")
    deeper = (blurred - np.float32(_ONE_WITHIN)) / np.float32(_SLOPE_THERE * voxel_mm / by_mm)
    return np.asarray(np.clip(0.5 + deeper, 0, 1), np.float32)


def widened(bone: NDArray[np.float32], voxel_mm: float, by_mm: float) -> NDArray[np.float32]:
    """Weight, 0 to 1, of an occupancy and its neighbourhood as far as about 1.3 `by_mm`."""
    blurred = ndimage.gaussian_filter(bone, by_mm / voxel_mm, mode="nearest")
    return np.asarray(np.clip(blurred / np.float32(0.1), 0, 1), np.float32)
