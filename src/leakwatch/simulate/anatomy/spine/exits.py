"""Where cement can leave a vertebral body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.anatomy.extent import Extent, extent_of
from leakwatch.simulate.anatomy.needle_track import needle_track
from leakwatch.simulate.anatomy.patient import Exit, Patient
from leakwatch.simulate.anatomy.spine import rooms as spine_rooms
from leakwatch.simulate.anatomy.tubes import tubes
from leakwatch.simulate.anatomy.wall import clear_way, occupancy_at, walk_out
from leakwatch.simulate.config.anatomy import SpineSection
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.volume.triple import triple

_VEIN_REACH_MM = 42.0
_EPIDURAL_REACH_MM = 32.0
_TALLEST_DISC_MM = 18.0
_UPPER_ENDPLATE = 0.8
"""How often cement leaves a collapsed body upwards, through the endplate that broke."""


@dataclass(frozen=True, slots=True)
class _Body:
    """What an exit is looked for in; `away` is +1 to the patient's left, the side without the needle."""

    section: SpineSection
    patient: Patient
    extent: Extent
    away: float
    rng: np.random.Generator


def spine_exit(section: SpineSection, patient: Patient, kind: LeakKind, rng: np.random.Generator) -> Exit:
    """Find a way out of the treated body, on the side away from the needle.

    Raises
    ------
    ValueError
        A vertebra has no such way out, or here it ends at bone.
    """
    if kind not in _FINDERS:
        msg = f"a vertebra has no way out of kind {kind.value!r}"
        raise ValueError(msg)
    away = -1.0 if section.needle_side == "left" else 1.0
    return _FINDERS[kind](_Body(section, patient, extent_of(patient.treated), away, rng))


def _lateral(body: _Body) -> Exit:
    start, patient = np.array(body.extent.middle_mm), body.patient
    lesion = body.section.lesion
    if lesion is not None and lesion.centre_mm[0] * body.away > 0:
        # A wall that has been eaten is the one that gives.
        start = np.add(patient.centre_mm, lesion.centre_mm)
    direction = np.array([body.away, -0.15, body.rng.uniform(-0.15, 0.15)])
    wall, outside = clear_way(patient.treated, patient.outer, triple(start), direction)
    return Exit(LeakKind.LATERAL, wall, outside, spine_rooms.beside(body.extent))


def _anterior(body: _Body) -> Exit:
    direction = np.array([body.away * body.rng.uniform(0.0, 0.3), -1.0, body.rng.uniform(-0.12, 0.12)])
    wall, outside = clear_way(body.patient.treated, body.patient.outer, body.extent.middle_mm, direction)
    return Exit(LeakKind.ANTERIOR, wall, outside, spine_rooms.ahead(body.extent))


def _posterior(body: _Body) -> Exit:
    start = np.add(body.extent.middle_mm, [body.away * body.rng.uniform(4.5, 7.0), 0, 0])
    direction = np.array([0.0, 1.0, body.rng.uniform(-0.2, 0.2)])
    wall, outside = clear_way(body.patient.treated, body.patient.outer, triple(start), direction)
    return Exit(LeakKind.POSTERIOR, wall, outside, spine_rooms.behind(wall))


def _epidural(body: _Body) -> Exit:
    limbs = [vein.points_mm for vein in body.patient.veins[2:]]
    wall, outside = walk_out(body.patient.treated, body.extent.middle_mm, np.array([0.0, 1.0, 0.0]))
    room = tubes(limbs, body.patient.veins[2].radius_mm)
    return Exit(LeakKind.EPIDURAL, wall, outside, room, _EPIDURAL_REACH_MM)


def _vein(body: _Body) -> Exit:
    vein = body.patient.veins[0 if body.away > 0 else 1]
    towards = vein.points_mm[0] - np.asarray(body.extent.middle_mm)
    wall, _ = walk_out(body.patient.treated, body.extent.middle_mm, towards)
    room = tubes([vein.points_mm], vein.radius_mm)
    return Exit(LeakKind.VEIN, wall, triple(vein.points_mm[0]), room, _VEIN_REACH_MM, vein.points_mm)


def _disc(body: _Body) -> Exit:
    upper = _UPPER_ENDPLATE if body.section.collapse_mm > 0 else 0.5
    way = 1.0 if body.rng.random() < upper else -1.0
    direction = np.array([0.35 * body.away, -0.25, way])
    wall, outside = clear_way(body.patient.treated, body.patient.outer, body.extent.middle_mm, direction)
    rise = np.arange(1.0, _TALLEST_DISC_MM, 0.25)
    column = np.asarray(wall) + rise[:, None] * np.array([0.0, 0.0, way])
    bone = occupancy_at(body.patient.outer, column) > 0.5
    gap_mm = rise[int(np.argmax(bone))] if bone.any() else body.section.disc_height_mm
    room = spine_rooms.disc(body.extent, wall, wall[2] + way * float(gap_mm) / 2)
    return Exit(LeakKind.DISC, wall, outside, room)


def _foraminal(body: _Body) -> Exit:
    low, height = body.extent.low_mm[2], body.extent.size_mm[2]
    x, y, _ = body.extent.middle_mm
    start = (x, y, low + height * body.rng.uniform(0.24, 0.32))
    direction = np.array([0.78 * body.away, 0.62, 0.0])
    wall, outside = clear_way(body.patient.treated, body.patient.outer, start, direction)
    outwards = np.subtract(outside, wall)
    outwards = outwards / np.linalg.norm(outwards)
    return Exit(LeakKind.FORAMINAL, wall, outside, spine_rooms.round_root(outside, outwards, body.away))


def _needle_track(body: _Body) -> Exit:
    return needle_track(body.patient)


_FINDERS: dict[LeakKind, Callable[[_Body], Exit]] = {
    LeakKind.LATERAL: _lateral,
    LeakKind.ANTERIOR: _anterior,
    LeakKind.POSTERIOR: _posterior,
    LeakKind.EPIDURAL: _epidural,
    LeakKind.VEIN: _vein,
    LeakKind.DISC: _disc,
    LeakKind.FORAMINAL: _foraminal,
    LeakKind.NEEDLE_TRACK: _needle_track,
}
