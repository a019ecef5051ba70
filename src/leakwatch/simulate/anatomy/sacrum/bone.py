"""Sacrum, the back of the ilia and the lumbar vertebrae above, in patient space."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.bone import bone_share
from leakwatch.simulate.anatomy.parts import Part
from leakwatch.simulate.anatomy.placing import Placement, lay, lay_part, turned
from leakwatch.simulate.anatomy.sacrum.form import FUSED_AT, SacrumForm, draw_sacrum
from leakwatch.simulate.anatomy.sacrum.ilium import ilium_distance_mm
from leakwatch.simulate.anatomy.sacrum.shape import Curved, filled_distance_mm, hollow_distance_mm
from leakwatch.simulate.anatomy.spine.arch import draw_arch
from leakwatch.simulate.anatomy.spine.body_shape import BodyShape
from leakwatch.simulate.anatomy.spine.vertebra import Vertebra, lay_vertebra
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.config.anatomy import SacrumSection
from leakwatch.simulate.volume.coarsely import made_coarsely
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid, open_axes_mm
from leakwatch.simulate.volume.solids import Field, occupancy
from leakwatch.simulate.volume.texture import broad_noise

_ASIDE_MM = 88.0
_AHEAD_MM, _BEHIND_MM = 64.0, 58.0
_LEAST_HALF_MM = 62.0
_UNEVEN_MM = 3.0
_ILIUM_WALL_MM = 1.1
_ENDPLATE_MM = 0.5
"""Beyond the wall, of the first body."""
_REMNANT_MM = 0.35
_DISC_MM = 10.0
# Of L5 and L4: width, depth and height; how much each lies straighter than the bone below it.
_LUMBAR_MM = ((51.0, 35.0, 27.0), (49.0, 35.0, 27.5))
_STRAIGHTER_DEG = (16.0, 13.0)


@dataclass(frozen=True, slots=True)
class Sacrum:
    """The back of the pelvis at rest.

    Attributes
    ----------
    bone, outer
        Share of dense cortical bone, and occupancy of any bone, on one grid.
    treated
        Occupancy of the sacrum as it is drawn: canal and foramina counted in.
    core
        Occupancy of the space within the sacrum's cortex.
    form
        Its dimensions and curve.
    """

    bone: VoxelGrid
    outer: VoxelGrid
    treated: VoxelGrid
    core: VoxelGrid
    form: SacrumForm


def build_sacrum(section: SacrumSection, half_mm: float, rng: np.random.Generator) -> Sacrum:
    """Build what a picture reaches that goes `half_mm` up and down; the sacrum itself is always whole."""
    form_rng, bone_rng = rng.spawn(2)
    variation = Variation(form_rng, section.vary)
    form = draw_sacrum(section, variation)
    density = float(np.exp(variation.normal(0.15)))
    cx, cy, cz = section.centre_mm
    half = max(half_mm, _LEAST_HALF_MM)
    low_mm = min(form.point_mm(0.0, form.length_mm, t)[2] - cz for t in (-2.0, 10.0)) - 4.0
    outer = empty_grid(
        (cx - _ASIDE_MM, cy - _AHEAD_MM, cz + max(low_mm, -half - 30.0)),
        (cx + _ASIDE_MM, cy + _BEHIND_MM, cz + half),
        section.voxel_mm,
    )
    core = replace(outer, values=np.zeros_like(outer.values))
    length = _UNEVEN_MM / section.voxel_mm
    uneven = np.float32(section.unevenness_mm) * broad_noise(bone_rng, outer.values.shape, (length,) * 3)
    treated, space = _lay_sacrum(outer, form, uneven)
    whole = (slice(None),) * 3
    axes = open_axes_mm(outer)
    ilium = made_coarsely(lambda x, y, z: ilium_distance_mm(form, _curved(form, x, y, z)), *axes) + uneven
    lay(outer, whole, ilium)
    core.values[:] = space.values
    lay(core, whole, np.asarray(ilium + np.float32(_ILIUM_WALL_MM), np.float32))
    for vertebra in _lumbar(form, variation):
        lay_vertebra(outer, core, vertebra, uneven)
    facets = _superior_facets(form)
    placement = _endplate_placement(form)
    for part in facets:
        lay_part(outer, core, part, placement, uneven)
    bone = bone_share(outer.values, core.values, section, bone_rng, density)
    return Sacrum(replace(outer, values=bone), outer, treated, space, form)


def _curved(form: SacrumForm, x: Field, y: Field, z: Field) -> Curved:
    s, t = form.curved(y, z)
    return Curved(x - np.float32(form.origin_mm[0]), s, t)


def _lay_sacrum(
    outer: VoxelGrid, form: SacrumForm, uneven: NDArray[np.float32]
) -> tuple[VoxelGrid, VoxelGrid]:
    """Put the sacrum into an empty occupancy; give it as drawn, and the space within its cortex."""
    voxel_mm = outer.voxel_mm
    axes = open_axes_mm(outer)
    filled = made_coarsely(lambda x, y, z: filled_distance_mm(form, _curved(form, x, y, z)), *axes) + uneven
    hollow = made_coarsely(lambda x, y, z: hollow_distance_mm(form, _curved(form, x, y, z)), *axes)
    treated = occupancy(filled, voxel_mm)
    np.maximum(filled, -hollow, out=outer.values)
    outer.values[:] = occupancy(outer.values, voxel_mm)
    wall = np.float32(form.wall_mm)
    inner = np.maximum(filled + wall, np.float32(0.8) * wall - hollow)
    at = _curved(form, *axes)
    np.maximum(inner, _endplate(form, at), out=inner)
    np.maximum(inner, _remnants(form, at), out=inner)
    return replace(outer, values=treated), replace(outer, values=occupancy(inner, voxel_mm))


def _endplate(form: SacrumForm, at: Curved) -> Field:
    """Distance below the first body's endplate, which is thicker than the wall."""
    return np.asarray(np.float32(form.wall_mm + _ENDPLATE_MM) - at.s + 0 * at.x, np.float32)


