"""The column in patient space: the treated vertebra and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.bone import bone_share
from leakwatch.simulate.anatomy.placing import Placement, turned, window_of
from leakwatch.simulate.anatomy.spine.arch import draw_arch
from leakwatch.simulate.anatomy.spine.body_shape import draw_body, draw_patient_body
from leakwatch.simulate.anatomy.spine.lesion import lesion_occupancy
from leakwatch.simulate.anatomy.spine.osteophytes import osteophytes
from leakwatch.simulate.anatomy.spine.vertebra import Vertebra, body_alone, lay_vertebra
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.config.anatomy import SpineSection
from leakwatch.simulate.volume.grid import VoxelGrid, empty_grid
from leakwatch.simulate.volume.texture import broad_noise

_UNEVEN_MM = 3.0
_LOW_MM = (-52.0, -26.0)
_HIGH_MM = (52.0, 72.0)
_HALF_VERTEBRA_MM = 36.0
# Angle to angle, from one patient and from one level to the next.
_CURVE_DEG = (1.5, 1.0)
_LEVEL_DEG = 0.6
_SPIN_DEG = 1.2


@dataclass(frozen=True, slots=True)
class Spine:
    """The column at rest.

    Attributes
    ----------
    bone
        Share of dense cortical bone.
    outer
        Occupancy of any bone, 0 to 1, on the same grid.
    body, core
        Occupancy of the treated body, and of the space within its cortex, on a smaller grid.
    next_core
        The same space of the body above; None where the picture does not reach it.
    levels
        Vertebrae by how far up they are from the treated one, 0.
    """

    bone: VoxelGrid
    outer: VoxelGrid
    body: VoxelGrid
    core: VoxelGrid
    next_core: VoxelGrid | None
    levels: dict[int, Vertebra]


def build_spine(section: SpineSection, half_height_mm: float, rng: np.random.Generator) -> Spine:
    """Place vertebrae up and down the column as far as `half_height_mm` from the treated one.

    The treated one is made whole, however little is asked for.
    """
    half_height_mm = max(half_height_mm, _HALF_VERTEBRA_MM)
    form_rng, bone_rng = rng.spawn(2)
    density = section.bone_density * float(np.exp(Variation(form_rng, section.vary).normal(0.15)))
    levels = draw_column(section, half_height_mm, density, Variation(form_rng, section.vary))
    cx, cy, cz = section.centre_mm
    outer = empty_grid(
        (cx + _LOW_MM[0], cy + _LOW_MM[1], cz - half_height_mm),
        (cx + _HIGH_MM[0], cy + _HIGH_MM[1], cz + half_height_mm),
        section.voxel_mm,
    )
    core = replace(outer, values=np.zeros_like(outer.values))
    length = _UNEVEN_MM / section.voxel_mm
    uneven = np.float32(section.unevenness_mm) * broad_noise(
        bone_rng, outer.values.shape, (length, length, length)
    )
    for vertebra in levels.values():
        lay_vertebra(outer, core, vertebra, uneven)
    bone = bone_share(outer.values, core.values, section, bone_rng, density)
    body, space = body_alone(outer, levels[0], uneven)
    above = levels.get(1)
    if above is not None and window_of(outer, above.body.box_mm, above.placement) is None:
        above = None
    if section.lesion is not None:
        left = np.float32(1 - section.lesion.bone_left)
        bone *= 1 - left * lesion_occupancy(section, section.lesion, outer, uneven)
        # Where it reaches the wall there is none left to hold cement.
        eaten = lesion_occupancy(section, section.lesion, body, _cropped(uneven, outer, body))
        np.maximum(space.values, np.minimum(body.values, eaten), out=space.values)
    return Spine(
        replace(outer, values=bone),
        outer,
        body,
        space,
        None if above is None else body_alone(outer, above, uneven)[1],
        levels,
    )


def draw_column(
    section: SpineSection, half_height_mm: float, density: float, variation: Variation
) -> dict[int, Vertebra]:
    """Draw every vertebra that reaches within `half_height_mm` of the treated one, nearest first."""
    body = draw_patient_body(section, density, variation)
    curve = (
        section.lordosis_deg + variation.normal(_CURVE_DEG[0]),
        section.scoliosis_deg + variation.normal(_CURVE_DEG[1]),
    )
    spin_deg = variation.normal(_SPIN_DEG)
    pitch_mm = body.height_mm + variation.about(section.disc_height_mm, 0.08)
    most = int((half_height_mm + _HALF_VERTEBRA_MM) / pitch_mm)
    levels: dict[int, Vertebra] = {}
    for level in sorted(range(-most, most + 1), key=lambda level: (abs(level), -level)):
        shape = draw_body(section, level, body, variation)
        arch = draw_arch(shape, section.ribs and level > 0, variation)
        placement = _placed(section, level, pitch_mm, curve, spin_deg, variation)
        lips = () if level == 0 else osteophytes(shape, variation)
        levels[level] = Vertebra(shape, arch, placement, lips)
    return levels


def _placed(
    section: SpineSection,
    level: int,
    pitch_mm: float,
    curve_deg: tuple[float, float],
    spin_deg: float,
    variation: Variation,
) -> Placement:
    """Lay a level along the column's curve; `curve_deg` is lordosis and scoliosis from level to level."""
    place = np.array(section.centre_mm)
    # Each body turns half a step before and half a step after its disc, so the ends stay on one curve.
    for step in range(abs(level)):
        sign = np.sign(level)
        back_deg, aside_deg = (sign * (step + 0.5) * bend for bend in curve_deg)
        upwards = turned(-back_deg, aside_deg, 0.0) @ [0.0, 0.0, 1.0]
        place = place + sign * pitch_mm * upwards
    turn = turned(
        -level * curve_deg[0] + variation.normal(_LEVEL_DEG),
        level * curve_deg[1] + variation.normal(_LEVEL_DEG),
        spin_deg + variation.normal(_LEVEL_DEG),
    )
    return Placement(turn, place)


def _cropped(values: NDArray[np.float32], whole: VoxelGrid, part: VoxelGrid) -> NDArray[np.float32]:
    """Values on a grid, at the voxels of a grid cut from it."""
    first = whole.index_of(part.origin_mm)
    i, j, k = (slice(start, start + size) for start, size in zip(first, part.values.shape, strict=True))
    return values[i, j, k]
