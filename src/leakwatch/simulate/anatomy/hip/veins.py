"""The vein that drains the treated bone of a hip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.hip.femur_shape import femur_axes
from leakwatch.simulate.anatomy.hip.joint import Hip
from leakwatch.simulate.anatomy.patient import Vein
from leakwatch.simulate.anatomy.tubes import dense_path
from leakwatch.simulate.anatomy.wall import clear_way
from leakwatch.simulate.config.anatomy import HipSection
from leakwatch.simulate.volume.triple import Triple

RADIUS_MM = 1.5
_OFF_MM = 1.6
# Own mm of a hip whose head has 24 mm: the femoral vein, in front of the joint, and the iliac one within.
_FEMORAL = ((-4.0, -42.0, -14.0), (-14.0, -48.0, 6.0), (-22.0, -48.0, 34.0))
_OBTURATOR = ((-34.0, -6.0, 46.0),)
_ILIAC = ((-40.0, -30.0, 74.0), (-52.0, -22.0, 115.0))
_MIDLINE_MM = (-64.0, -12.0)


def hip_vein(section: HipSection, hip: Hip, half_mm: float) -> Vein:
    """Lay the vein from the neck's front, or from the pelvis's inner wall, up out of the picture."""
    form, (start, outwards) = hip.form, vein_start(section, hip)
    wall, outside = clear_way(hip.treated, hip.outer, start, outwards)
    off = np.subtract(outside, wall)
    first = np.asarray(outside) + _OFF_MM * off / np.linalg.norm(off)
    course = (*(_FEMORAL if section.treated == "femur" else _OBTURATOR), *_ILIAC)
    points = [form.point_mm(form.scale * np.asarray(point)) for point in course]
    top = section.centre_mm[2] + half_mm + 45.0 - form.head_at_mm[2]
    high = max(top, _ILIAC[-1][2] * form.scale + 5.0)
    points.append(form.point_mm(np.array([*_MIDLINE_MM, high])))
    x, y, z = first
    return Vein(dense_path([outside, (float(x), float(y), float(z)), *points]), RADIUS_MM)


def vein_start(section: HipSection, hip: Hip) -> tuple[Triple, NDArray[np.float64]]:
    """Where in the bone the blood comes from, and which way out; LPS."""
    form = hip.form
    if section.treated == "femur":
        axes = femur_axes(form)
        ahead = np.array([0.0, -1.0, 0.0]) - 0.5 * axes.upper
        return form.point_mm(0.55 * axes.corner_mm), form.direction(ahead)
    inside = np.array([-4.0, 5.0, form.socket_mm + 12.0 * form.scale])
    return form.point_mm(inside), form.direction(np.array([-1.0, -0.25, 0.1]))
