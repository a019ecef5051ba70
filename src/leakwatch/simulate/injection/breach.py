"""The hole in the cortex, and the room outside that cement finds behind it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.spine import Spine
from leakwatch.simulate.config.anatomy import AnatomySection
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import Field, Triple, capsule
from leakwatch.simulate.volume.texture import smooth_noise

_REACH_MM = 24.0
_VEIN_RADIUS_MM = 1.0
_DISC_PLATE_MM = 1.6
_EPIDURAL_DEPTH_MM = 4.0


@dataclass(frozen=True, slots=True)
class Breach:
    """Last point within the body, and first free point outside; LPS mm with the bone at rest."""

    wall_mm: Triple
    outside_mm: Triple


def find_breach(config: CaseSection, spine: Spine, rng: np.random.Generator) -> Breach:
    """Walk from the body's centre outwards to where the wall gives way, away from the needle."""
    if config.leak is None:
        msg = "a case without a leak has no breach"
        raise ValueError(msg)
    away = -1.0 if config.anatomy.needle_side == "left" else 1.0
    direction = {
        LeakKind.LATERAL: np.array([away, -0.15, rng.uniform(-0.15, 0.15)]),
        LeakKind.EPIDURAL: np.array([0.12 * away, 1.0, rng.uniform(-0.2, 0.1)]),
        LeakKind.DISC: np.array([0.35 * away, -0.25, 1.0]),
        LeakKind.VEIN: np.array([0.8 * away, -0.6, rng.uniform(-0.1, 0.1)]),
    }[config.leak.kind]
    direction = direction / np.linalg.norm(direction)
    steps = np.arange(0.0, 60.0, 0.25)
    path = np.asarray(config.anatomy.centre_mm) + steps[:, None] * direction
    index = (path - spine.body.origin_mm) / spine.body.voxel_mm
    occupied = ndimage.map_coordinates(spine.body.values, index.T, order=1, cval=0.0)
    last = int(np.flatnonzero(occupied > 0.5)[-1])
    wall, outside = path[last], path[last] + 1.0 * direction
    return Breach(_triple(wall), _triple(outside))


def leak_space(config: CaseSection, spine: Spine, breach: Breach, rng: np.random.Generator) -> VoxelGrid:
    """Resistance outside the bone round the breach; not finite where this kind of leak does not go."""
    if config.leak is None:
        msg = "a case without a leak has no space for one"
        raise ValueError(msg)
    centre = np.asarray(breach.outside_mm)
    voxel_mm = min(spine.outer.voxel_mm, 0.5)
    grid = empty_grid(_triple(centre - _REACH_MM), _triple(centre + _REACH_MM), voxel_mm)
    x, y, z = open_axes_mm(grid)
    uneven = smooth_noise(rng, grid.values.shape, (1.5 / grid.voxel_mm,) * 3)
    resistance = np.exp(0.6 * uneven)
    room = {
        LeakKind.LATERAL: _beside,
        LeakKind.EPIDURAL: _canal,
        LeakKind.DISC: _disc,
        LeakKind.VEIN: _vein,
    }[config.leak.kind]
    resistance = resistance * room(x, y, z, config.anatomy, breach)
    mouth = capsule(x, y, z, breach.wall_mm, breach.outside_mm, 1.2) < 0
    resistance = np.where(mouth, np.float32(0.5), resistance)
    resistance[_bone_at(grid, spine) > 0.4] = np.inf
    # The seed must be free even where the wall is uneven.
    resistance[grid.index_of(breach.outside_mm)] = 0.5
    return VoxelGrid(grid.origin_mm, grid.voxel_mm, np.asarray(resistance, np.float32))


def _beside(x: Field, y: Field, z: Field, anatomy: AnatomySection, breach: Breach) -> NDArray[np.float32]:
    """Allow soft tissue beside the body: a blob that hugs the wall."""
    away = np.abs(x - np.float32(anatomy.centre_mm[0])) - np.float32(anatomy.body_width_mm / 2)
    return np.asarray(1 + (np.clip(away, 0, None) / 4) ** 2 + 0 * y + 0 * z, np.float32)


def _canal(x: Field, y: Field, z: Field, anatomy: AnatomySection, breach: Breach) -> NDArray[np.float32]:
    """Allow the front of the spinal canal: thin from front to back, long from head to foot."""
    behind = y - np.float32(breach.wall_mm[1])
    aside = np.abs(x - np.float32(anatomy.centre_mm[0]))
    free = (behind > -3) & (behind < _EPIDURAL_DEPTH_MM) & (aside < 9)
    along = 1 + (np.clip(behind, 0, None) / 2.0) ** 2 + (x - np.float32(breach.wall_mm[0])) ** 2 / 40
    return np.asarray(np.where(free, along + 0 * z, np.inf), np.float32)


def _disc(x: Field, y: Field, z: Field, anatomy: AnatomySection, breach: Breach) -> NDArray[np.float32]:
    """Allow the disc above, best half-way between the endplates."""
    cx, cy, cz = anatomy.centre_mm
    middle = cz + (anatomy.body_height_mm + anatomy.disc_height_mm) / 2
    across = ((x - cx) / (anatomy.body_width_mm / 2)) ** 2 + ((y - cy) / (anatomy.body_depth_mm / 2)) ** 2
    within = (np.abs(z - np.float32(middle)) < anatomy.disc_height_mm) & (across < 0.85)
    # Layers of the annulus and the softer middle guide it sideways.
    layered = 1 + (np.abs(z - np.float32(middle)) / _DISC_PLATE_MM) ** 3
    stalk = capsule(x, y, z, breach.wall_mm, (breach.wall_mm[0], breach.wall_mm[1], middle), 1.5) < 0
    return np.asarray(np.where(stalk, 0.7, np.where(within, layered, np.inf)), np.float32)


def _vein(x: Field, y: Field, z: Field, anatomy: AnatomySection, breach: Breach) -> NDArray[np.float32]:
    """Allow a segmental vein: forwards and outwards from the wall, then up beside the disc."""
    start = np.asarray(breach.outside_mm)
    away = np.sign(start[0] - anatomy.centre_mm[0])
    turns = np.array(
        [[0, 0, 0], [2.5 * away, -2.5, 1], [3.5 * away, -4.5, 6], [2 * away, -5, 14], [0, -6, 23]]
    )
    path = [_triple(start + turn) for turn in turns]
    inside = np.zeros(np.broadcast_shapes(x.shape, y.shape, z.shape), bool)
    for a, b in pairwise(path):
        inside |= capsule(x, y, z, a, b, _VEIN_RADIUS_MM) < 0
    return np.asarray(np.where(inside, 1.0, np.inf), np.float32)


def _bone_at(grid: VoxelGrid, spine: Spine) -> NDArray[np.float32]:
    """Occupancy of bone at the voxels of another grid."""
    x, y, z = open_axes_mm(grid)
    ratio = grid.voxel_mm / spine.outer.voxel_mm
    start = [
        (a.flat[0] - o) / spine.outer.voxel_mm for a, o in zip((x, y, z), spine.outer.origin_mm, strict=True)
    ]
    return np.asarray(
        ndimage.affine_transform(
            spine.outer.values, np.full(3, ratio), start, output_shape=grid.values.shape, order=1, cval=0.0
        ),
        np.float32,
    )


def _triple(point: NDArray[np.float64]) -> Triple:
    x, y, z = (float(value) for value in point)
    return x, y, z
