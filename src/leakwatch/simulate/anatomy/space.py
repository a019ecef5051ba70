"""The part of a large bone's inside that cement from one needle can get to."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import Triple, triple

_SOLID = 0.9


def space_about(core: VoxelGrid, tip_mm: Triple, half_mm: float) -> VoxelGrid:
    """Cut a box round the tip, and empty what is not joined to the tip within it.

    Parameters
    ----------
    half_mm
        Half the edge of the box.

    Raises
    ------
    ValueError
        The tip does not lie in the space within the cortex.
    """
    at = np.array(core.index_of(tip_mm))
    reach = int(np.ceil(half_mm / core.voxel_mm))
    low, high = np.maximum(at - reach, 0), np.minimum(at + reach + 1, core.values.shape)
    i, j, k = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    values = core.values[i, j, k].copy()
    joined, _ = ndimage.label(values > _SOLID)
    here = joined[tuple(at - low)]
    if here == 0:
        msg = "the needle's tip does not lie within the bone's cortex"
        raise ValueError(msg)
    values[(joined != here) & (values > _SOLID)] = 0.0
    return VoxelGrid(triple(np.asarray(core.origin_mm) + core.voxel_mm * low), core.voxel_mm, values)
