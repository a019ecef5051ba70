"""What lies round the bone of the trunk: the outer form, muscle and fat, bowel gas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Trunk
from leakwatch.simulate.config.anatomy import PatientSection
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import Field, flat_capsule, occupancy
from leakwatch.simulate.volume.texture import smooth_noise

_TISSUE_VOXEL_MM = 2.0
_GAS_VOXEL_MM = 1.25
# The spine lies behind the middle of the trunk, and gas in front of the great vessels.
_TRUNK_AHEAD_MM = 22.0
# Half the width and depth of each side of the back, as shares of the trunk's.
_BACK_WIDTH = 0.29
_BACK_DEPTH = 0.32
_FLANK_MM = 4.0
_GAS_AHEAD_MM = (35.0, 95.0)
FAT_SHARE = -0.095
"""Fat beyond water, in water, at 60 keV (clinical tables: 0.19 against 0.21 per cm)."""
MUSCLE_SHARE = 0.03


def build_trunk(anatomy: PatientSection) -> Trunk:
    """Lay a wide ellipse for belly and flanks round the spine, and one on each side for the back.

    The back is broad: in a lateral view as much is crossed behind the spine as at its front.
    """
    width, depth = anatomy.trunk_width_mm, anatomy.trunk_depth_mm
    cx, cy, _ = anatomy.centre_mm
    middle, back = cy - _TRUNK_AHEAD_MM, cy - _TRUNK_AHEAD_MM + depth / 2
    half_width, half_depth = _BACK_WIDTH * width, _BACK_DEPTH * depth
    sides = (cx - width / 2 + half_width + _FLANK_MM, cx + width / 2 - half_width - _FLANK_MM)
    return Trunk(
        (
            (cx, middle, width / 2, depth / 2),
            *((side, back - half_depth, half_width, half_depth) for side in sides),
        )
    )


def build_tissue(anatomy: PatientSection, half_height_mm: float, rng: np.random.Generator) -> VoxelGrid:
    """Muscle, fat and organs as water in excess or missing."""
    cx, cy, cz = anatomy.centre_mm
    grid = empty_grid(
        (cx - 125.0, cy - 110.0, cz - half_height_mm),
        (cx + 125.0, cy + 80.0, cz + half_height_mm),
        _TISSUE_VOXEL_MM,
    )
    x, y, z = open_axes_mm(grid)
    x, y, z = x - np.float32(cx), y - np.float32(cy), z - np.float32(cz)
    # A quarter fat on the whole, in lobules and sheets of several sizes.
    patches = sum(
        smooth_noise(rng, grid.values.shape, (length / _TISSUE_VOXEL_MM,) * 3) for length in (3.0, 7.0, 14.0)
    )
    fatty = np.clip(0.25 + 0.3 * np.asarray(patches, np.float32), 0, 1)
    muscles = np.maximum(
        occupancy(_psoas(x, y, z), 2 * _TISSUE_VOXEL_MM), occupancy(_erector(x, y, z), 2 * _TISSUE_VOXEL_MM)
    )
    fatty *= 1 - 0.9 * muscles
    values = fatty * np.float32(FAT_SHARE) + (1 - fatty) * np.float32(MUSCLE_SHARE)
    return VoxelGrid(grid.origin_mm, grid.voxel_mm, np.asarray(values, np.float32))


def _psoas(x: Field, y: Field, z: Field) -> Field:
    """Both psoas muscles, spreading and thickening downwards."""
    mirrored = np.abs(x)
    return flat_capsule(mirrored, y, z, (27.0, 2.0, 110.0), (52.0, -8.0, -110.0), 21.0, (1.15, 1.0, 1.0))


def _erector(x: Field, y: Field, z: Field) -> Field:
    """Both columns of back muscle."""
    return flat_capsule(np.abs(x), y, z, (34.0, 47.0, 150.0), (34.0, 47.0, -150.0), 24.0, (0.9, 1.0, 1.0))


def build_gas(anatomy: PatientSection, half_height_mm: float, rng: np.random.Generator) -> VoxelGrid:
    """Bowel loops holding gas: strings of pouches along smooth curves, as water missing."""
    cx, cy, cz = anatomy.centre_mm
    grid = empty_grid(
        (cx - 90.0, cy - _GAS_AHEAD_MM[1] - 15, cz - half_height_mm),
        (cx + 90.0, cy - _GAS_AHEAD_MM[0] + 15, cz + half_height_mm),
        _GAS_VOXEL_MM,
    )
    x, y, z = open_axes_mm(grid)
    filled = np.zeros_like(grid.values)
    for _ in range(anatomy.gas_pockets):
        centre = np.array(
            [
                cx + rng.uniform(-45, 45),
                cy - rng.uniform(*_GAS_AHEAD_MM),
                cz + rng.uniform(-0.8, 0.8) * half_height_mm,
            ]
        )
        heading, turn = rng.uniform(0, 2 * np.pi), rng.uniform(-0.35, 0.35)
        calibre = rng.uniform(8.0, 14.0)
        for _ in range(int(rng.integers(3, 8))):
            radius = calibre * rng.uniform(0.75, 1.2)
            _add_pouch(filled, grid, (x, y, z), centre, radius)
            heading += turn + rng.uniform(-0.3, 0.3)
            centre = centre + 1.25 * calibre * np.array(
                [np.cos(heading), rng.uniform(-0.25, 0.25), np.sin(heading)]
            )
    return VoxelGrid(grid.origin_mm, grid.voxel_mm, -filled)


def _add_pouch(
    filled: NDArray[np.float32],
    grid: VoxelGrid,
    axes: tuple[Field, Field, Field],
    centre: NDArray[np.float64],
    radius: float,
) -> None:
    first = np.floor((centre - radius - 2 - grid.origin_mm) / grid.voxel_mm).astype(int)
    last = np.ceil((centre + radius + 2 - grid.origin_mm) / grid.voxel_mm).astype(int) + 1
    first, last = np.clip(first, 0, filled.shape), np.clip(last, 0, filled.shape)
    if np.any(last <= first):
        return
    window = tuple(slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    x, y, z = axes[0][window[0]], axes[1][:, window[1]], axes[2][:, :, window[2]]
    # Flattened from front to back, as a loop lying on others is.
    distance = np.sqrt((x - centre[0]) ** 2 + ((y - centre[1]) / 0.7) ** 2 + (z - centre[2]) ** 2) - radius
    part = occupancy(np.asarray(distance, np.float32), 2 * grid.voxel_mm)
    filled[window] = np.maximum(filled[window], part)
