"""Soft tissue, gas and far bone from a CT."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.ct.shares import mineral_elsewhere, water
from leakwatch.simulate.volume.grid import VoxelGrid

_SKIN_HU, _GAS_HU = -400.0, -300.0
# A table top is thinner than this, a body is not.
_TABLE_MM = 4.0
_UNDER_SKIN_MM = 5.0
# More than any bowel loop: a lung, which stays with the soft tissue.
_LUNG_ML = 600.0
_CUT_FACE = 0.25


@dataclass(frozen=True, slots=True)
class SoftParts:
    """Layers that do not move with the treated bone, on one grid; see `Patient` for their units."""

    soft: VoxelGrid
    soft_bone: VoxelGrid | None
    gas: VoxelGrid


@dataclass(frozen=True, slots=True)
class BoneWeights:
    """How far moving bones account for a voxel's mineral, 0 to 1: within them, and with their rim."""

    inside: NDArray[np.float32]
    near: NDArray[np.float32]


def is_cut_out(hu: VoxelGrid) -> bool:
    """Tell whether a volume ends within the body: tissue on a quarter of any of its four sides."""
    tissue = hu.values > _SKIN_HU
    faces = (tissue[1], tissue[-2], tissue[:, 1], tissue[:, -2])
    return any(float(face.mean()) > _CUT_FACE for face in faces)


def soft_parts(hu: VoxelGrid, bone: BoneWeights) -> SoftParts:
    """Split a body that air surrounds; the table and what else lies round it are left out.

    Parameters
    ----------
    hu
        The whole width and depth of the body.
    bone
        What is accounted for by the bones that move.
    """
    body = _body(hu)
    inner = ndimage.binary_erosion(body, iterations=_steps(_UNDER_SKIN_MM, hu.voxel_mm))
    return _split(hu, bone, ndimage.binary_dilation(body).astype(np.float32), inner)


def inset_parts(
    hu: VoxelGrid, covered: NDArray[np.float32], bone: BoneWeights, round_it: VoxelGrid
) -> SoftParts:
    """Split a volume cut out of a body, laid into tissue that is counted from water.

    Parameters
    ----------
    hu, covered
        The volume on the grid of `round_it`, and how far it reaches: 1 within, falling to 0 at its sides.
    round_it
        Water in excess or missing, as `Patient.soft` with a trunk.
    """
    parts = _split(hu, bone, covered, covered > 0.5)
    soft = parts.soft.values - covered + (1 - covered) * round_it.values
    return replace(parts, soft=replace(parts.soft, values=np.asarray(soft, np.float32)))


def _split(
    hu: VoxelGrid, bone: BoneWeights, within: NDArray[np.float32], inner: NDArray[np.bool_]
) -> SoftParts:
    gas = np.where(_gas(hu, inner), np.clip(hu.values / np.float32(1000), -1, 0), np.float32(0))
    mineral = (1 - bone.near) * within * mineral_elsewhere(hu.values)
    return SoftParts(
        replace(hu, values=np.asarray(within * water(hu.values, bone.inside) - within * gas, np.float32)),
        replace(hu, values=np.asarray(mineral, np.float32)) if mineral.any() else None,
        replace(hu, values=np.asarray(within * gas, np.float32)),
    )


def _body(hu: VoxelGrid) -> NDArray[np.bool_]:
    """Find the largest thing that is not air, and all it encloses in axial slices."""
    steps = _steps(_TABLE_MM, hu.voxel_mm)
    tissue = hu.values > _SKIN_HU
    thick = ndimage.binary_erosion(tissue, iterations=steps)
    parts, count = ndimage.label(thick)
    if count == 0:
        msg = "the volume holds no body"
        raise ValueError(msg)
    thick = parts == 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
    body = ndimage.binary_dilation(thick, iterations=steps + 1) & tissue
    for k in range(body.shape[2]):
        body[:, :, k] = ndimage.binary_fill_holes(body[:, :, k])
    return np.asarray(body, np.bool_)


def _gas(hu: VoxelGrid, inner: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Bowel gas and the voxels round it that it partly fills."""
    parts, _ = ndimage.label((hu.values < _GAS_HU) & inner)
    sizes_ml = np.bincount(parts.ravel()) * hu.voxel_mm**3 / 1000
    bowel = sizes_ml < _LUNG_ML
    bowel[0] = False
    return np.asarray(ndimage.binary_dilation(bowel[parts]), np.bool_)


def _steps(length_mm: float, voxel_mm: float) -> int:
    return max(1, round(length_mm / (2 * voxel_mm)))
