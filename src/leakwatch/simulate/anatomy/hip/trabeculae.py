"""How dense the spongy bone of a proximal femur is, place by place: its groups of trabeculae."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.hip.femur_shape import calcar_mm, femur_axes
from leakwatch.simulate.anatomy.hip.form import HipForm
from leakwatch.simulate.volume.solids import Field

_BASE = 0.55
"""Between the groups; least in Ward's triangle, below the neck's middle."""
_MARROW = 0.3
_WARD = 0.35
Line = tuple[tuple[float, float], ...]


def trabecular_density(form: HipForm, x: Field, y: Field, z: Field) -> Field:
    """Spongy bone relative to the usual: principal compressive and tensile groups, and what lies between.

    Groups (Singh 1970) are bands in the plane of neck and shaft, the same through its depth.
    """
    k, axes = form.scale, femur_axes(form)
    a = x * axes.neck[0] + y * axes.neck[1] + z * axes.neck[2]
    b = x * axes.upper[0] + y * axes.upper[1] + z * axes.upper[2]
    reach, head = axes.neck_mm, form.head_mm
    under = np.asarray(calcar_mm(form)[0])
    calcar = float(under @ axes.neck), float(under @ axes.upper)
    compressive: Line = (calcar, (-0.05 * head, 0.15 * head), (-0.25 * head, 0.85 * head))
    tensile: Line = (
        (reach + 12 * k, -22 * k),
        (reach - 2 * k, 8 * k),
        (0.5 * reach, 10 * k),
        (0.0, 0.05 * head),
        (-0.65 * head, -0.35 * head),
    )
    secondary: Line = ((calcar[0] + 12 * k, calcar[1] - 6 * k), (reach + 4 * k, 14 * k))
    density = np.float32(_BASE) + np.zeros_like(a)
    groups = np.zeros_like(density)
    for line, strength, wide in ((compressive, 1.25, 8.0), (tensile, 0.8, 4.5), (secondary, 0.5, 6.0)):
        np.maximum(groups, np.float32(strength) * _band(a, b, line, k * wide), out=groups)
    density += groups
    ward = ((a - 0.72 * reach) / (9 * k)) ** 2 + ((b + 3 * k) / (6 * k)) ** 2
    density -= np.float32(_WARD) * np.exp(-ward)
    cx, cy, cz = axes.corner_mm
    down = (x - cx) * axes.shaft[0] + (y - cy) * axes.shaft[1] + (z - cz) * axes.shaft[2]
    marrow = np.clip((down - 15 * k) / (35 * k), 0, 1)
    return np.asarray(density * (1 - marrow) + np.float32(_MARROW) * marrow, np.float32)


def _band(a: NDArray[np.float32], b: NDArray[np.float32], line: Line, wide: float) -> Field:
    """Say how close to a line of points in a plane each place is, 0 to 1."""
    nearest = np.full(np.broadcast_shapes(a.shape, b.shape), np.inf, np.float32)
    for start, end in pairwise(line):
        du, dv = end[0] - start[0], end[1] - start[1]
        u, v = a - np.float32(start[0]), b - np.float32(start[1])
        along = np.clip((u * du + v * dv) / np.float32(du * du + dv * dv), 0, 1)
        np.minimum(nearest, (u - along * du) ** 2 + (v - along * dv) ** 2, out=nearest)
    return np.asarray(np.exp(-nearest / np.float32(wide * wide)), np.float32)
