"""A patient whose spine is treated."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.patient import Patient
from leakwatch.simulate.anatomy.spine.approach import transpedicular
from leakwatch.simulate.anatomy.spine.column import build_spine
from leakwatch.simulate.anatomy.spine.soft_bone import build_soft_bone
from leakwatch.simulate.anatomy.spine.veins import spine_veins
from leakwatch.simulate.anatomy.trunk import build_gas, build_tissue, build_trunk
from leakwatch.simulate.config.anatomy import SpineSection


def build_spine_patient(section: SpineSection, half_mm: float, seeds: np.random.SeedSequence) -> Patient:
    """Build spine, trunk, gas, veins and a transpedicular approach.

    Raises
    ------
    ValueError
        The treated body leaves no room for the needle's tip.
    """
    spine_rng, tissue_rng, gas_rng, soft_bone_rng = (np.random.default_rng(child) for child in seeds.spawn(4))
    # What lies nearer to the source than the isocentre is seen from further up and down.
    bone_half_mm, soft_half_mm = half_mm * 1.15 + 6.0, half_mm * 1.3 + 14.0
    spine = build_spine(section, bone_half_mm, spine_rng)
    return Patient(
        site="vertebra",
        label=section.label or ("L1" if section.ribs else "L3"),
        centre_mm=section.centre_mm,
        bone=spine.bone,
        outer=spine.outer,
        treated=spine.body,
        core=spine.core,
        soft=build_tissue(section, soft_half_mm, tissue_rng),
        soft_bone=build_soft_bone(section, spine, soft_half_mm, soft_bone_rng),
        gas=build_gas(section, soft_half_mm, gas_rng),
        trunk=build_trunk(section),
        approach=transpedicular(section, spine),
        next_core=spine.next_core,
        veins=spine_veins(spine.outer, spine.body, soft_half_mm),
    )
