"""A pocket of gas squeezed along the bowel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.beam.basis import Basis
from leakwatch.simulate.beam.projection import line_integrals
from leakwatch.simulate.config.disturbance import GasWaveSection
from leakwatch.simulate.disturbance.shadow import Shadow
from leakwatch.simulate.motion.layers import Layers, warp_of, warped
from leakwatch.simulate.motion.movement import smooth_step
from leakwatch.simulate.scene import Scene
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import ellipsoid, occupancy
from leakwatch.simulate.volume.triple import triple

_VOXEL_MM = 1.0


def gas_wave_shadow(section: GasWaveSection, scene: Scene, layers: Layers) -> Shadow:
    """Water missing where the pocket is; it breathes as the other gas does, and travels once."""
    start = np.asarray(scene.patient.centre_mm) + section.from_mm
    picture = line_integrals(_pocket(start, section.radius_mm), layers.coarse)

    def at(time_s: float) -> NDArray[np.float32]:
        done = smooth_step((time_s - section.start_s) / section.duration_s)
        shift = scene.movement.gas(time_s) + done * np.asarray(section.along_mm)
        return -warped(picture, warp_of(layers, shift, layers.gas_sway))

    return Shadow(Basis.WATER, at)


def _pocket(centre: NDArray[np.float64], radius_mm: float) -> VoxelGrid:
    reach = radius_mm + 2.0
    grid = empty_grid(triple(centre - reach), triple(centre + reach), _VOXEL_MM)
    # Longer than wide, as a filled piece of bowel is.
    radii = (radius_mm, 0.7 * radius_mm, 0.75 * radius_mm)
    filled = occupancy(ellipsoid(*open_axes_mm(grid), triple(centre), radii), 2 * _VOXEL_MM)
    return VoxelGrid(grid.origin_mm, grid.voxel_mm, filled)
