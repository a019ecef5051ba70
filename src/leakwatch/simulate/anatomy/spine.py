"""The lumbar column in patient space: the treated vertebra and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.vertebra import Vertebra, build_vertebra
from leakwatch.simulate.beam.materials import attenuation_per_mm
from leakwatch.simulate.config.anatomy import AnatomySection
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid
from leakwatch.simulate.volume.texture import smooth_noise

_LEVELS = (0, 1, -1, 2, -2)
_TRABECULA_MM = (0.7, 0.7, 1.4)


@dataclass(frozen=True, slots=True)
class Spine:
    """The column at rest.

    Attributes
    ----------
    contrast
        Linear attenuation in mm⁻¹ above that of the water it displaces.
    outer
        Occupancy of any bone, 0 to 1, on the same grid.
    body, core
        Occupancy of the treated body, and of the space within its cortex, on a smaller grid.
    """

    contrast: VoxelGrid
    outer: VoxelGrid
    body: VoxelGrid
    core: VoxelGrid


def build_spine(
    anatomy: AnatomySection, kev: float, half_height_mm: float, rng: np.random.Generator
) -> Spine:
    """Place vertebrae up and down the column as far as `half_height_mm` from the treated one."""
    treated = build_vertebra(anatomy, anatomy.collapse_mm, rng)
    whole = build_vertebra(anatomy, 0.0, rng)
    cx, cy, cz = anatomy.centre_mm
    grid = empty_grid(
        (cx - 47.0, cy - 24.0, cz - half_height_mm),
        (cx + 47.0, cy + 68.0, cz + half_height_mm),
        anatomy.voxel_mm,
    )
    outer, core = grid.values.copy(), grid.values.copy()
    for level in _LEVELS:
        pose, place = _pose(level, anatomy)
        if abs(place[2] - cz) > half_height_mm + 35.0:
            continue
        vertebra = treated if level == 0 else whole
        for target, source in ((outer, vertebra.outer), (core, vertebra.core)):
            _place(target, grid, source, pose, place)
    contrast = _attenuation(outer, core, anatomy, kev, rng)
    return Spine(
        VoxelGrid(grid.origin_mm, grid.voxel_mm, contrast),
        VoxelGrid(grid.origin_mm, grid.voxel_mm, outer),
        _moved(treated.body, anatomy),
        _moved(_body_core(treated), anatomy),
    )


def _attenuation(
    outer: NDArray[np.float32],
    core: NDArray[np.float32],
    anatomy: AnatomySection,
    kev: float,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    water, cortical, trabecular = (
        attenuation_per_mm(name, kev) for name in ("water", "cortical", "trabecular")
    )
    fine = smooth_noise(rng, outer.shape, tuple(length / anatomy.voxel_mm for length in _TRABECULA_MM))
    coarse = smooth_noise(rng, outer.shape, (4.0 / anatomy.voxel_mm,) * 3)
    # Bone volume varies, marrow does not: only the part above water is textured.
    density = np.clip(1 + anatomy.trabecular_variation * (fine + coarse), 0, None)
    spongy = core * density * np.float32(trabecular - water)
    return np.asarray(spongy + (outer - core) * np.float32(cortical - water), np.float32)


def _pose(level: int, anatomy: AnatomySection) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rotation (3, 3) and body centre (3,) of a level, `level` up from the treated one."""
    pitch_mm = anatomy.body_height_mm + anatomy.disc_height_mm
    # Each body turns half a step before and half a step after its disc, so the ends stay on one curve.
    tilt, bend = (np.deg2rad(level * angle) for angle in (anatomy.lordosis_deg, anatomy.scoliosis_deg))
    place = np.array(anatomy.centre_mm)
    for step in range(abs(level)):
        sign = np.sign(level)
        angle = sign * (step + 0.5) * np.deg2rad(anatomy.lordosis_deg)
        aside = sign * (step + 0.5) * np.deg2rad(anatomy.scoliosis_deg)
        place = place + sign * pitch_mm * np.array([np.sin(aside), np.sin(angle), np.cos(angle)])
    about_left = np.array(
        [[1, 0, 0], [0, np.cos(tilt), np.sin(tilt)], [0, -np.sin(tilt), np.cos(tilt)]], np.float64
    )
    about_back = np.array(
        [[np.cos(bend), 0, np.sin(bend)], [0, 1, 0], [-np.sin(bend), 0, np.cos(bend)]], np.float64
    )
    return about_left @ about_back, place


def _place(
    target: NDArray[np.float32],
    grid: VoxelGrid,
    part: VoxelGrid,
    pose: NDArray[np.float64],
    place: NDArray[np.float64],
) -> None:
    """Lay `part`, turned by `pose` about its origin and moved to `place`, into `target` by maximum."""
    lower = np.asarray(part.origin_mm)
    upper = lower + part.voxel_mm * (np.asarray(part.values.shape) - 1)
    corners = np.array(
        [[x, y, z] for x in (lower[0], upper[0]) for y in (lower[1], upper[1]) for z in (lower[2], upper[2])]
    )
    reach = corners @ pose.T + place
    first = np.floor((reach.min(0) - grid.origin_mm) / grid.voxel_mm).astype(int)
    last = np.ceil((reach.max(0) - grid.origin_mm) / grid.voxel_mm).astype(int) + 1
    first, last = np.maximum(first, 0), np.minimum(last, target.shape)
    if np.any(last <= first):
        return
    # part index = (poseᵀ (point - place) - part origin) / part voxel
    start = np.asarray(grid.origin_mm) + grid.voxel_mm * first
    matrix = pose.T * (grid.voxel_mm / part.voxel_mm)
    offset = (pose.T @ (start - place) - lower) / part.voxel_mm
    shape = tuple(int(n) for n in last - first)
    laid = ndimage.affine_transform(part.values, matrix, offset, output_shape=shape, order=1, cval=0.0)
    window = tuple(slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    target[window] = np.maximum(target[window], laid)


def _body_core(vertebra: Vertebra) -> VoxelGrid:
    values = np.minimum(vertebra.core.values, vertebra.body.values)
    return VoxelGrid(vertebra.body.origin_mm, vertebra.body.voxel_mm, values)


def _moved(part: VoxelGrid, anatomy: AnatomySection) -> VoxelGrid:
    """Crop to the body's neighbourhood and move to where the treated body lies."""
    reach = (anatomy.body_width_mm / 2 + 2, anatomy.body_depth_mm / 2 + 2, anatomy.body_height_mm / 2 + 2)
    first = [max(0, int((-r - low) / part.voxel_mm)) for r, low in zip(reach, part.origin_mm, strict=True)]
    last = [int((r - low) / part.voxel_mm) + 2 for r, low in zip(reach, part.origin_mm, strict=True)]
    window = tuple(slice(a, b) for a, b in zip(first, last, strict=True))
    x, y, z = (
        low + part.voxel_mm * a + c
        for low, a, c in zip(part.origin_mm, first, anatomy.centre_mm, strict=True)
    )
    return VoxelGrid((x, y, z), part.voxel_mm, np.ascontiguousarray(part.values[window]))
