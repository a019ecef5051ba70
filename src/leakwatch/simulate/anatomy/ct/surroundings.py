"""What lies round the treated bone in a CT, whole body or cut-out."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.ct.label import label_occupancy, widened
from leakwatch.simulate.anatomy.ct.shares import clean_hu
from leakwatch.simulate.anatomy.ct.soft import BoneWeights, SoftParts, inset_parts, is_cut_out, soft_parts
from leakwatch.simulate.anatomy.ct.space import Box, extent_mm, sampled
from leakwatch.simulate.anatomy.ct.study import CtStudy
from leakwatch.simulate.anatomy.patient import Trunk
from leakwatch.simulate.anatomy.trunk import build_gas, build_tissue, build_trunk
from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.volume.grid import VoxelGrid, open_axes_mm
from leakwatch.simulate.volume.triple import triple

_VOXEL_MM = 2.0
_FEATHER_MM = 6.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Layers that do not move with the bone; `trunk` as in `Patient`."""

    parts: SoftParts
    trunk: Trunk | None


def lay_surroundings(
    study: CtStudy,
    section: CtSection,
    movers: tuple[int, ...],
    bone_box: Box,
    shift_mm: NDArray[np.float64],
    half_height_mm: float,
    rngs: tuple[np.random.Generator, np.random.Generator],
) -> Surroundings:
    """Take soft tissue, gas and far bone from the CT.

    Parameters
    ----------
    bone_box
        Where, in the CT's own place, labelled bone is accounted for elsewhere.
    shift_mm
        (3,) from the CT's place to the patient's.
    rngs
        For tissue and for gas round a cut-out.
    """
    low, high = extent_mm(study.volume)
    middle = section.centre_mm[2] - shift_mm[2]
    box = (low[0], low[1], middle - half_height_mm), (high[0], high[1], middle + half_height_mm)
    hu = sampled(study.volume, box, _VOXEL_MM, outside=-1000.0)
    clean_hu(hu.values)
    if not is_cut_out(hu):
        weights = _weights(study, movers, bone_box, hu)
        return Surroundings(_moved(soft_parts(hu, weights), shift_mm), None)
    _log.warning("the CT is cut out of a body: a parametric trunk is laid round it")
    return _inset(study, section, movers, bone_box, shift_mm, half_height_mm, rngs)


def _inset(
    study: CtStudy,
    section: CtSection,
    movers: tuple[int, ...],
    bone_box: Box,
    shift_mm: NDArray[np.float64],
    half_height_mm: float,
    rngs: tuple[np.random.Generator, np.random.Generator],
) -> Surroundings:
    tissue = build_tissue(section, half_height_mm, rngs[0])
    here = replace(tissue, origin_mm=triple(np.subtract(tissue.origin_mm, shift_mm)))
    last = np.add(here.origin_mm, here.voxel_mm * (np.array(here.values.shape) - 1))
    hu = sampled(study.volume, (here.origin_mm, triple(last - 1e-6)), here.voxel_mm, outside=-1000.0)
    clean_hu(hu.values)
    covered = _covered(hu, extent_mm(study.volume))
    parts = inset_parts(hu, covered, _weights(study, movers, bone_box, hu), tissue)
    parts = _moved(parts, shift_mm)
    loops = build_gas(section, half_height_mm, rngs[1])
    return Surroundings(replace(parts, gas=_with_loops(loops, parts.gas, covered)), build_trunk(section))


def _weights(study: CtStudy, movers: tuple[int, ...], bone_box: Box, hu: VoxelGrid) -> BoneWeights:
    """Weights of the moving bones, none outside the box in which they are made."""
    last = np.add(hu.origin_mm, hu.voxel_mm * (np.array(hu.values.shape) - 1))
    grid_box = (hu.origin_mm, triple(last - 1e-6))
    inside = label_occupancy(study.labels, movers, grid_box, hu.voxel_mm, mirror=True).values
    near = widened(inside, hu.voxel_mm, study.blur_mm)
    for axis, places in enumerate(open_axes_mm(hu)):
        within = (places >= bone_box[0][axis]) & (places <= bone_box[1][axis])
        inside, near = inside * within, near * within
    return BoneWeights(np.asarray(inside, np.float32), np.asarray(near, np.float32))


def _covered(hu: VoxelGrid, extent: Box) -> NDArray[np.float32]:
    """1 within the volume, falling to 0 at its four sides; headwards and footwards it has no end."""
    x, y, _ = open_axes_mm(hu)
    inwards = np.minimum(
        np.minimum(x - extent[0][0], extent[1][0] - x), np.minimum(y - extent[0][1], extent[1][1] - y)
    )
    covered = np.clip(inwards / np.float32(_FEATHER_MM), 0, 1) + np.zeros_like(hu.values)
    return np.asarray(covered, np.float32)


def _with_loops(loops: VoxelGrid, gas: VoxelGrid, covered: NDArray[np.float32]) -> VoxelGrid:
    """Drawn bowel loops where the CT does not reach, on the CT's grid."""
    start = (np.asarray(gas.origin_mm) - loops.origin_mm) / loops.voxel_mm
    ratio = np.full(3, gas.voxel_mm / loops.voxel_mm)
    laid = ndimage.affine_transform(loops.values, ratio, start, output_shape=gas.values.shape, order=1)
    return replace(gas, values=np.asarray(gas.values + (1 - covered) * laid, np.float32))


def _moved(parts: SoftParts, shift_mm: NDArray[np.float64]) -> SoftParts:
    def there(grid: VoxelGrid) -> VoxelGrid:
        return replace(grid, origin_mm=triple(np.add(grid.origin_mm, shift_mm)))

    far = None if parts.soft_bone is None else there(parts.soft_bone)
    return SoftParts(there(parts.soft), far, there(parts.gas))
