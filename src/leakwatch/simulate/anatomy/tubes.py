"""Vessels as strings of points, and the room within them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Room
from leakwatch.simulate.volume.solids import Field, capsule
from leakwatch.simulate.volume.triple import Triple, triple

_STEP_MM = 1.0


def tubes(paths: Sequence[NDArray[np.float64]], radius_mm: float) -> Room:
    """Within strings of round-ended tubes and nowhere else; each path is (n, 3) LPS mm.

    The room takes coordinates as open axes, (nx, 1, 1), (1, ny, 1) and (1, 1, nz), rising.
    """
    legs = [(triple(a), triple(b)) for path in paths for a, b in pairwise(_corners(path))]

    def room(x: Field, y: Field, z: Field) -> Field:
        values = np.full(np.broadcast_shapes(x.shape, y.shape, z.shape), np.inf, np.float32)
        for start, end in legs:
            i, j, k = (_near(axis.ravel(), start[n], end[n], radius_mm) for n, axis in enumerate((x, y, z)))
            inside = capsule(x[i], y[:, j], z[:, :, k], start, end, radius_mm) < 0
            values[i, j, k][inside] = 1.0
        return values

    return room


def dense_path(corners_mm: Sequence[Triple]) -> NDArray[np.float64]:
    """Points at most a millimetre apart along straight legs between corners, (n, 3) mm."""
    points = [np.asarray(corners_mm[0], np.float64)[None]]
    for a, b in pairwise(corners_mm):
        count = max(1, int(np.ceil(np.linalg.norm(np.subtract(b, a)) / _STEP_MM)))
        points.append(np.linspace(a, b, count + 1)[1:])
    return np.concatenate(points)


def _near(axis: Field, start: float, end: float, radius_mm: float) -> slice:
    low, high = min(start, end) - radius_mm, max(start, end) + radius_mm
    return slice(int(np.searchsorted(axis, low)), int(np.searchsorted(axis, high)))


def _corners(path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of a string at which it turns, and its ends."""
    legs = np.diff(path, axis=0)
    legs = legs / np.maximum(np.linalg.norm(legs, axis=1, keepdims=True), 1e-9)
    turns = (legs[1:] * legs[:-1]).sum(axis=1) < 1 - 1e-9
    corners: NDArray[np.float64] = path[np.concatenate([[True], turns, [True]])]
    return corners
