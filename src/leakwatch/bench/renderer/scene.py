"""What both renderers look at: a spine with cement and needle in a trunk of water."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.beam.materials import CORTICAL, STEEL, WATER, attenuation_per_mm, cement
from leakwatch.simulate.anatomy.bone import SPONGY_SHARE
from leakwatch.simulate.anatomy.patient import Trunk
from leakwatch.simulate.anatomy.spine.approach import transpedicular
from leakwatch.simulate.anatomy.spine.column import Spine, draw_column
from leakwatch.simulate.anatomy.spine.vertebra import body_alone, lay_vertebra
from leakwatch.simulate.anatomy.trunk import build_trunk
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.config.anatomy import SpineSection
from leakwatch.simulate.config.injection import Product
from leakwatch.simulate.injection.needle import OUTER_MM
from leakwatch.simulate.injection.schedule import Schedule
from leakwatch.simulate.injection.spread import Spread, grow
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid
from leakwatch.simulate.volume.texture import broad_noise

_LOW_MM, _HIGH_MM = (-52.0, -26.0), (52.0, 72.0)
_UNEVEN_MM = 3.0
_SOLID = 0.9


TRUNK = "trunk"


@dataclass(frozen=True, slots=True)
class Solids:
    """Patient space, LPS mm, isocentre origin.

    Attributes
    ----------
    outer, core
        Occupancy of all bone, and of what lies within its cortex, on one grid.
    cement
        Whole voxels of that grid.
    needle_mm
        (2, 3) ends of a solid steel cylinder; all of it lies in the trunk.
    """

    outer: VoxelGrid
    core: VoxelGrid
    cement: Spread
    needle_mm: NDArray[np.float64]
    needle_radius_mm: float
    trunk: Trunk


def attenuations_per_mm(kev: float) -> dict[str, float]:
    """Linear attenuation of each solid, mm⁻¹, as the simulator has it at one energy."""
    materials = (WATER, CORTICAL, cement(Product.BASO4_30), STEEL)
    at = np.array([kev])
    water, cortical, filled, steel = (float(attenuation_per_mm(material, at)[0]) for material in materials)
    spongy = water + SPONGY_SHARE * (cortical - water)
    return {"cortex": cortical, "spongy": spongy, "cement": filled, "needle": steel, TRUNK: water}


def build_solids(seed: int, voxel_mm: float, half_height_mm: float, cement_ml: float = 3.0) -> Solids:
    """Draw a spine of the simulator's kind, fill part of the treated body and lay a needle to it.

    Parameters
    ----------
    half_height_mm
        How far the spine reaches up and down from the treated body's middle.
    """
    form_rng, surface_rng = np.random.default_rng(seed).spawn(2)
    section = SpineSection(voxel_mm=voxel_mm)
    levels = draw_column(section, half_height_mm, 1.0, Variation(form_rng, section.vary))
    outer = empty_grid((*_LOW_MM, -half_height_mm), (*_HIGH_MM, half_height_mm), voxel_mm)
    core = replace(outer, values=np.zeros_like(outer.values))
    length = _UNEVEN_MM / voxel_mm
    uneven = np.float32(section.unevenness_mm) * broad_noise(surface_rng, outer.values.shape, (length,) * 3)
    for vertebra in levels.values():
        lay_vertebra(outer, core, vertebra, uneven)
    body, space = body_alone(outer, levels[0], uneven)
    approach = transpedicular(section, Spine(outer, outer, body, space, None, levels))
    tip, hub = np.array(approach.tip_mm), np.array(approach.hub_mm)
    room = np.where(space.values >= _SOLID, np.float32(1), np.float32(np.inf))
    injected = Schedule(0.0, 1.0, 1000.0 * cement_ml)
    filled = grow(replace(space, values=room), approach.tip_mm, 1.0, injected)
    shaft = np.stack([tip, tip + 0.6 * (hub - tip)])
    return Solids(outer, core, filled, shaft, OUTER_MM / 2, build_trunk(section))
