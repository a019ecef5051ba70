"""A patient whose hip is treated: the proximal femur, or the bone above the socket."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.hip.femur_shape import femur_axes
from leakwatch.simulate.anatomy.hip.joint import Hip, build_hip
from leakwatch.simulate.anatomy.hip.veins import hip_vein
from leakwatch.simulate.anatomy.patient import Approach, Patient
from leakwatch.simulate.anatomy.pelvis import pelvic_gas, pelvic_tissue, pelvic_trunk
from leakwatch.simulate.anatomy.space import space_about
from leakwatch.simulate.anatomy.wall import walk_out
from leakwatch.simulate.config.anatomy import HipSection
from leakwatch.simulate.volume.triple import triple

_SHAFT_MM = 120.0
_SPACE_MM = 34.0
"""How far from the tip cement can come to."""
_FROM_MIDLINE_MM = 90.0
_LABELS = {"femur": "proximal femur", "acetabulum": "acetabulum"}
# The femur's tip lies where head and neck meet, as a share of the way to the shaft.
_FEMUR_TIP_AT = 0.34
# Above the socket, and from the front and the side.
_TIP_MM, _TIP_ABOVE_MM = (-3.0, 4.0), 12.0
_TOWARDS_HUB = (0.65, -0.60, 0.45)
_THROUGH_MM = 45.0


def build_hip_patient(section: HipSection, half_mm: float, seeds: np.random.SeedSequence) -> Patient:
    """Build the joint, soft tissue, gas, a vein and a needle's way in.

    Raises
    ------
    ValueError
        The needle misses the bone.
    """
    bone_rng, tissue_rng, gas_rng = (np.random.default_rng(child) for child in seeds.spawn(3))
    # What lies nearer to the source than the isocentre is seen from further up and down.
    bone_half_mm, soft_half_mm = half_mm * 1.15 + 6.0, half_mm * 1.3 + 14.0
    hip = build_hip(section, bone_half_mm, bone_rng)
    approach = _into_femur(hip) if section.treated == "femur" else _into_pelvis(hip)
    middle = triple(np.subtract(hip.form.head_at_mm, [hip.form.side * _FROM_MIDLINE_MM, 0.0, 0.0]))
    return Patient(
        site=section.treated,
        label=section.label or _LABELS[section.treated],
        centre_mm=section.centre_mm,
        bone=hip.bone,
        outer=hip.outer,
        treated=hip.treated,
        core=space_about(hip.core, approach.tip_mm, _SPACE_MM),
        soft=pelvic_tissue(section, middle, soft_half_mm, tissue_rng),
        soft_bone=None,
        gas=pelvic_gas(section, middle, soft_half_mm, gas_rng),
        trunk=pelvic_trunk(section, middle),
        approach=approach,
        veins=(hip_vein(section, hip, soft_half_mm),),
        form=hip.form,
    )


def _into_femur(hip: Hip) -> Approach:
    """From the side, below the greater trochanter, up the neck."""
    axes = femur_axes(hip.form)
    tip = hip.form.point_mm(_FEMUR_TIP_AT * axes.corner_mm)
    along = hip.form.direction(axes.neck)
    entry, _ = walk_out(hip.treated, tip, along, _SHAFT_MM)
    return Approach(tip, entry, triple(np.asarray(tip) + _SHAFT_MM * along))


def _into_pelvis(hip: Hip) -> Approach:
    """From the front and the side, between the iliac spines and the joint."""
    form = hip.form
    tip = form.point_mm(np.array([*_TIP_MM, form.socket_mm + _TIP_ABOVE_MM * form.scale]))
    along = form.direction(np.asarray(_TOWARDS_HUB) / np.linalg.norm(_TOWARDS_HUB))
    entry, _ = walk_out(hip.outer, tip, along, _THROUGH_MM)
    return Approach(tip, entry, triple(np.asarray(tip) + _SHAFT_MM * along))
