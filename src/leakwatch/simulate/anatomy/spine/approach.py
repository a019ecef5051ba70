"""The needle's way into a vertebra."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Approach
from leakwatch.simulate.anatomy.spine.column import Spine
from leakwatch.simulate.anatomy.wall import walk_out
from leakwatch.simulate.config.anatomy import SpineSection
from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import triple

_SHAFT_MM = 105.0
_TIP_ASIDE_MM = 7.0
_TIP_AHEAD = 0.25
_SOLID = 0.9


def transpedicular(section: SpineSection, spine: Spine) -> Approach:
    """Go in through the pedicle on `needle_side`, tip in the front half of the body, midway up.

    Raises
    ------
    ValueError
        The body is so low that it leaves no room for the tip.
    """
    side = 1.0 if section.needle_side == "left" else -1.0
    treated = spine.levels[0]
    ahead = _TIP_AHEAD * treated.body.depth_mm / 2
    tip = _midway(spine.core, treated.placement.points_mm(np.array([side * _TIP_ASIDE_MM, -ahead, 0.0])))
    arch = treated.arch
    through = arch.left_pedicle_mm if section.needle_side == "left" else arch.right_pedicle_mm
    pedicle = treated.placement.points_mm(np.array(through))
    along = (pedicle - tip) / np.linalg.norm(pedicle - tip)
    entry, _ = walk_out(spine.outer, triple(pedicle), along, 30.0)
    return Approach(triple(tip), entry, triple(tip + _SHAFT_MM * along))


def _midway(core: VoxelGrid, point_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Move a point along the head axis to the middle of the space there."""
    i, j, _ = core.index_of(triple(point_mm))
    free = np.flatnonzero(core.values[i, j] > _SOLID)
    if len(free) == 0:
        msg = "the treated body leaves no room for the needle's tip"
        raise ValueError(msg)
    height = core.origin_mm[2] + core.voxel_mm * float(np.median(free))
    return np.array([point_mm[0], point_mm[1], height])
