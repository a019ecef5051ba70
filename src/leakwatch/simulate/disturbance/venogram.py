"""Contrast medium through the needle before the cement: it stains the bone and runs off in the veins."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Patient, Vein
from leakwatch.simulate.beam.basis import Basis
from leakwatch.simulate.beam.projection import deposit
from leakwatch.simulate.config.disturbance import VenogramSection
from leakwatch.simulate.disturbance.shadow import Shadow
from leakwatch.simulate.injection.schedule import Schedule
from leakwatch.simulate.injection.spread import grow
from leakwatch.simulate.motion.layers import Layers, moved_rigidly, picture_motion
from leakwatch.simulate.scene import Scene
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.texture import smooth_noise

_STAIN_SHARE = 0.25
"""Part of the medium that stays in spongy bone for a while; the rest runs off in veins."""
_MARROW_SHARE = 0.3
"""Medium among the blood and marrow of what is stained."""
_POROSITY = 0.85
_BLOOD_SHARE = 0.4
"""Medium in the blood of a vein while it is being pushed."""
_VEIN_STEP_MM = 0.5


def venogram_shadow(
    section: VenogramSection, scene: Scene, layers: Layers, rng: np.random.Generator
) -> Shadow:
    """Give a stain that rises while the medium is pushed and washes out after; it moves with the bone."""
    picture = (_stain(section, scene.patient, layers, rng) + _veins(scene.patient.veins, layers)).astype(
        np.float32
    )

    def at(time_s: float) -> NDArray[np.float32] | None:
        strength = strength_at(section, time_s)
        if strength < 1e-3:
            return None
        motion = picture_motion(scene.movement.bone(time_s), layers)
        return np.float32(strength) * moved_rigidly(picture, motion, layers)

    return Shadow(Basis.CONTRAST_MEDIUM, at)


def strength_at(section: VenogramSection, time_s: float) -> float:
    """Share of the full picture: a steady inflow against a washout of first order."""
    since = time_s - section.start_s
    if since <= 0:
        return 0.0
    pushed = min(since, section.duration_s)
    rise = 1 - np.exp(-pushed / section.washout_s)
    return float(rise * np.exp(-(since - pushed) / section.washout_s))


def _stain(
    section: VenogramSection, patient: Patient, layers: Layers, rng: np.random.Generator
) -> NDArray[np.float64]:
    core = patient.core
    uneven = smooth_noise(rng, core.values.shape, (2.0 / core.voxel_mm,) * 3)
    values = np.where(core.values > 0.9, np.exp(uneven), np.inf).astype(np.float32)
    medium = VoxelGrid(core.origin_mm, core.voxel_mm, values)
    stained_ul = _STAIN_SHARE * 1000 * section.volume_ml / _MARROW_SHARE
    spread = grow(medium, patient.approach.tip_mm, _POROSITY, Schedule(0.0, 1.0, stained_ul))
    return deposit(spread.points_mm, _MARROW_SHARE * spread.volumes_ul, spread.edge_mm, layers.fine)


def _veins(veins: tuple[Vein, ...], layers: Layers) -> NDArray[np.float64]:
    total = np.zeros(layers.fine.shape)
    for vein in veins:
        points = np.concatenate([_between(a, b) for a, b in pairwise(vein.points_mm)])
        volume = np.pi * vein.radius_mm**2 * _VEIN_STEP_MM * _BLOOD_SHARE
        # A vessel's round section as a row of cubes as wide as it is: the same volume, softly edged.
        total += deposit(points, np.full(len(points), volume), 2 * vein.radius_mm, layers.fine, 7)
    return total


def _between(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    count = max(1, round(float(np.linalg.norm(end - start)) / _VEIN_STEP_MM))
    return np.asarray(start + (end - start) * (np.arange(count) / count)[:, None], np.float64)
