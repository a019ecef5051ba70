"""Bone that moves with soft tissue: ribs and calcified vessels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leakwatch.simulate.anatomy.bone import bone_share
from leakwatch.simulate.anatomy.placing import lay_part
from leakwatch.simulate.anatomy.spine.aorta import add_plaques
from leakwatch.simulate.anatomy.spine.column import Spine
from leakwatch.simulate.anatomy.spine.ribs import rib_parts
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.config.anatomy import SpineSection
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid
from leakwatch.simulate.volume.texture import broad_noise

_VOXEL_MM = 1.0
_RIBS_LOW_MM, _RIBS_HIGH_MM = (-165.0, -70.0), (165.0, 75.0)
_AORTA_LOW_MM, _AORTA_HIGH_MM = (-10.0, -60.0), (40.0, 0.0)


def build_soft_bone(
    section: SpineSection, spine: Spine, half_height_mm: float, rng: np.random.Generator
) -> VoxelGrid | None:
    """Give the share of cortical bone in what breathes; None where there is none."""
    if not section.ribs and section.aortic_calcification == 0:
        return None
    low, high = (_RIBS_LOW_MM, _RIBS_HIGH_MM) if section.ribs else (_AORTA_LOW_MM, _AORTA_HIGH_MM)
    cx, cy, cz = section.centre_mm
    voxel_mm = max(_VOXEL_MM, section.voxel_mm)
    outer = empty_grid(
        (cx + low[0], cy + low[1], cz - half_height_mm),
        (cx + high[0], cy + high[1], cz + half_height_mm),
        voxel_mm,
    )
    if section.ribs:
        _add_ribs(outer, section, spine, rng)
    if section.aortic_calcification > 0:
        add_plaques(outer, spine, section.aortic_calcification, rng, section.vary)
    return outer


def _add_ribs(outer: VoxelGrid, section: SpineSection, spine: Spine, rng: np.random.Generator) -> None:
    core = replace(outer, values=np.zeros_like(outer.values))
    length = 4.0 / outer.voxel_mm
    uneven = np.float32(section.unevenness_mm) * broad_noise(rng, outer.values.shape, (length,) * 3)
    for level, vertebra in spine.levels.items():
        for part in rib_parts(level, vertebra, Variation(rng, section.vary)):
            lay_part(outer, core, part, vertebra.placement, uneven)
    coarse = section.model_copy(update={"voxel_mm": outer.voxel_mm})
    outer.values[:] = bone_share(outer.values, core.values, coarse, rng)
