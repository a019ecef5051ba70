"""One lumbar vertebra, upright, its body centred on the origin: x left, y posterior, z head, mm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.config.anatomy import AnatomySection
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import (
    Field,
    capsule,
    ellipsoid,
    flat_capsule,
    occupancy,
    smooth_max,
)
from leakwatch.simulate.volume.texture import smooth_noise

# Reach of the box that holds a whole vertebra: transverse processes, spinous process, facets.
_LOW_MM = (-45.0, -21.0, -34.0)
_HIGH_MM = (45.0, 67.0, 28.0)
_POSTERIOR_CORTEX_MM = 1.1
_RIM_MM = 1.5


@dataclass(frozen=True, slots=True)
class Vertebra:
    """Occupancies, 0 to 1, on one grid: everything, what lies within the cortex, and the body alone."""

    outer: VoxelGrid
    core: VoxelGrid
    body: VoxelGrid


def build_vertebra(anatomy: AnatomySection, collapse_mm: float, rng: np.random.Generator) -> Vertebra:
    """Sample the solids on a grid of `anatomy.voxel_mm`; the body is `collapse_mm` lower in front."""
    grid = empty_grid(_LOW_MM, _HIGH_MM, anatomy.voxel_mm)
    x, y, z = open_axes_mm(grid)
    uneven = np.float32(anatomy.unevenness_mm) * smooth_noise(
        rng, grid.values.shape, (3.0 / grid.voxel_mm,) * 3
    )
    sides, ends = body_surfaces(x, y, z, anatomy, collapse_mm)
    sides, ends = sides + uneven, ends + uneven
    body = smooth_max(sides, ends, _RIM_MM)
    spongy = smooth_max(sides + np.float32(anatomy.wall_mm), ends + np.float32(anatomy.endplate_mm), _RIM_MM)
    arch = _posterior_elements(x, y, z, anatomy) + uneven
    voxel = anatomy.voxel_mm

    def sampled(distance: Field) -> VoxelGrid:
        return VoxelGrid(grid.origin_mm, voxel, occupancy(distance, voxel))

    inner = np.minimum(spongy, arch + np.float32(_POSTERIOR_CORTEX_MM))
    return Vertebra(sampled(np.minimum(body, arch)), sampled(inner), sampled(body))


def body_surfaces(
    x: Field, y: Field, z: Field, anatomy: AnatomySection, collapse_mm: float
) -> tuple[Field, Field]:
    """Signed distances to the body's side wall and to its endplates; the body lies within both.

    Waisted, flat behind, endplates concave with a raised rim; a collapsed upper endplate sinks towards
    the front.
    """
    half_width, half_depth = anatomy.body_width_mm / 2, anatomy.body_depth_mm / 2
    half_height = anatomy.body_height_mm / 2
    waist = 1 - 0.10 * (1 - np.clip(z / half_height, -1, 1) ** 2)
    across = np.abs(x / half_width) ** 2.3 + np.abs(y / half_depth) ** 2.3
    radial = across ** np.float32(1 / 2.3)
    wall = (radial - waist) * np.float32(0.5 * (half_width + half_depth))
    back = y - (0.80 * half_depth * waist + 0.004 * x * x)
    dish = np.clip(1 - (radial / 0.88) ** 2, 0, None)
    # The lower endplate is the deeper one behind the middle, as in life.
    sunk = collapse_mm * np.clip((half_depth - y) / (2 * half_depth), 0, 1)
    top = z - (half_height - sunk - anatomy.endplate_concavity_mm * dish)
    lower_dish = np.clip(1 - ((x / half_width) ** 2 + ((y - 3) / half_depth) ** 2) / 0.77, 0, None)
    bottom = -z - (half_height - 1.15 * anatomy.endplate_concavity_mm * lower_dish)
    sides = smooth_max(np.asarray(wall, np.float32), np.asarray(back, np.float32), 3.0)
    return sides, np.asarray(np.maximum(top, bottom), np.float32)


def _posterior_elements(x: Field, y: Field, z: Field, anatomy: AnatomySection) -> Field:
    """Signed distance to pedicles, laminae, facets, spinous and transverse processes."""
    back = 0.8 * anatomy.body_depth_mm / 2
    aside = 0.62 * anatomy.body_width_mm / 2
    mirrored = np.abs(x)
    parts = [
        # pedicle: an oval on end in the AP view
        flat_capsule(
            mirrored, y, z, (aside - 1, back - 2, 4.5), (aside + 1.5, back + 13, 4.0), 6.8, (1.45, 1, 1)
        ),
        # superior facet, then pars, then inferior facet
        ellipsoid(mirrored, y, z, (aside + 4, back + 16, 13.0), (5.0, 5.5, 9.0)),
        capsule(mirrored, y, z, (aside + 1.5, back + 16, 6.0), (aside - 2, back + 21, -12.0), 4.6),
        ellipsoid(mirrored, y, z, (aside - 2, back + 22, -21.0), (5.5, 4.5, 10.0)),
        # lamina, sloping to the spinous process
        flat_capsule(mirrored, y, z, (aside - 1, back + 19, -3.0), (0.5, back + 27, -7.0), 8.0, (1, 2.2, 1)),
        flat_capsule(mirrored, y, z, (aside + 3, back + 14, 5.0), (39.0, back + 20, 7.0), 5.0, (1, 2.0, 1.1)),
        flat_capsule(x, y, z, (0.0, back + 29, -8.0), (0.0, back + 46, -11.5), 8.5, (2.6, 1.4, 1)),
    ]
    distance = parts[0]
    for part in parts[1:]:
        distance = np.minimum(distance, part)
    return np.asarray(distance, np.float32)
