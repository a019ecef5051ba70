"""Where cement can leave a proximal femur or the bone above a socket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.anatomy.hip.femur_shape import femur_axes
from leakwatch.simulate.anatomy.hip.form import HipForm
from leakwatch.simulate.anatomy.needle_track import needle_track
from leakwatch.simulate.anatomy.patient import Exit, Patient
from leakwatch.simulate.anatomy.rooms import against, between_spheres
from leakwatch.simulate.anatomy.tubes import tubes
from leakwatch.simulate.anatomy.wall import clear_way, walk_out
from leakwatch.simulate.config.anatomy import HipSection
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.volume.triple import triple

_VEIN_REACH_MM = 42.0
_FLAT_MM = 3.5
_WITHIN_MM = 0.4
"""How far within the bone the last of it is taken to be."""
_MEDIAL = 0.4
"""How often cement leaves the pelvis inwards."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What an exit is looked for in."""

    section: HipSection
    patient: Patient
    form: HipForm
    rng: np.random.Generator

    @property
    def is_femur(self) -> bool:
        """Whether it is not the pelvis."""
        return self.section.treated == "femur"


def hip_exit(section: HipSection, patient: Patient, kind: LeakKind, rng: np.random.Generator) -> Exit:
    """Find a way out of the treated bone.

    Raises
    ------
    ValueError
        A hip has no such way out, or here it ends at bone.
    """
    if kind not in _FINDERS or not isinstance(patient.form, HipForm):
        msg = f"a hip has no way out of kind {kind.value!r}"
        raise ValueError(msg)
    return _FINDERS[kind](_Found(section, patient, patient.form, rng))


def _intra_articular(found: _Found) -> Exit:
    """Through the top of the head, or of the socket, into the space between them."""
    form, rng = found.form, found.rng
    towards = np.array([rng.uniform(-0.05, 0.40), rng.uniform(-0.25, 0.25), 1.0])
    towards = towards / np.linalg.norm(towards)
    last = form.head_mm - _WITHIN_MM if found.is_femur else form.socket_mm + _WITHIN_MM
    middle = form.head_mm + form.gap_mm / 2
    room = between_spheres(form.head_at_mm, (form.head_mm, form.socket_mm))
    wall, outside = form.point_mm(last * towards), form.point_mm(middle * towards)
    return Exit(LeakKind.INTRA_ARTICULAR, wall, outside, room)


def _soft_tissue(found: _Found) -> Exit:
    """Of the femur through the neck's upper side; of the pelvis outwards or inwards."""
    form, rng, approach = found.form, found.rng, found.patient.approach
    if found.is_femur:
        axes = femur_axes(form)
        start = form.point_mm(rng.uniform(0.55, 0.68) * axes.corner_mm)
        outwards = form.direction(np.add(axes.upper, [0.0, rng.uniform(-0.35, 0.35), 0.0]))
    else:
        way = -1.0 if rng.random() < _MEDIAL else 1.0
        start = approach.tip_mm
        # Outwards it is below the spine in front, inwards above the brim.
        rise = rng.uniform(0.0, 0.3) if way < 0 else rng.uniform(-0.5, -0.25)
        outwards = form.direction(np.array([way, rng.uniform(0.0, 0.35), rise]))
    wall, outside = clear_way(found.patient.treated, found.patient.outer, start, outwards)
    return Exit(LeakKind.SOFT_TISSUE, wall, outside, against(wall, outwards, _FLAT_MM))


def _vein(found: _Found) -> Exit:
    vein = found.patient.veins[0]
    first = vein.points_mm[0]
    # The bone's own end of the vein: straight back from its first point.
    inwards = first - vein.points_mm[1]
    start = triple(first + 12.0 * inwards / np.linalg.norm(inwards))
    wall, _ = walk_out(found.patient.treated, start, -inwards, 12.0)
    room = tubes([vein.points_mm], vein.radius_mm)
    return Exit(LeakKind.VEIN, wall, triple(first), room, _VEIN_REACH_MM, vein.points_mm)


def _needle_track(found: _Found) -> Exit:
    return needle_track(found.patient)


_FINDERS: dict[LeakKind, Callable[[_Found], Exit]] = {
    LeakKind.INTRA_ARTICULAR: _intra_articular,
    LeakKind.SOFT_TISSUE: _soft_tissue,
    LeakKind.VEIN: _vein,
    LeakKind.NEEDLE_TRACK: _needle_track,
}
