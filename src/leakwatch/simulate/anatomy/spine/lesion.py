"""A hole that a metastasis has eaten into the bone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.anatomy import LesionSection, SpineSection
from leakwatch.simulate.volume.grid import VoxelGrid, open_axes_mm
from leakwatch.simulate.volume.solids import Field, ellipsoid, occupancy
from leakwatch.simulate.volume.triple import triple

# Its edge is moth-eaten: it wanders much more than a healthy surface, and is not sharp.
_WANDER = 5.0
_EDGE_MM = 2.0


def lesion_occupancy(
    section: SpineSection, lesion: LesionSection, grid: VoxelGrid, uneven: NDArray[np.float32]
) -> Field:
    """Share, 0 to 1, of each voxel that the lesion has taken.

    Parameters
    ----------
    uneven
        Displacement of healthy surfaces on the same grid, mm; a lesion's edge follows it further.
    """
    centre = triple(np.add(section.centre_mm, lesion.centre_mm))
    distance = ellipsoid(*open_axes_mm(grid), centre, lesion.radii_mm)
    return occupancy(np.asarray(distance + _WANDER * uneven, np.float32), _EDGE_MM)
