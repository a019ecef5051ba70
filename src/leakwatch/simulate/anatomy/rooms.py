"""The room that cement finds beside a wall, whichever bone it belongs to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Room
from leakwatch.simulate.volume.solids import Field
from leakwatch.simulate.volume.triple import Triple


def against(wall: Triple, outwards: NDArray[np.float64], flat_mm: float) -> Room:
    """Let a blob lie against a wall, the flatter the smaller `flat_mm` is; it spreads along, not off."""
    point, unit = np.asarray(wall), outwards / np.linalg.norm(outwards)

    def room(x: Field, y: Field, z: Field) -> Field:
        off = sum(np.float32(n) * (p - np.float32(c)) for n, p, c in zip(unit, (x, y, z), point, strict=True))
        return np.asarray(1 + (np.clip(off, 0, None) / flat_mm) ** 2, np.float32)

    return room


def between_spheres(centre: Triple, radii_mm: tuple[float, float]) -> Room:
    """Let a thin sheet spread between the two surfaces of a ball joint, and nowhere else."""
    inner, outer = radii_mm

    def room(x: Field, y: Field, z: Field) -> Field:
        u, v, w = (p - np.float32(c) for p, c in zip((x, y, z), centre, strict=True))
        radius = np.sqrt(u * u + v * v + w * w)
        return np.asarray(np.where((radius > inner) & (radius < outer), 1.0, np.inf), np.float32)

    return room
