"""A gloved hand or a syringe over the border of the picture, drawn at the isocentre plane."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.beam.basis import Basis
from leakwatch.simulate.config.disturbance import HandSection
from leakwatch.simulate.config.machine import MachineSection
from leakwatch.simulate.disturbance.shadow import Shadow
from leakwatch.simulate.motion.movement import smooth_step

_ARRIVAL_S = 0.5
_TREMOR_MM, _TREMOR_HZ = 1.5, 1.3
# Three fingers: how far each tip stands back, and its place aside; then the palm. All mm.
_FINGERS = ((6.0, -21.0), (0.0, 0.0), (4.0, 20.0))
_FINGER_MM, _PHALANX_MM, _PHALANX_LENGTH_MM = 9.0, 4.0, 26.0
_PHALANX_SHARE = 0.45
_PALM_BEHIND_MM, _PALM_THICK_MM = 62.0, 26.0
_BARREL_MM, _CONTENTS_MM, _NOZZLE_MM = 8.0, 6.8, 14.0

Picture = NDArray[np.float32]
Point = tuple[float, float]
Drawing = Callable[[Picture, Picture], Picture]
"""Path lengths in mm at places so many mm behind the tip and aside of its line."""


def hand_shadows(section: HandSection, machine: MachineSection) -> tuple[Shadow, ...]:
    """Soft parts and bones of a hand, or barrel and contents of a syringe full of cement."""
    parts: tuple[tuple[Basis, Drawing], ...] = (
        ((Basis.WATER, _flesh), (Basis.BONE, _bones))
        if section.thing == "hand"
        else ((Basis.WATER, _barrel), (Basis.CEMENT, _contents))
    )
    return tuple(Shadow(basis, _seen(section, machine, drawing)) for basis, drawing in parts)


def come_mm(section: HandSection, time_s: float) -> float | None:
    """How far past the border it is; None while it is away."""
    end_s = section.start_s + section.stay_s + 2 * _ARRIVAL_S
    if not section.start_s < time_s < end_s:
        return None
    come = smooth_step((time_s - section.start_s) / _ARRIVAL_S) * smooth_step((end_s - time_s) / _ARRIVAL_S)
    return section.reach_mm * come + _TREMOR_MM * float(np.sin(2 * np.pi * _TREMOR_HZ * time_s)) * come


def _seen(
    section: HandSection, machine: MachineSection, drawing: Drawing
) -> Callable[[float], Picture | None]:
    def at(time_s: float) -> Picture | None:
        come = come_mm(section, time_s)
        return None if come is None else drawing(*_places(section, machine, come))

    return at


def _places(section: HandSection, machine: MachineSection, come: float) -> tuple[Picture, Picture]:
    """Millimetres behind the tip, and aside of the middle of the border, of every stored pixel."""
    down = (np.arange(machine.rows, dtype=np.float32) + 0.5)[:, None] * np.float32(machine.pixel_mm)
    right = (np.arange(machine.columns, dtype=np.float32) + 0.5)[None, :] * np.float32(machine.pixel_mm)
    height, width = machine.rows * machine.pixel_mm, machine.columns * machine.pixel_mm
    from_border, along_border, middle = {
        "left": (right, down, height / 2),
        "right": (width - right, down, height / 2),
        "top": (down, right, width / 2),
        "bottom": (height - down, right, width / 2),
    }[section.border]
    behind, aside = np.broadcast_arrays(come - from_border, along_border - middle)
    return behind, aside


def _rod(behind: Picture, aside: Picture, start: Point, length_mm: float, radius_mm: float) -> Picture:
    """Path through a round-ended rod lying across the beam from `start` (behind, aside) backwards."""
    along = behind - np.float32(start[0])
    beyond = along - np.clip(along, radius_mm, radius_mm + length_mm)
    squared = beyond**2 + (aside - np.float32(start[1])) ** 2
    return np.asarray(2 * np.sqrt(np.clip(radius_mm**2 - squared, 0, None)), np.float32)


def _flesh(behind: Picture, aside: Picture) -> Picture:
    fingers = [_rod(behind, aside, finger, 90.0, _FINGER_MM) for finger in _FINGERS]
    palm = np.where(behind > _PALM_BEHIND_MM, np.float32(_PALM_THICK_MM), np.float32(0))
    return np.asarray(np.maximum.reduce([*fingers, palm]), np.float32)


def _bones(behind: Picture, aside: Picture) -> Picture:
    total = np.zeros_like(behind)
    for tip, place in _FINGERS:
        for phalanx in range(3):
            start = tip + 5.0 + phalanx * (_PHALANX_LENGTH_MM + 2.0)
            length = _PHALANX_LENGTH_MM - 2 * _PHALANX_MM
            total = total + _rod(behind, aside, (start, place), length, _PHALANX_MM)
    return np.asarray(_PHALANX_SHARE * total, np.float32)


def _barrel(behind: Picture, aside: Picture) -> Picture:
    nozzle = _rod(behind, aside, (0.0, 0.0), _NOZZLE_MM, 2.5)
    return np.maximum(_rod(behind, aside, (_NOZZLE_MM, 0.0), 200.0, _BARREL_MM), nozzle)


def _contents(behind: Picture, aside: Picture) -> Picture:
    return _rod(behind, aside, (_NOZZLE_MM + 1.5, 0.0), 200.0, _CONTENTS_MM)
