"""Femur and hip bone in patient space."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.bone import bone_share
from leakwatch.simulate.anatomy.hip.femur_shape import femur_cortex_mm, femur_distance_mm
from leakwatch.simulate.anatomy.hip.form import HipForm, draw_hip
from leakwatch.simulate.anatomy.hip.innominate import (
    innominate_cortex_mm,
    innominate_distance_mm,
    treated_limits_mm,
)
from leakwatch.simulate.anatomy.hip.trabeculae import trabecular_density
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.config.anatomy import HipSection
from leakwatch.simulate.volume.coarsely import made_coarsely
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import Field, occupancy
from leakwatch.simulate.volume.texture import broad_noise
from leakwatch.simulate.volume.triple import Triple, triple

_UNEVEN_MM = 3.0
_SMOOTH_MM = 4.0
_LEAST_HALF_MM = 56.0
_FRONT_MM, _BACK_MM = 62.0, 62.0
_MEDIAL_MM, _LATERAL_MM = 98.0, 78.0
# How far own x of the femur and of the hip bone reach towards each other.
_FEMUR_FROM_MM, _INNOMINATE_TO_MM = -2.0, 24.0


@dataclass(frozen=True, slots=True)
class Hip:
    """One hip at rest.

    Attributes
    ----------
    bone, outer
        Share of dense cortical bone, and occupancy of any bone, on one grid.
    femur
        Occupancy of the femur alone.
    treated, core
        Occupancy of the treated bone, and of the space within its cortex.
    form
        Its dimensions.
    """

    bone: VoxelGrid
    outer: VoxelGrid
    femur: VoxelGrid
    treated: VoxelGrid
    core: VoxelGrid
    form: HipForm


def build_hip(section: HipSection, half_mm: float, rng: np.random.Generator) -> Hip:
    """Build what lies within `half_mm` of the treated bone's centre, and at least the joint."""
    form_rng, bone_rng = rng.spawn(2)
    variation = Variation(form_rng, section.vary)
    form = draw_hip(section, variation)
    density = float(np.exp(variation.normal(0.15)))
    outer = empty_grid(*_box_mm(section, form, max(half_mm, _LEAST_HALF_MM)), section.voxel_mm)
    own = form.own(*open_axes_mm(outer))
    uneven = _uneven(section, form, own, outer, bone_rng)
    femur, femur_core = _femur(form, own, outer, uneven)
    pelvis, pelvis_core = _innominate(form, own, outer, uneven)
    outer.values[:] = np.maximum(femur, pelvis)
    core = np.maximum(femur_core, pelvis_core)
    bone = bone_share(outer.values, core, section, bone_rng, density)
    # Only what lies within the cortex is thinned or thickened by where it is.
    _group(bone, outer.values - core, form, own)
    if section.treated == "femur":
        treated, space = femur, femur_core
    else:
        limits = occupancy(treated_limits_mm(form, *own), section.voxel_mm)
        treated, space = np.minimum(pelvis, limits), np.minimum(pelvis_core, limits)
    return Hip(
        replace(outer, values=bone),
        outer,
        replace(outer, values=femur),
        replace(outer, values=treated),
        replace(outer, values=space),
        form,
    )


def _group(
    bone: NDArray[np.float32],
    cortex: NDArray[np.float32],
    form: HipForm,
    own: tuple[Field, Field, Field],
) -> None:
    """Lay the femur's trabecular groups over its spongy bone, in place; the hip bone has none of its own."""
    part = _along_x(own[0], lowest=-form.head_mm)
    x, y, z = own[0][part], own[1], own[2]
    density = made_coarsely(partial(trabecular_density, form), x, y, z)
    # What lies beyond the joint from the femur keeps the usual density.
    density[_beyond_joint(form, x, y, z)] = 1.0
    bone[part] = cortex[part] + density * (bone[part] - cortex[part])


def _beyond_joint(form: HipForm, x: Field, y: Field, z: Field) -> NDArray[np.bool_]:
    """Whether a place is on the hip bone's side: off the head, and not down the neck."""
    middle = form.head_mm + form.gap_mm / 2
    nx, ny, nz = (np.float32(value) for value in form.neck)
    beyond: NDArray[np.bool_] = (x * x + y * y + z * z > middle**2) & (x * nx + y * ny + z * nz < middle)
    return beyond


def _box_mm(section: HipSection, form: HipForm, half_mm: float) -> tuple[Triple, Triple]:
    """Corners of what is worth making."""
    head = np.asarray(form.head_at_mm)
    aside = np.array([-_MEDIAL_MM, _LATERAL_MM]) * form.scale * form.side + head[0]
    centre = np.asarray(section.centre_mm)
    low = np.array([aside.min(), head[1] - _FRONT_MM, -np.inf])
    high = np.array([aside.max(), head[1] + _BACK_MM, np.inf])
    reach = np.array([half_mm, np.inf, half_mm])
    return triple(np.maximum(low, centre - reach)), triple(np.minimum(high, centre + reach))


def _uneven(
    section: HipSection,
    form: HipForm,
    own: tuple[Field, Field, Field],
    grid: VoxelGrid,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Displacement of surfaces, mm; none at the joint, whose surfaces are smooth."""
    x, y, z = own
    length = _UNEVEN_MM / section.voxel_mm
    uneven = np.float32(section.unevenness_mm) * broad_noise(rng, grid.values.shape, (length,) * 3)
    radius = np.sqrt(x * x + y * y + z * z)
    off = np.maximum(np.float32(form.head_mm) - radius, radius - np.float32(form.socket_mm))
    uneven *= np.clip((off - 1) / np.float32(_SMOOTH_MM), 0, 1)
    return uneven


def _femur(
    form: HipForm, own: tuple[Field, Field, Field], grid: VoxelGrid, uneven: NDArray[np.float32]
) -> tuple[Field, Field]:
    """Occupancy of the femur and of the space within its cortex."""
    part = _along_x(own[0], lowest=_FEMUR_FROM_MM - form.head_mm)
    x, y, z = own[0][part], own[1], own[2]
    distance = made_coarsely(partial(femur_distance_mm, form), x, y, z) + uneven[part]
    return _filled(grid, part, distance, made_coarsely(partial(femur_cortex_mm, form), x, y, z))


def _innominate(
    form: HipForm, own: tuple[Field, Field, Field], grid: VoxelGrid, uneven: NDArray[np.float32]
) -> tuple[Field, Field]:
    """Occupancy of the hip bone and of the space within its cortex."""
    part = _along_x(own[0], highest=form.socket_mm + _INNOMINATE_TO_MM)
    x, y, z = own[0][part], own[1], own[2]
    distance = made_coarsely(partial(innominate_distance_mm, form), x, y, z) + uneven[part]
    return _filled(grid, part, distance, made_coarsely(partial(innominate_cortex_mm, form), x, y, z))


def _along_x(x: Field, lowest: float = -np.inf, highest: float = np.inf) -> slice:
    """Planes of voxels whose own x lies between two values."""
    inside = np.flatnonzero((x.ravel() >= lowest) & (x.ravel() <= highest))
    return slice(int(inside[0]), int(inside[-1]) + 1)


def _filled(grid: VoxelGrid, part: slice, distance_mm: Field, cortex_mm: Field) -> tuple[Field, Field]:
    outer, core = np.zeros_like(grid.values), np.zeros_like(grid.values)
    outer[part] = occupancy(distance_mm, grid.voxel_mm)
    core[part] = occupancy(np.asarray(distance_mm + cortex_mm, np.float32), grid.voxel_mm)
    return outer, core
