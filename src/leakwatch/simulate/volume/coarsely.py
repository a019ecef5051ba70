"""Smooth fields made on every other plane of voxels, and interpolated between."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from leakwatch.simulate.volume.solids import Field


def made_coarsely(make: Callable[[Field, Field, Field], Field], x: Field, y: Field, z: Field) -> Field:
    """Evaluate a field at an eighth of its places and interpolate linearly.

    A surface of radius r is off by no more than ``voxel² / 2 r``; an edge is rounded by about a voxel.

    Parameters
    ----------
    x, y, z
        Evenly spaced coordinates as open axes, (nx, 1, 1), (1, ny, 1) and (1, 1, nz), two or more each.
    """
    sizes = x.size, y.size, z.size
    field = make(*(_every_other(axis, n) for n, axis in enumerate((x, y, z))))
    for axis, size in enumerate(sizes):
        field = _between(field, axis, size)
    return field


def _every_other(axis: Field, along: int) -> Field:
    """Take every other coordinate and, at the end, one that reaches at least the last."""
    values = axis.ravel()
    step = 2 * (values[1] - values[0])
    coarse = values[0] + step * np.arange(values.size // 2 + 1, dtype=np.float32)
    return np.asarray(coarse.reshape([-1 if n == along else 1 for n in range(3)]), np.float32)


def _between(field: Field, axis: int, size: int) -> Field:
    """Put the mean of neighbours between them along an axis, and cut to `size`."""
    low = np.moveaxis(field, axis, 0)
    shape = list(low.shape)
    shape[0] = 2 * shape[0] - 1
    full = np.empty(shape, np.float32)
    full[::2] = low
    np.add(low[:-1], low[1:], out=full[1::2])
    full[1::2] *= np.float32(0.5)
    return np.ascontiguousarray(np.moveaxis(full[:size], 0, axis))
