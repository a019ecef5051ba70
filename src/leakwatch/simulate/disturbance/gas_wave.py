"""A pocket of gas squeezed along the bowel."""

from __future__ import annotations

from dataclasses import replace

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
    # It may start or end beyond what the other layers need to hold.
    extra = int(np.ceil(np.linalg.norm(section.along_mm) / scene.config.machine.pixel_mm))
    canvas = replace(layers.coarse, margin_px=layers.coarse.margin_px + extra)
    picture = line_integrals(_pocket(start, section.radius_mm), canvas)

    def at(time_s: float) -> NDArray[np.float32]:
        done = smooth_step((time_s - section.start_s) / section.duration_s)
        even = scene.movement.whole(time_s) + done * np.asarray(section.along_mm)
        x, y = warp_of(layers, even, scene.movement.gas(time_s), layers.gas_sway)
        return -warped(picture, (x + np.float32(extra), y + np.float32(extra)))

    return Shadow(Basis.WATER, at)


def _pocket(centre: NDArray[np.float64], radius_mm: float) -> VoxelGrid:
    reach = radius_mm + 2.0
    grid = empty_grid(triple(centre - reach), triple(centre + reach), _VOXEL_MM)
    # Longer than wide, as a filled piece of bowel is.
    radii = (radius_mm, 0.7 * radius_mm, 0.75 * radius_mm)
    filled = occupancy(ellipsoid(*open_axes_mm(grid), triple(centre), radii), 2 * _VOXEL_MM)
    return VoxelGrid(grid.origin_mm, grid.voxel_mm, filled)