def _remnants(form: SacrumForm, at: Curved) -> Field:
    """Thin plates where the bodies have fused; they end short of the alae."""
    nearest = np.min(np.abs(at.s[..., None] - np.float32(form.length_mm) * np.array(FUSED_AT)), axis=-1)
    plate = np.float32(_REMNANT_MM) - nearest.astype(np.float32)
    within = np.maximum(
        np.abs(at.x) - np.float32(0.75) * form.body_mm(at.s), at.t - np.float32(0.9) * form.body_mm(at.s)
    )
    return np.asarray(np.minimum(plate, -within), np.float32)


def _endplate_placement(form: SacrumForm) -> Placement:
    """Axes of the first body: head is across its endplate, and the origin the endplate's middle."""
    middle = form.point_mm(0.0, 0.0, float(form.body_mm(np.zeros(1, np.float32))[0]) / 2)
    return Placement(turned(form.tilt_deg, 0.0, 0.0), np.array(middle))


def _superior_facets(form: SacrumForm) -> tuple[Part, ...]:
    k = form.scale
    return tuple(
        Part((side * 21 * k, 28 * k, -8.0), (side * 23 * k, 28 * k, 6.0), (5.0 * k, 5.0 * k, 6.0), 1.0)
        for side in (-1.0, 1.0)
    )


def _lumbar(form: SacrumForm, variation: Variation) -> tuple[Vertebra, ...]:
    """L5 and L4, each on a disc above the bone below it."""
    placement = _endplate_placement(form)
    tilt, place = form.tilt_deg, placement.place_mm
    vertebrae: list[Vertebra] = []
    for (width, depth, height), straighter in zip(_LUMBAR_MM, _STRAIGHTER_DEG, strict=True):
        body = BodyShape(
            variation.about(width * form.scale, 0.015),
            variation.about(depth * form.scale, 0.015),
            variation.about(height * form.scale, 0.03),
            2.0,
            0.45,
            0.75,
        )
        disc = variation.about(_DISC_MM, 0.12)
        below = turned(tilt, 0.0, 0.0) @ [0.0, 0.0, 1.0]
        tilt -= straighter + variation.normal(1.5)
        turn = turned(tilt, variation.normal(0.8), variation.normal(0.8))
        above = turn @ [0.0, 0.0, 1.0]
        middle = place + disc / 2 * below + (disc / 2 + body.height_mm / 2) * above
        vertebrae.append(Vertebra(body, draw_arch(body, False, variation), Placement(turn, middle)))
        place = middle + body.height_mm / 2 * above
    return tuple(vertebrae)
