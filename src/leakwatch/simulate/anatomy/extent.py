"""How far a bone reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.simulate.volume.grid import VoxelGrid
from leakwatch.simulate.volume.triple import Triple, triple


@dataclass(frozen=True, slots=True)
class Extent:
    """Lowest and highest LPS mm of a bone along each axis, and the middle of its mass."""

    low_mm: Triple
    high_mm: Triple
    middle_mm: Triple

    @property
    def size_mm(self) -> Triple:
        """Width, depth and height."""
        return triple(np.subtract(self.high_mm, self.low_mm))


def extent_of(bone: VoxelGrid) -> Extent:
    """Measure an occupancy."""
    places = bone.points_mm(np.argwhere(bone.values > 0.5))
    return Extent(triple(places.min(axis=0)), triple(places.max(axis=0)), triple(places.mean(axis=0)))
