"""Where cement can leave a sacrum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.anatomy.needle_track import needle_track
from leakwatch.simulate.anatomy.patient import Exit, Patient
from leakwatch.simulate.anatomy.rooms import against
from leakwatch.simulate.anatomy.sacrum import rooms as sacrum_rooms
from leakwatch.simulate.anatomy.sacrum.build import needle_side
from leakwatch.simulate.anatomy.sacrum.form import SacrumForm
from leakwatch.simulate.anatomy.sacrum.shape import foramen_mm
from leakwatch.simulate.anatomy.tubes import tubes
from leakwatch.simulate.anatomy.wall import clear_way, occupancy_at, walk_out
from leakwatch.simulate.config.anatomy import SacrumSection
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.volume.triple import triple

_VEIN_REACH_MM = 42.0
_TALLEST_DISC_MM = 18.0
_FLAT_MM = 3.0


@dataclass(frozen=True, slots=True)
class _Found:
    """What an exit is looked for in; `side` is +1 where the needle is in the left ala."""

    patient: Patient
    form: SacrumForm
    side: float
    rng: np.random.Generator


def sacrum_exit(section: SacrumSection, patient: Patient, kind: LeakKind, rng: np.random.Generator) -> Exit:
    """Find a way out of the sacrum on the needle's side.

    Raises
    ------
    ValueError
        A sacrum has no such way out, or here it ends at bone.
    """
    if kind not in _FINDERS or not isinstance(patient.form, SacrumForm):
        msg = f"a sacrum has no way out of kind {kind.value!r}"
        raise ValueError(msg)
    return _FINDERS[kind](_Found(patient, patient.form, needle_side(section), rng))


def _presacral(found: _Found) -> Exit:
    """Through the front, above the first foramen and where body and ala meet."""
    form, rng = found.form, found.rng
    aside, down = rng.uniform(12.0, 21.0) * form.scale, rng.uniform(0.09, 0.15) * form.length_mm
    start = form.point_mm(found.side * aside, down, 10.0 * form.scale)
    forwards = -form.backwards(down)
    wall, outside = clear_way(found.patient.treated, found.patient.outer, start, forwards)
    return Exit(LeakKind.PRESACRAL, wall, outside, against(wall, forwards, _FLAT_MM))


def _posterior(found: _Found) -> Exit:
    """Through the back of the lateral mass, where the needle went in or a little below."""
    form, rng = found.form, found.rng
    aside, down = rng.uniform(31.0, 35.0) * form.scale, rng.uniform(0.20, 0.30) * form.length_mm
    start = form.point_mm(found.side * aside, down, 20.0 * form.scale)
    backwards = form.backwards(down)
    wall, outside = clear_way(found.patient.treated, found.patient.outer, start, backwards)
    return Exit(LeakKind.POSTERIOR, wall, outside, against(wall, backwards, _FLAT_MM))


def _foraminal(found: _Found) -> Exit:
    """Out of the ala into the foramen of S1, and along the root to the front."""
    form, side = found.form, found.side
    aside, down, radius = foramen_mm(form, 0)
    deep = found.rng.uniform(1.0, 3.5) * form.scale
    # The root runs down from the canal and out in front.
    course = (
        form.point_mm(side * 0.9 * aside, down - 1.0, deep + 4.0),
        form.point_mm(side * aside, down + 0.2 * radius, deep),
        form.point_mm(side * (aside + 2.0), down + 0.5 * radius, -4.0),
        form.point_mm(side * (aside + 7.0), down + 15.0, -13.0),
        form.point_mm(side * (aside + 14.0), down + 32.0, -20.0),
    )
    # From above and lateral, where the ala ends.
    start = form.point_mm(side * (aside + 0.9 * radius), down - 2.2 * radius, deep + 8.0)
    middle = form.point_mm(side * aside, down, deep)
    towards = np.subtract(middle, start)
    length = float(np.linalg.norm(towards))
    wall, _ = walk_out(found.patient.outer, start, towards, length)
    # Just within the hole, off the root, and near its opening in front.
    rim = np.subtract(form.point_mm(side * (aside + 0.9 * radius), down - 2.2 * radius, deep), middle)
    outside = triple(np.asarray(middle) + 0.62 * radius * rim / np.linalg.norm(rim))
    return Exit(LeakKind.FORAMINAL, wall, outside, sacrum_rooms.round_root(form, course))


def _vein(found: _Found) -> Exit:
    vein = found.patient.veins[0 if found.side > 0 else 1]
    first = vein.points_mm[0]
    aside = first[0] - found.form.origin_mm[0]
    down = 0.20 * found.form.length_mm
    start = found.form.point_mm(float(aside), down, 12.0)
    wall, _ = walk_out(found.patient.treated, start, first - np.asarray(start))
    room = tubes([vein.points_mm], vein.radius_mm)
    return Exit(LeakKind.VEIN, wall, triple(first), room, _VEIN_REACH_MM, vein.points_mm)


def _disc(found: _Found) -> Exit:
    """Up through the endplate of S1."""
    form = found.form
    aside = found.side * found.rng.uniform(3.0, 12.0) * form.scale
    deep = found.rng.uniform(8.0, 16.0) * form.scale
    start, above = form.point_mm(aside, 9.0, deep), form.point_mm(aside, -10.0, deep)
    up = np.subtract(above, start)
    wall, outside = clear_way(found.patient.treated, found.patient.outer, start, up)
    rise = np.arange(1.0, _TALLEST_DISC_MM, 0.25)
    column = np.asarray(wall) + rise[:, None] * up / np.linalg.norm(up)
    bone = occupancy_at(found.patient.outer, column) > 0.5
    gap = float(rise[int(np.argmax(bone))]) if bone.any() else 10.0
    return Exit(LeakKind.DISC, wall, outside, sacrum_rooms.lowest_disc(form, wall, gap))


def _needle_track(found: _Found) -> Exit:
    return needle_track(found.patient)


_FINDERS: dict[LeakKind, Callable[[_Found], Exit]] = {
    LeakKind.PRESACRAL: _presacral,
    LeakKind.POSTERIOR: _posterior,
    LeakKind.FORAMINAL: _foraminal,
    LeakKind.VEIN: _vein,
    LeakKind.DISC: _disc,
    LeakKind.NEEDLE_TRACK: _needle_track,
}
