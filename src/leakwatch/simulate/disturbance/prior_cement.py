"""Cement of an earlier session in the next body."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Patient
from leakwatch.simulate.beam.basis import Basis
from leakwatch.simulate.beam.projection import deposit
from leakwatch.simulate.config.disturbance import PriorCementSection
from leakwatch.simulate.disturbance.shadow import Shadow
from leakwatch.simulate.injection.schedule import Schedule
from leakwatch.simulate.injection.spread import Spread, grow
from leakwatch.simulate.motion.layers import Layers, moved_rigidly, picture_motion
from leakwatch.simulate.scene import Scene
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.texture import smooth_noise
from leakwatch.simulate.volume.triple import triple

_POROSITY = 0.85
_SOLID = 0.9


def prior_cement_shadow(
    section: PriorCementSection, scene: Scene, layers: Layers, rng: np.random.Generator
) -> Shadow:
    """Set cement, moving with the bone.

    Raises
    ------
    ValueError
        The anatomy has no neighbouring bone, or too little room in it.
    """
    spread = _set(section, scene.patient, rng)
    picture = deposit(spread.points_mm, spread.volumes_ul, spread.edge_mm, layers.fine).astype(np.float32)

    def at(time_s: float) -> NDArray[np.float32]:
        return moved_rigidly(picture, picture_motion(scene.movement.bone(time_s), layers), layers)

    return Shadow(Basis.CEMENT, at)


def _set(section: PriorCementSection, patient: Patient, rng: np.random.Generator) -> Spread:
    core = patient.next_core
    if core is None or not (core.values > _SOLID).any():
        msg = f"there is no bone next to the {patient.label} that could hold older cement"
        raise ValueError(msg)
    solid = core.values > _SOLID
    low = np.argwhere(solid).min(axis=0)
    high = np.argwhere(solid).max(axis=0) + 1
    window = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    uneven = smooth_noise(rng, core.values[window].shape, (3.0 / core.voxel_mm,) * 3)
    values = np.where(solid[window], np.exp(0.6 * uneven), np.inf).astype(np.float32)
    medium = VoxelGrid(triple(np.asarray(core.origin_mm) + core.voxel_mm * low), core.voxel_mm, values)
    inside = np.argwhere(np.isfinite(values))
    seed = inside[np.argmin(np.linalg.norm(inside - inside.mean(axis=0), axis=1))]
    wanted_ul = section.volume_ml * 1000
    return grow(medium, triple(medium.points_mm(seed)), _POROSITY, Schedule(0.0, 1.0, wanted_ul))
