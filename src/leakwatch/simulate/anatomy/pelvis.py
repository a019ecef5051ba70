"""Soft tissue of the pelvis: outer form, muscles in fat, gas in the bowel."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from leakwatch.simulate.anatomy.patient import Trunk
from leakwatch.simulate.anatomy.trunk import FAT_SHARE, MUSCLE_SHARE, build_gas, build_trunk
from leakwatch.simulate.config.anatomy import PatientSection
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import Field, flat_capsule, occupancy
from leakwatch.simulate.volume.texture import smooth_noise
from leakwatch.simulate.volume.triple import Triple, triple

_VOXEL_MM = 2.0
_HALF_BOX_MM = (115.0, 105.0)
_PATCH_MM = (3.0, 8.0, 18.0)

Rod = tuple[Triple, Triple, float, Triple]
"""Start, end, radius and squeeze of a `flat_capsule`: mm from the middle of the pelvis, left side."""

# The middle of the pelvis lies half-way between the femoral heads; a head is 90 mm aside.
_MUSCLES: tuple[Rod, ...] = (
    # psoas and iliacus, to the lesser trochanter
    ((55.0, -5.0, 130.0), (92.0, -32.0, 5.0), 20.0, (1.0, 1.1, 1.0)),
    ((92.0, -32.0, 5.0), (100.0, 2.0, -55.0), 13.0, (1.0, 1.0, 1.0)),
    # gluteus maximus and the smaller ones
    ((40.0, 85.0, 70.0), (135.0, 45.0, -30.0), 27.0, (0.8, 1.1, 0.8)),
    ((105.0, 35.0, 95.0), (140.0, 5.0, -5.0), 24.0, (1.3, 0.9, 0.9)),
    # obturators and adductors
    ((35.0, 10.0, -20.0), (110.0, 30.0, -15.0), 10.0, (1.0, 1.0, 1.0)),
    ((35.0, -25.0, -45.0), (95.0, 0.0, -160.0), 28.0, (1.0, 1.0, 0.8)),
    # rectus and vastus in front of and beside the femur
    ((98.0, -55.0, 25.0), (110.0, -45.0, -160.0), 17.0, (1.0, 1.0, 1.0)),
    ((150.0, -5.0, -40.0), (140.0, -5.0, -160.0), 22.0, (1.2, 0.9, 1.0)),
    # piriformis
    ((30.0, 55.0, 60.0), (125.0, 25.0, 5.0), 11.0, (1.0, 1.0, 1.0)),
    # back muscles above the sacrum
    ((30.0, 72.0, 150.0), (22.0, 82.0, 60.0), 20.0, (1.0, 1.2, 1.0)),
)


def pelvic_trunk(section: PatientSection, middle_mm: Triple) -> Trunk:
    """Lay the trunk's ellipses round the middle of the pelvis."""
    return build_trunk(_about(section, middle_mm, 22.0))


def pelvic_gas(
    section: PatientSection, middle_mm: Triple, half_mm: float, rng: np.random.Generator
) -> VoxelGrid:
    """Bowel gas in front of the pelvis: whole loops only, for a cut one would show a straight edge."""
    gas = build_gas(_about(section, middle_mm, 35.0), half_mm, rng)
    loops, _ = ndimage.label(gas.values < 0)
    cut = np.unique([loops[0], loops[-1]])
    gas.values[np.isin(loops, cut[cut > 0])] = 0.0
    return gas


def pelvic_tissue(
    section: PatientSection, middle_mm: Triple, half_mm: float, rng: np.random.Generator
) -> VoxelGrid:
    """Muscle and fat round the treated bone as water in excess or missing.

    Parameters
    ----------
    middle_mm
        Half-way between the femoral heads, LPS mm.
    """
    cx, _, cz = section.centre_mm
    aside, deep = _HALF_BOX_MM
    grid = empty_grid(
        (cx - aside, middle_mm[1] - deep, cz - half_mm),
        (cx + aside, middle_mm[1] + deep, cz + half_mm),
        _VOXEL_MM,
    )
    shape = grid.values.shape
    patches = sum(smooth_noise(rng, shape, (length / _VOXEL_MM,) * 3) for length in _PATCH_MM)
    fatty = np.clip(0.35 + 0.3 * np.asarray(patches, np.float32), 0, 1)
    axes = open_axes_mm(grid)
    x, y, z = (axis - np.float32(middle) for axis, middle in zip(axes, middle_mm, strict=True))
    fatty *= 1 - np.float32(0.85) * _muscles(np.abs(x), y, z, shape)
    values = fatty * np.float32(FAT_SHARE) + (1 - fatty) * np.float32(MUSCLE_SHARE)
    return VoxelGrid(grid.origin_mm, grid.voxel_mm, np.asarray(values, np.float32))


def _muscles(x: Field, y: Field, z: Field, shape: tuple[int, ...]) -> Field:
    filled = np.zeros(shape, np.float32)
    for start, end, radius, squeeze in _MUSCLES:
        muscle = flat_capsule(x, y, z, start, end, radius, squeeze)
        np.maximum(filled, occupancy(muscle, 2 * _VOXEL_MM), out=filled)
    return filled


def _about(section: PatientSection, middle_mm: Triple, behind_mm: float) -> PatientSection:
    """Give the section as if its bone lay in the midline, `behind_mm` behind the middle of the pelvis."""
    centre = triple(np.add(middle_mm, [0.0, behind_mm, 0.0]))
    return section.model_copy(update={"centre_mm": (centre[0], centre[1], section.centre_mm[2])})
