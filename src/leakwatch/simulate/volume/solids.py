"""Implicit solids: signed distance in mm, negative inside, true near the surface.

Each takes broadcastable float32 coordinates and returns their common shape. Distances are exact for
spheres and capsules and first-order for the others, which is what partial voxels need.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.volume.triple import Triple

Field = NDArray[np.float32]


def ellipsoid(x: Field, y: Field, z: Field, centre: Triple, radii: Triple) -> Field:
    """Axis-parallel ellipsoid; first-order distance ``k0 (k0 - 1) / k1`` (Quilez)."""
    u, v, w = ((p - np.float32(c)) / np.float32(r) for p, c, r in zip((x, y, z), centre, radii, strict=True))
    k0 = np.sqrt(u * u + v * v + w * w)
    a, b, c = (q / np.float32(r) for q, r in zip((u, v, w), radii, strict=True))
    k1 = np.sqrt(a * a + b * b + c * c)
    # In the very centre the ratio has no value of its own.
    ratio = np.where(k0 > 1e-6, k0 / np.maximum(k1, np.float32(1e-9)), np.float32(min(radii)))
    return np.asarray(ratio * (k0 - 1), np.float32)


def capsule(x: Field, y: Field, z: Field, start: Triple, end: Triple, radius: float) -> Field:
    """Round-ended rod."""
    axis = np.subtract(end, start).astype(np.float32)
    px, py, pz = (p - np.float32(s) for p, s in zip((x, y, z), start, strict=True))
    along = (px * axis[0] + py * axis[1] + pz * axis[2]) / np.float32(axis @ axis)
    along = np.clip(along, np.float32(0), np.float32(1))
    squared = (px - along * axis[0]) ** 2 + (py - along * axis[1]) ** 2 + (pz - along * axis[2]) ** 2
    return np.asarray(np.sqrt(squared) - np.float32(radius), np.float32)


def flat_capsule(
    x: Field, y: Field, z: Field, start: Triple, end: Triple, radius: float, squeeze: Triple
) -> Field:
    """Rod of elliptical section: a capsule in space stretched by `squeeze` along the axes."""
    x, y, z = (p * np.float32(s) for p, s in zip((x, y, z), squeeze, strict=True))
    a: Triple = (start[0] * squeeze[0], start[1] * squeeze[1], start[2] * squeeze[2])
    b: Triple = (end[0] * squeeze[0], end[1] * squeeze[1], end[2] * squeeze[2])
    return np.asarray(capsule(x, y, z, a, b, radius) / np.float32(max(squeeze)), np.float32)


def smooth_max(a: Field, b: Field, rounding_mm: float) -> Field:
    """Intersection with its edge rounded (polynomial, Quilez)."""
    h = np.clip(rounding_mm - np.abs(a - b), 0, None) / np.float32(rounding_mm)
    return np.asarray(np.maximum(a, b) + h * h * np.float32(rounding_mm / 4), np.float32)


def smooth_min(a: Field, b: Field, rounding_mm: float) -> Field:
    """Union with its crease filled (polynomial, Quilez)."""
    h = np.clip(rounding_mm - np.abs(a - b), 0, None) / np.float32(rounding_mm)
    return np.asarray(np.minimum(a, b) - h * h * np.float32(rounding_mm / 4), np.float32)


def tapered_capsule(
    x: Field, y: Field, z: Field, start: Triple, end: Triple, radii: tuple[float, float]
) -> Field:
    """Round-ended rod whose radius changes evenly from `start` to `end`; first order for gentle tapers."""
    axis = np.subtract(end, start).astype(np.float32)
    px, py, pz = (p - np.float32(s) for p, s in zip((x, y, z), start, strict=True))
    along = (px * axis[0] + py * axis[1] + pz * axis[2]) / np.float32(axis @ axis)
    along = np.clip(along, np.float32(0), np.float32(1))
    squared = (px - along * axis[0]) ** 2 + (py - along * axis[1]) ** 2 + (pz - along * axis[2]) ** 2
    radius = np.float32(radii[0]) + along * np.float32(radii[1] - radii[0])
    return np.asarray(np.sqrt(squared) - radius, np.float32)


def occupancy(distance_mm: Field, voxel_mm: float) -> Field:
    """Share of a voxel inside the surface, 0 to 1, taking the surface as flat within it."""
    return np.asarray(np.clip(0.5 - distance_mm / np.float32(voxel_mm), 0, 1), np.float32)
