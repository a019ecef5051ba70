"""One vertebra laid into the patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.parts import Part
from leakwatch.simulate.anatomy.placing import Placement, lay, lay_part, own_axes_mm, window_of
from leakwatch.simulate.anatomy.spine.arch import Arch
from leakwatch.simulate.anatomy.spine.body_shape import BodyShape, body_distances_mm
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.solids import Field


@dataclass(frozen=True, slots=True)
class Vertebra:
    """Form and place of one vertebra; `lips` are osteophytes on its body."""

    body: BodyShape
    arch: Arch
    placement: Placement
    lips: tuple[Part, ...] = ()


def lay_vertebra(outer: VoxelGrid, core: VoxelGrid, vertebra: Vertebra, uneven: NDArray[np.float32]) -> None:
    """Add a vertebra to the occupancies of all bone and of what lies within its cortex, in place."""
    for part in (*vertebra.arch.parts, *vertebra.lips):
        lay_part(outer, core, part, vertebra.placement, uneven)
    window = window_of(outer, vertebra.body.box_mm, vertebra.placement)
    if window is not None:
        axes = own_axes_mm(outer, window, vertebra.placement)
        outside, inside = body_distances_mm(vertebra.body, *axes, _at(uneven, window))
        lay(outer, window, outside)
        lay(core, window, inside)


def body_alone(
    like: VoxelGrid, vertebra: Vertebra, uneven: NDArray[np.float32]
) -> tuple[VoxelGrid, VoxelGrid]:
    """Occupancy of a body and of the space within its cortex, on the part of a grid that holds it.

    Raises
    ------
    ValueError
        No part of the grid holds it.
    """
    window = window_of(like, vertebra.body.box_mm, vertebra.placement)
    if window is None:
        msg = "the vertebra lies outside the volume that is simulated"
        raise ValueError(msg)
    axes = own_axes_mm(like, window, vertebra.placement)
    x, y, z = (
        float(low + like.voxel_mm * part.start) for low, part in zip(like.origin_mm, window, strict=True)
    )
    shape = axes[0].shape
    body, core = (VoxelGrid((x, y, z), like.voxel_mm, np.zeros(shape, np.float32)) for _ in range(2))
    whole = (slice(None), slice(None), slice(None))
    outside, inside = body_distances_mm(vertebra.body, *axes, _at(uneven, window))
    lay(body, whole, outside)
    lay(core, whole, inside)
    return body, core


def _at(uneven: NDArray[np.float32], window: tuple[slice, slice, slice]) -> Field:
    return uneven[window]
