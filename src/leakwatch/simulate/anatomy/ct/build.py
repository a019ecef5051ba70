"""A patient from a CT volume and a label map that the user gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.ct.approach import find_approach
from leakwatch.simulate.anatomy.ct.bone import sharpened
from leakwatch.simulate.anatomy.ct.label import eroded, label_occupancy, widened
from leakwatch.simulate.anatomy.ct.shares import clean_hu, labelled_mineral
from leakwatch.simulate.anatomy.ct.space import Box, sampled
from leakwatch.simulate.anatomy.ct.study import CtStudy, next_level, open_study, treated_part
from leakwatch.simulate.anatomy.ct.surroundings import lay_surroundings
from leakwatch.simulate.anatomy.extent import extent_of
from leakwatch.simulate.anatomy.patient import Patient, Vein
from leakwatch.simulate.anatomy.spine.veins import spine_veins
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import Triple, triple

_MOST_VOXELS = 18e6
_ACROSS_MM = 75.0
"""A vertebra from its body's centre to the tip of any process; a picture may be smaller."""
_OUTER_HU = (150.0, 250.0)
"""Unlabelled bone: none of a voxel, and all of it."""


def build_ct_patient(section: CtSection, half_mm: float, seeds: np.random.SeedSequence) -> Patient:
    """Build a patient whose treated bone's centre lies at `section.centre_mm`.

    Bones named by the labels, near the treated one, move with it; other bone moves with soft tissue. A
    volume that air surrounds is the whole body; one cut out of a body is laid into a parametric trunk.
    Beyond its first and last slice the CT goes on mirrored.

    Raises
    ------
    InputError
        A file is refused.
    ValueError
        The labels do not name the treated bone, or do not lie on bone.
    """
    texture_rng, tissue_rng, gas_rng = (np.random.default_rng(child) for child in seeds.spawn(3))
    study = open_study(section)
    whole, treated = treated_part(study, section)
    shift = np.subtract(section.centre_mm, extent_of(treated).middle_mm)
    movers = study.movers(section)
    box = _bone_box(study, movers, extent_of(treated).middle_mm, half_mm * 1.15 + 6.0)
    surroundings = lay_surroundings(
        study, section, movers, box, shift, half_mm * 1.3 + 14.0, (tissue_rng, gas_rng)
    )
    bone, outer = _bone(study, movers, box, section, texture_rng)
    core = replace(treated, values=eroded(treated.values, treated.voxel_mm))
    above = next_level(study, section, movers)
    treated, whole, core, bone, outer = (moved(grid, shift) for grid in (treated, whole, core, bone, outer))
    return Patient(
        site=section.site,
        label=section.label or f"label {section.treated_label}",
        centre_mm=section.centre_mm,
        bone=bone,
        outer=outer,
        treated=treated,
        core=core,
        soft=surroundings.parts.soft,
        soft_bone=surroundings.parts.soft_bone,
        gas=surroundings.parts.gas,
        trunk=surroundings.trunk,
        approach=find_approach(section, whole, treated, core),
        next_core=None if above is None else moved(above, shift),
        veins=_veins(section, outer, treated, half_mm),
    )


def moved(grid: VoxelGrid, shift_mm: NDArray[np.float64]) -> VoxelGrid:
    """Give the same samples elsewhere."""
    return replace(grid, origin_mm=triple(np.add(grid.origin_mm, shift_mm)))


def _bone_box(study: CtStudy, movers: tuple[int, ...], centre_mm: Triple, reach_mm: float) -> Box:
    """Bound the part of the moving bones that is made: as high as the picture, and what lies across it."""
    low, high = study.reach_mm(movers)
    # Headwards and footwards the CT goes on mirrored, if it ends before the picture does.
    first = np.array([low[0] - 4, low[1] - 4, -np.inf])
    last = np.array([high[0] + 4, high[1] + 4, np.inf])
    reach = np.array([max(reach_mm, _ACROSS_MM), max(reach_mm, _ACROSS_MM), reach_mm])
    return (
        triple(np.maximum(first, np.subtract(centre_mm, reach))),
        triple(np.minimum(last, np.add(centre_mm, reach))),
    )


def _bone(
    study: CtStudy, movers: tuple[int, ...], box: Box, section: CtSection, rng: np.random.Generator
) -> tuple[VoxelGrid, VoxelGrid]:
    """Share and occupancy of the bones that move."""
    edges = np.subtract(box[1], box[0])
    voxel_mm = max(section.voxel_mm, float((np.prod(edges) / _MOST_VOXELS) ** (1 / 3)))
    section = section.model_copy(update={"voxel_mm": voxel_mm})
    outer = label_occupancy(study.labels, movers, box, voxel_mm, mirror=True)
    hu = sampled(study.volume, box, voxel_mm, outside=-1000.0, smooth=True)
    clean_hu(hu.values)
    near = widened(outer.values, voxel_mm, study.blur_mm)
    share = labelled_mineral(hu.values, outer.values, near)
    low, high = _OUTER_HU
    dense = np.clip((hu.values - np.float32(low)) / np.float32(high - low), 0, 1)
    # These are the largest arrays there are: none is kept longer than it is needed.
    del hu, near
    core = eroded(outer.values, voxel_mm)
    values = sharpened(share, outer.values, core, study.spacing_mm, section, rng)
    return replace(outer, values=values), replace(outer, values=np.maximum(outer.values, dense))


def _veins(section: CtSection, outer: VoxelGrid, treated: VoxelGrid, half_mm: float) -> tuple[Vein, ...]:
    return spine_veins(outer, treated, half_mm) if section.site == "vertebra" else ()
