"""A patient whose sacrum is treated."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.patient import Approach, Patient
from leakwatch.simulate.anatomy.pelvis import pelvic_gas, pelvic_tissue, pelvic_trunk
from leakwatch.simulate.anatomy.sacrum.bone import Sacrum, build_sacrum
from leakwatch.simulate.anatomy.sacrum.form import SacrumForm
from leakwatch.simulate.anatomy.sacrum.veins import sacral_veins
from leakwatch.simulate.anatomy.space import space_about
from leakwatch.simulate.anatomy.wall import walk_out
from leakwatch.simulate.config.anatomy import SacrumSection
from leakwatch.simulate.volume.triple import Triple, triple

_SHAFT_MM = 105.0
_SPACE_MM = 40.0
"""How far from the tip cement can come to."""
# Half-way between the foramen of S1 and the joint; as far from the front as from the back.
_TIP_ASIDE_MM = 36.0
_TIP_DOWN_AT = 0.20
_TIP_BACK_MM = 21.0
# Of the sacrum's middle, from the middle of the pelvis.
_BEHIND_PELVIS_MM = 58.0
_ABOVE_PELVIS_MM = 70.0


def build_sacrum_patient(section: SacrumSection, half_mm: float, seeds: np.random.SeedSequence) -> Patient:
    """Build the back of the pelvis, soft tissue, gas, veins and a way into the ala of S1.

    Raises
    ------
    ValueError
        The needle misses the sacrum.
    """
    bone_rng, tissue_rng, gas_rng = (np.random.default_rng(child) for child in seeds.spawn(3))
    # What lies nearer to the source than the isocentre is seen from further up and down.
    bone_half_mm, soft_half_mm = half_mm * 1.15 + 6.0, half_mm * 1.3 + 14.0
    sacrum = build_sacrum(section, bone_half_mm, bone_rng)
    approach = _approach(section, sacrum)
    middle = triple(np.subtract(section.centre_mm, [0.0, _BEHIND_PELVIS_MM, _ABOVE_PELVIS_MM]))
    return Patient(
        site="sacrum",
        label=section.label or "S1",
        centre_mm=section.centre_mm,
        bone=sacrum.bone,
        outer=sacrum.outer,
        treated=sacrum.treated,
        core=space_about(sacrum.core, approach.tip_mm, _SPACE_MM),
        soft=pelvic_tissue(section, middle, soft_half_mm, tissue_rng),
        soft_bone=None,
        gas=pelvic_gas(section, middle, soft_half_mm, gas_rng),
        trunk=pelvic_trunk(section, middle),
        approach=approach,
        veins=sacral_veins(sacrum, soft_half_mm),
        form=sacrum.form,
    )


def needle_side(section: SacrumSection) -> float:
    """+1 the patient's left."""
    return 1.0 if section.needle_side == "left" else -1.0


def tip_mm(section: SacrumSection, form: SacrumForm) -> Triple:
    """Needle tip in the ala of S1, between foramen and joint."""
    aside = needle_side(section) * _TIP_ASIDE_MM * form.scale
    return form.point_mm(aside, _TIP_DOWN_AT * form.length_mm, _TIP_BACK_MM * form.scale)


def _approach(section: SacrumSection, sacrum: Sacrum) -> Approach:
    """Short axis: at right angles to the back; long axis: up from beside the third foramen."""
    form, side = sacrum.form, needle_side(section)
    tip = np.array(tip_mm(section, form))
    if section.approach == "short":
        # Along the joint, which comes nearer to the midline behind.
        along = np.add(form.backwards(_TIP_DOWN_AT * form.length_mm), [-0.12 * side, 0.0, 0.0])
    else:
        below = form.point_mm(side * 28.0 * form.scale, 0.62 * form.length_mm, 31.0 * form.scale)
        along = np.subtract(below, tip)
    along = along / np.linalg.norm(along)
    entry, _ = walk_out(sacrum.treated, triple(tip), along, _SHAFT_MM)
    return Approach(triple(tip), entry, triple(tip + _SHAFT_MM * along))
