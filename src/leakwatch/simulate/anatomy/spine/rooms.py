"""The room that cement finds outside a vertebral body, by where it leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.extent import Extent
from leakwatch.simulate.anatomy.patient import Room
from leakwatch.simulate.volume.solids import Field, capsule
from leakwatch.simulate.volume.triple import Triple, triple

_CANAL_MM = 9.0
_CANAL_HALF_WIDTH_MM = 10.0
_ROOT_MM = 1.9
_ROUND_ROOT_MM = 6.5
# The nerve root leaves downwards and out.
_ROOT_COURSE = (0.6, 0.1, -0.8)
_DISC_PLATE_MM = 1.6
_ANNULUS = 0.85


def beside(extent: Extent) -> Room:
    """Let a blob hug the wall in the soft tissue beside the body."""
    middle, half_width = extent.middle_mm[0], extent.size_mm[0] / 2

    def room(x: Field, y: Field, z: Field) -> Field:
        away = np.abs(x - np.float32(middle)) - np.float32(half_width)
        return np.asarray(1 + (np.clip(away, 0, None) / 4) ** 2 + 0 * y + 0 * z, np.float32)

    return room


def ahead(extent: Extent) -> Room:
    """Let a flat blob lie before the body, under the anterior ligament."""
    front = np.float32(extent.low_mm[1])

    def room(x: Field, y: Field, z: Field) -> Field:
        away = np.clip(front - y, 0, None)
        return np.asarray(1 + (away / 3) ** 2 + 0 * x + 0 * z, np.float32)

    return room


def behind(wall: Triple) -> Room:
    """Let a blob lie against the back wall within the canal, kept flat by the dura."""

    def room(x: Field, y: Field, z: Field) -> Field:
        back = y - np.float32(wall[1])
        free = (back > -3) & (back < _CANAL_MM) & (np.abs(x - np.float32(wall[0])) < _CANAL_HALF_WIDTH_MM)
        cost = 1 + (np.clip(back, 0, None) / 2.5) ** 2
        return np.asarray(np.where(free, cost + 0 * z, np.inf), np.float32)

    return room


def disc(extent: Extent, wall: Triple, middle_z: float) -> Room:
    """Give the disc, best half-way between the endplates."""
    (cx, cy, _), (width, depth, _) = extent.middle_mm, extent.size_mm
    gap = abs(middle_z - wall[2])

    def room(x: Field, y: Field, z: Field) -> Field:
        across = ((x - np.float32(cx)) / (width / 2)) ** 2 + ((y - np.float32(cy)) / (depth / 2)) ** 2
        off = np.abs(z - np.float32(middle_z))
        within = (off < gap + 4.0) & (across < _ANNULUS)
        # Layers of the annulus and the softer middle guide it sideways.
        layered = 1 + (off / _DISC_PLATE_MM) ** 3
        stalk = capsule(x, y, z, wall, (wall[0], wall[1], middle_z), 1.5) < 0
        return np.asarray(np.where(stalk, 0.7, np.where(within, layered, np.inf)), np.float32)

    return room


def round_root(outside: Triple, outwards: NDArray[np.float64], side: float) -> Room:
    """Give the fat of the neural foramen round the nerve root, which itself is not entered."""
    course = np.array(_ROOT_COURSE) * [side, 1, 1]
    centre = np.asarray(outside) + 3.6 * outwards
    start, end = triple(centre - 10 * course), triple(centre + 14 * course)

    def room(x: Field, y: Field, z: Field) -> Field:
        off = capsule(x, y, z, start, end, _ROOT_MM)
        cost = 1 + (np.clip(off - 1.5, 0, None) / 1.5) ** 2
        return np.asarray(np.where((off > 0) & (off < _ROUND_ROOT_MM - _ROOT_MM), cost, np.inf), np.float32)

    return room
