"""Where cement can leave a vertebral body, and what room it finds there."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Exit, Patient, Room
from leakwatch.simulate.anatomy.wall import walk_out
from leakwatch.simulate.config.anatomy import SpineSection
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.volume.solids import Field, capsule
from leakwatch.simulate.volume.triple import Triple, triple

_VEIN_RADIUS_MM = 1.0
_DISC_PLATE_MM = 1.6
_EPIDURAL_DEPTH_MM = 4.0

Rooms = Callable[[SpineSection, Triple, Triple], Room]


def spine_exit(section: SpineSection, patient: Patient, kind: LeakKind, rng: np.random.Generator) -> Exit:
    """Find a way out of the treated body, on the side away from the needle.

    Raises
    ------
    ValueError
        A vertebra has no such way out.
    """
    away = -1.0 if section.needle_side == "left" else 1.0
    directions = {
        LeakKind.LATERAL: np.array([away, -0.15, rng.uniform(-0.15, 0.15)]),
        LeakKind.EPIDURAL: np.array([0.12 * away, 1.0, rng.uniform(-0.2, 0.1)]),
        LeakKind.DISC: np.array([0.35 * away, -0.25, 1.0]),
        LeakKind.VEIN: np.array([0.8 * away, -0.6, rng.uniform(-0.1, 0.1)]),
    }
    rooms: dict[LeakKind, Rooms] = {
        LeakKind.LATERAL: _beside,
        LeakKind.EPIDURAL: _canal,
        LeakKind.DISC: _disc,
        LeakKind.VEIN: _vein,
    }
    if kind not in directions:
        msg = f"a vertebra has no way out of kind {kind.value!r}"
        raise ValueError(msg)
    wall, outside = walk_out(patient.treated, patient.centre_mm, directions[kind])
    return Exit(kind, wall, outside, rooms[kind](section, wall, outside))


def _beside(section: SpineSection, wall: Triple, outside: Triple) -> Room:
    """Soft tissue beside the body: a blob that hugs the wall."""

    def room(x: Field, y: Field, z: Field) -> Field:
        away = np.abs(x - np.float32(section.centre_mm[0])) - np.float32(section.body_width_mm / 2)
        return np.asarray(1 + (np.clip(away, 0, None) / 4) ** 2 + 0 * y + 0 * z, np.float32)

    return room


def _canal(section: SpineSection, wall: Triple, outside: Triple) -> Room:
    """Front of the spinal canal: thin from front to back, long from head to foot."""

    def room(x: Field, y: Field, z: Field) -> Field:
        behind = y - np.float32(wall[1])
        aside = np.abs(x - np.float32(section.centre_mm[0]))
        free = (behind > -3) & (behind < _EPIDURAL_DEPTH_MM) & (aside < 9)
        along = 1 + (np.clip(behind, 0, None) / 2.0) ** 2 + (x - np.float32(wall[0])) ** 2 / 40
        return np.asarray(np.where(free, along + 0 * z, np.inf), np.float32)

    return room


def _disc(section: SpineSection, wall: Triple, outside: Triple) -> Room:
    """The disc above, best half-way between the endplates."""

    def room(x: Field, y: Field, z: Field) -> Field:
        cx, cy, cz = section.centre_mm
        middle = cz + (section.body_height_mm + section.disc_height_mm) / 2
        across = ((x - cx) / (section.body_width_mm / 2)) ** 2 + ((y - cy) / (section.body_depth_mm / 2)) ** 2
        within = (np.abs(z - np.float32(middle)) < section.disc_height_mm) & (across < 0.85)
        # Layers of the annulus and the softer middle guide it sideways.
        layered = 1 + (np.abs(z - np.float32(middle)) / _DISC_PLATE_MM) ** 3
        stalk = capsule(x, y, z, wall, (wall[0], wall[1], middle), 1.5) < 0
        return np.asarray(np.where(stalk, 0.7, np.where(within, layered, np.inf)), np.float32)

    return room


def _vein(section: SpineSection, wall: Triple, outside: Triple) -> Room:
    """A segmental vein: forwards and outwards from the wall, then up beside the disc."""
    start = np.asarray(outside)
    away = np.sign(start[0] - section.centre_mm[0])
    turns = [[0, 0, 0], [2.5 * away, -2.5, 1], [3.5 * away, -4.5, 6], [2 * away, -5, 14], [0, -6, 23]]
    return tubes([triple(start + np.array(turn)) for turn in turns], _VEIN_RADIUS_MM)


def tubes(path: list[Triple], radius_mm: float) -> Room:
    """Within a string of round-ended tubes and nowhere else."""

    def room(x: Field, y: Field, z: Field) -> Field:
        inside: NDArray[np.bool_] = np.zeros(np.broadcast_shapes(x.shape, y.shape, z.shape), bool)
        for a, b in pairwise(path):
            inside |= capsule(x, y, z, a, b, radius_mm) < 0
        return np.asarray(np.where(inside, 1.0, np.inf), np.float32)

    return room
