"""Everything round the spine: the trunk's outline, muscle and fat, and bowel gas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.beam.materials import attenuation_per_mm
from leakwatch.simulate.beam.projection import Canvas
from leakwatch.simulate.config.anatomy import AnatomySection
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import Field, flat_capsule, occupancy
from leakwatch.simulate.volume.texture import smooth_noise

_TISSUE_VOXEL_MM = 2.0
_GAS_VOXEL_MM = 1.25
# The spine lies behind the middle of the trunk, and gas in front of the great vessels.
_TRUNK_AHEAD_MM = 22.0
_GAS_AHEAD_MM = (35.0, 95.0)


def trunk_path_mm(anatomy: AnatomySection, canvas: Canvas) -> NDArray[np.float64]:
    """Length of each ray within the trunk: exact.

    The trunk is two elliptic cylinders along the head axis, a wide one and a flat one for the back;
    what both hold counts once.

    Returns
    -------
    (fine rows, fine columns) mm.
    """
    source, directions = canvas.rays()
    width, depth = anatomy.trunk_width_mm, anatomy.trunk_depth_mm
    centre = np.array(anatomy.centre_mm[:2])
    behind = np.array([0.0, 0.5 * depth - _TRUNK_AHEAD_MM - 0.31 * depth])
    ahead = np.array([0.0, -_TRUNK_AHEAD_MM])
    belly = _crossing(source, directions, centre + ahead, np.array([width, depth]) / 2)
    back = _crossing(source, directions, centre + behind, np.array([0.86 * width, 0.62 * depth]) / 2)
    both = np.minimum(belly[1], back[1]) - np.maximum(belly[0], back[0])
    path: NDArray[np.float64] = belly[1] - belly[0] + back[1] - back[0] - np.clip(both, 0, None)
    return path


def _crossing(
    source: NDArray[np.float64],
    directions: NDArray[np.float64],
    centre: NDArray[np.float64],
    radii: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Where rays enter and leave an upright elliptic cylinder, (2, ...) mm; equal where they miss it."""
    start = (source[:2] - centre) / radii
    slope = directions[..., :2] / radii
    a, b, c = (slope**2).sum(-1), slope @ start, start @ start - 1
    half = np.sqrt(np.clip(b * b - a * c, 0, None))
    ends: NDArray[np.float64] = np.stack([-b - half, -b + half]) / a
    return ends


def build_tissue(
    anatomy: AnatomySection, kev: float, half_height_mm: float, rng: np.random.Generator
) -> VoxelGrid:
    """Muscle, fat and organs as attenuation in mm⁻¹ above or below water."""
    cx, cy, cz = anatomy.centre_mm
    grid = empty_grid(
        (cx - 125.0, cy - 110.0, cz - half_height_mm),
        (cx + 125.0, cy + 80.0, cz + half_height_mm),
        _TISSUE_VOXEL_MM,
    )
    x, y, z = open_axes_mm(grid)
    x, y, z = x - np.float32(cx), y - np.float32(cy), z - np.float32(cz)
    water, fat, muscle = (attenuation_per_mm(name, kev) for name in ("water", "fat", "muscle"))
    # A quarter fat on the whole, in lobules and sheets of several sizes.
    patches = sum(
        smooth_noise(rng, grid.values.shape, (length / _TISSUE_VOXEL_MM,) * 3) for length in (3.0, 7.0, 14.0)
    )
    fatty = np.clip(0.25 + 0.3 * np.asarray(patches, np.float32), 0, 1)
    muscles = np.maximum(
        occupancy(_psoas(x, y, z), 2 * _TISSUE_VOXEL_MM), occupancy(_erector(x, y, z), 2 * _TISSUE_VOXEL_MM)
    )
    fatty *= 1 - 0.9 * muscles
    values = fatty * np.float32(fat - water) + (1 - fatty) * np.float32(muscle - water)
    return VoxelGrid(grid.origin_mm, grid.voxel_mm, np.asarray(values, np.float32))


def _psoas(x: Field, y: Field, z: Field) -> Field:
    """Both psoas muscles, spreading and thickening downwards."""
    mirrored = np.abs(x)
    return flat_capsule(mirrored, y, z, (27.0, 2.0, 110.0), (52.0, -8.0, -110.0), 21.0, (1.15, 1.0, 1.0))


def _erector(x: Field, y: Field, z: Field) -> Field:
    """Both columns of back muscle."""
    return flat_capsule(np.abs(x), y, z, (34.0, 47.0, 150.0), (34.0, 47.0, -150.0), 24.0, (0.9, 1.0, 1.0))


def build_gas(
    anatomy: AnatomySection, kev: float, half_height_mm: float, rng: np.random.Generator
) -> VoxelGrid:
    """Bowel loops holding gas: strings of pouches along smooth curves, as mm⁻¹ below water."""
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
    return VoxelGrid(
        grid.origin_mm, grid.voxel_mm, np.asarray(-attenuation_per_mm("water", kev) * filled, np.float32)
    )


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
