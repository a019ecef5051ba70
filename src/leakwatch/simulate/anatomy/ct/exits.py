"""Where cement can leave a bone taken from a CT."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.extent import extent_of
from leakwatch.simulate.anatomy.patient import Exit, Patient
from leakwatch.simulate.anatomy.spine import rooms as spine_rooms
from leakwatch.simulate.anatomy.spine.exits import spine_exit
from leakwatch.simulate.anatomy.wall import clear_way
from leakwatch.simulate.config.anatomy import CtSection, SpineSection
from leakwatch.simulate.config.injection import LeakKind

_THROUGH_WALL = {
    LeakKind.LATERAL: (1.0, -0.15),
    LeakKind.SOFT_TISSUE: (1.0, -0.15),
    LeakKind.ANTERIOR: (0.15, -1.0),
    LeakKind.PRESACRAL: (0.15, -1.0),
    LeakKind.POSTERIOR: (0.15, 1.0),
}
"""Direction away from the needle's side, and backwards."""


def ct_exit(section: CtSection, patient: Patient, kind: LeakKind, rng: np.random.Generator) -> Exit:
    """Find a way out of the treated bone; a vertebra's are found as in a parametric one.

    Raises
    ------
    ValueError
        This bone has no such way out, or here it ends at bone.
    """
    if section.site == "vertebra" or kind is LeakKind.NEEDLE_TRACK:
        # Which endplate gave way is not known of a CT: either may.
        spine = SpineSection(needle_side=section.needle_side, centre_mm=section.centre_mm, collapse_mm=0.0)
        return spine_exit(spine, patient, kind, rng)
    if kind not in _THROUGH_WALL:
        msg = f"a {section.site} from a CT has no way out of kind {kind.value!r}"
        raise ValueError(msg)
    away, back = _THROUGH_WALL[kind]
    side = -1.0 if section.needle_side == "left" else 1.0
    direction = np.array([side * away, back, rng.uniform(-0.15, 0.15)])
    wall, outside = clear_way(patient.treated, patient.outer, patient.approach.tip_mm, direction)
    extent = extent_of(patient.treated)
    room = spine_rooms.ahead(extent) if back < -0.5 else spine_rooms.beside(extent)
    return Exit(kind, wall, outside, room)
