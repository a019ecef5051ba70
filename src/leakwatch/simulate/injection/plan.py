"""Where the cement goes: through spongy bone from the needle tip, and out through a hole in the wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.anatomy.build import find_exit
from leakwatch.simulate.anatomy.patient import Exit, Patient
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.config.injection import CementSection, LeakKind, LeakSection
from leakwatch.simulate.injection.embolus import Embolus, break_off
from leakwatch.simulate.injection.leak_space import leak_space
from leakwatch.simulate.injection.schedule import Schedule
from leakwatch.simulate.injection.spread import Spread, grow, nothing
from leakwatch.simulate.volume.grid import VoxelGrid, cut, open_axes_mm, window_between
from leakwatch.simulate.volume.solids import capsule
from leakwatch.simulate.volume.texture import smooth_noise
from leakwatch.simulate.volume.triple import triple

_SOLID = 0.9
"""Occupancy of the core from which cement can pass."""
# A cleft from needle to breach is how cement gets there first.
_CLEFT_MM = 1.4
_REACHED_MM = 1.5
_THICKEST_WALL_MM = 8.0
# How much bone, in mm, the whole cleft resists as, from the first guess to an open channel.
_CLEFT_AS_BONE_MM = (4.0, 2.0, 1.0, 0.5, 0.2, 0.05)


@dataclass(frozen=True, slots=True)
class Injection:
    """Cement in the bone and outside it, the way out if there is one, and what breaks off."""

    inside: Spread
    leaked: Spread
    way_out: Exit | None
    embolus: Embolus | None = None


def plan_injection(
    config: CaseSection, patient: Patient, end_s: float, rng: np.random.Generator
) -> Injection:
    """Plan the whole injection up to `end_s` on the case's clock.

    A leak starts at its own time, or when the cement has reached the hole if that is later.

    Raises
    ------
    ValueError
        There is no room for the cement, no such way out, or the cement never gets there.
    """
    cement, leak = config.cement, config.leak
    end_s = min(end_s, _needle_leaves_s(config, patient))
    filling = Schedule(cement.start_s, end_s, cement.rate_ml_per_min * 1000 / 60, cement.pauses)
    spongy = _spongy_resistance(patient.core, cement, rng)
    if leak is None:
        return Injection(_fill(spongy, patient, cement, filling), nothing(spongy.voxel_mm), None)
    way_out = find_exit(config.anatomy, patient, leak.kind, rng)
    inside, reached_s = _fill_towards(way_out, leak, spongy, patient, cement, filling)
    space = leak_space(way_out, patient.outer, rng)
    flow = Schedule(
        max(leak.start_s, reached_s),
        end_s if leak.stop_s is None else min(end_s, leak.stop_s),
        leak.rate_ml_per_min * 1000 / 60,
        cement.pauses,
    )
    leaked = grow(space, way_out.outside_mm, 1.0, flow)
    if len(leaked.volumes_ul) == 0:
        msg = f"nothing leaks: it reaches the hole at {flow.start_s:.1f} s, it ends at {flow.end_s:.1f} s"
        raise ValueError(msg)
    return Injection(inside, leaked, way_out, break_off(leak.embolus, leaked, way_out))


def _needle_leaves_s(config: CaseSection, patient: Patient) -> float:
    """When the needle's tip leaves the bone, if it does: nothing is pushed into it after."""
    move = config.disturbance.needle_move
    in_bone_mm = np.linalg.norm(np.subtract(patient.approach.entry_mm, patient.approach.tip_mm))
    return np.inf if move is None or move.back_mm < in_bone_mm else move.start_s


def _fill(spongy: VoxelGrid, patient: Patient, cement: CementSection, filling: Schedule) -> Spread:
    return grow(spongy, patient.approach.tip_mm, cement.porosity, filling)


def _fill_towards(
    way_out: Exit,
    leak: LeakSection,
    spongy: VoxelGrid,
    patient: Patient,
    cement: CementSection,
    filling: Schedule,
) -> tuple[Spread, float]:
    """Fill the bone with a cleft to the hole just open enough to be there in time; and say when it is."""
    if leak.kind is LeakKind.NEEDLE_TRACK:
        # It runs back along the needle: nothing has to be crossed.
        return _fill(spongy, patient, cement, filling), leak.start_s
    reach_mm = _wall_mm(spongy, way_out) + _REACHED_MM
    for as_bone_mm in _CLEFT_AS_BONE_MM:
        inside = _fill(_with_cleft(spongy, patient, way_out, as_bone_mm), patient, cement, filling)
        reached_s = _reached_s(inside, way_out, reach_mm)
        if reached_s is not None and reached_s <= leak.start_s:
            break
    if reached_s is None:
        msg = "the cement does not reach the hole in the wall before the run ends"
        raise ValueError(msg)
    return inside, reached_s


def _wall_mm(spongy: VoxelGrid, way_out: Exit) -> float:
    """Thickness of the wall at the hole: how far the space that cement can fill is from it."""
    wall = np.asarray(way_out.wall_mm)
    reach = _THICKEST_WALL_MM + spongy.voxel_mm
    near = cut(spongy, window_between(spongy, triple(wall - reach), triple(wall + reach)))
    open_mm = near.points_mm(np.argwhere(np.isfinite(near.values)))
    thickness = float(np.linalg.norm(open_mm - wall, axis=1).min(initial=np.inf))
    if thickness > _THICKEST_WALL_MM:
        msg = f"the hole in the wall lies more than {_THICKEST_WALL_MM:g} mm from where cement can go"
        raise ValueError(msg)
    return thickness


def _reached_s(inside: Spread, way_out: Exit, reach_mm: float) -> float | None:
    """When cement stands at the hole; none can leave before."""
    near = np.linalg.norm(inside.points_mm - np.asarray(way_out.wall_mm), axis=-1) < reach_mm
    return float(inside.arrival_s[near].min()) if near.any() else None


def _spongy_resistance(core: VoxelGrid, cement: CementSection, rng: np.random.Generator) -> VoxelGrid:
    uneven = smooth_noise(rng, core.values.shape, (1.0 / core.voxel_mm,) * 3)
    uneven = uneven + smooth_noise(rng, core.values.shape, (3.0 / core.voxel_mm,) * 3)
    values = np.exp(cement.heterogeneity * uneven / np.float32(np.sqrt(2)))
    values[core.values < _SOLID] = np.inf
    return VoxelGrid(core.origin_mm, core.voxel_mm, np.asarray(values, np.float32))


def _with_cleft(spongy: VoxelGrid, patient: Patient, way_out: Exit, as_bone_mm: float) -> VoxelGrid:
    tip, wall = np.asarray(patient.approach.tip_mm), np.asarray(way_out.wall_mm)
    low, high = np.minimum(tip, wall) - 2 * _CLEFT_MM, np.maximum(tip, wall) + 2 * _CLEFT_MM
    window = window_between(spongy, triple(low), triple(high))
    near = cut(spongy, window)
    cleft = capsule(*open_axes_mm(near), triple(tip), triple(wall), _CLEFT_MM) < 0
    cleft &= np.isfinite(near.values)
    length_mm = float(np.linalg.norm(wall - tip))
    opened = near.values.copy()
    opened[cleft] = min(1.0, as_bone_mm / length_mm) * np.sqrt(opened[cleft])
    values = spongy.values.copy()
    values[window] = opened
    return VoxelGrid(spongy.origin_mm, spongy.voxel_mm, values)
