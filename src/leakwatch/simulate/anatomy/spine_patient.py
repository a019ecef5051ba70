"""A patient whose spine is treated."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.patient import Approach, Patient
from leakwatch.simulate.anatomy.spine import build_spine
from leakwatch.simulate.anatomy.trunk import build_gas, build_tissue, build_trunk
from leakwatch.simulate.config.anatomy import SpineSection
from leakwatch.simulate.volume.triple import triple

_SHAFT_MM = 105.0


def build_spine_patient(section: SpineSection, half_mm: float, seeds: np.random.SeedSequence) -> Patient:
    """Build spine, trunk, gas and a transpedicular approach."""
    spine_rng, tissue_rng, gas_rng = (np.random.default_rng(child) for child in seeds.spawn(3))
    spine = build_spine(section, half_mm * 1.15 + 6.0, spine_rng)
    return Patient(
        site="vertebra",
        label=section.label or "L3",
        centre_mm=section.centre_mm,
        bone=spine.bone,
        outer=spine.outer,
        treated=spine.body,
        core=spine.core,
        soft=build_tissue(section, half_mm * 1.3 + 14.0, tissue_rng),
        soft_bone=None,
        gas=build_gas(section, half_mm * 1.3 + 14.0, gas_rng),
        trunk=build_trunk(section),
        approach=transpedicular(section),
        next_core=spine.next_core,
    )


def transpedicular(section: SpineSection) -> Approach:
    """Go in through the pedicle on `needle_side`, tip in the front half of the body near its middle."""
    side = 1.0 if section.needle_side == "left" else -1.0
    centre = np.asarray(section.centre_mm)
    half_depth = section.body_depth_mm / 2
    tip = centre + np.array([side * 4.5, -0.25 * half_depth, -0.5])
    pedicle = centre + np.array([side * 0.31 * section.body_width_mm, half_depth + 2.0, 4.5])
    along = (pedicle - tip) / np.linalg.norm(pedicle - tip)
    # The lamina's outer surface, behind the pedicle.
    entry = pedicle + 14.0 * along
    return Approach(triple(tip), triple(entry), triple(tip + _SHAFT_MM * along))
