"""A vertebral body told from its arch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.volume.grid import VoxelGrid, open_axes_mm
from leakwatch.simulate.volume.solids import occupancy

_COARSE_MM = 1.5
_TILTS_DEG = range(-48, 49, 6)
_LEAST_CANAL_MM2 = 30.0
_MIDDLE_MM = 5.0
# The back wall is hollow; a cut along its middle would take its rims off.
_RIM_MM = 1.0
# Where no slice shows a closed ring: a lumbar body takes this part of the vertebra's depth.
_BODY_PART = 0.43


def vertebral_body(vertebra: VoxelGrid) -> VoxelGrid:
    """Cut a whole vertebra's occupancy down to its body: what lies in front of the spinal canal.

    Slices across the vertebra show the canal enclosed by bone where they run along its pedicles: of
    several forward and backward tilts the one that encloses most is the vertebra's own. Square to it,
    at the canal's front in the midline, is where the cut goes.
    """
    small = ndimage.zoom(vertebra.values, vertebra.voxel_mm / _COARSE_MM, order=1) > 0.5
    small = np.pad(small, 6)
    tilt_deg, canal = max(
        ((tilt, _canal(_tilted(small, tilt))) for tilt in _TILTS_DEG),
        # The least tilt of equals.
        key=lambda found: (int(found[1].sum()), -abs(found[0])),
    )
    ahead_mm = _canal_front_mm(canal, small)
    _, y, z = open_axes_mm(vertebra)
    middle = 0.5 * vertebra.voxel_mm * (np.array(vertebra.values.shape) - 1) + vertebra.origin_mm
    tilt = np.deg2rad(tilt_deg)
    behind = (y - middle[1]) * np.cos(tilt) + (z - middle[2]) * np.sin(tilt) - (ahead_mm + _RIM_MM)
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


def _tilted(solid: NDArray[np.bool_], tilt_deg: float) -> NDArray[np.bool_]:
    """Turn about the left axis through the middle: slices then cross the vertebra at that tilt."""
    c, s = np.cos(np.deg2rad(tilt_deg)), np.sin(np.deg2rad(tilt_deg))
    turn = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    middle = (np.array(solid.shape) - 1) / 2
    turned = ndimage.affine_transform(solid.astype(np.float32), turn, middle - turn @ middle, order=1)
    return np.asarray(turned > 0.5, np.bool_)


def _canal(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find the largest hole that slices show enclosed, in those slices where it is as wide as a canal."""
    holes = np.zeros_like(solid)
    for k in range(solid.shape[2]):
        holes[:, :, k] = ndimage.binary_fill_holes(solid[:, :, k]) & ~solid[:, :, k]
    holes[:, :, holes.sum(axis=(0, 1)) * _COARSE_MM**2 < _LEAST_CANAL_MM2] = False
    parts, count = ndimage.label(holes)
    if count == 0:
        return holes
    return np.asarray(parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:])), np.bool_)


def _canal_front_mm(canal: NDArray[np.bool_], solid: NDArray[np.bool_]) -> float:
    """How far behind the middle of the volume the canal begins, across the tilted slices."""
    half = (solid.shape[1] - 1) / 2
    if not canal.any():
        depth = np.flatnonzero(solid.any(axis=(0, 2)))
        return float((depth[0] + _BODY_PART * (depth[-1] - depth[0]) - half) * _COARSE_MM)
    x = np.argwhere(canal)[:, 0].mean()
    reach = _MIDDLE_MM / _COARSE_MM
    strip = canal[max(0, round(x - reach)) : round(x + reach) + 1]
    shown = strip.any(axis=1)
    first = float(np.median(strip.argmax(axis=1)[shown]))
    return float((first - 0.5 - half) * _COARSE_MM)
