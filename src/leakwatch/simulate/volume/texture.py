"""Smooth random fields."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


def smooth_noise(
    rng: np.random.Generator, shape: tuple[int, ...], lengths: tuple[float, ...]
) -> NDArray[np.float32]:
    """Gaussian field of zero mean and unit standard deviation.

    `lengths` is the smoothing (standard deviation, in samples) along each axis.
    """
    field = ndimage.gaussian_filter(rng.standard_normal(shape, dtype=np.float32), lengths, mode="wrap")
    return np.asarray((field - field.mean()) / field.std(), np.float32)


def broad_noise(
    rng: np.random.Generator, shape: tuple[int, ...], lengths: tuple[float, ...]
) -> NDArray[np.float32]:
    """`smooth_noise` of long lengths at a fraction of its cost: made coarsely, then interpolated.

    What is lost lies far below the noise's own scale: there are at least two coarse samples to a length.
    """
    steps = [max(1, int(length / 2)) for length in lengths]
    coarse_shape = tuple(-(-size // step) + 1 for size, step in zip(shape, steps, strict=True))
    coarse_lengths = tuple(length / step for length, step in zip(lengths, steps, strict=True))
    field = smooth_noise(rng, coarse_shape, coarse_lengths)
    for axis, (size, step) in enumerate(zip(shape, steps, strict=True)):
        if step > 1:
            field = _stretched(field, axis, size, step)
    return np.asarray(field[tuple(slice(size) for size in shape)], np.float32)


def _stretched(field: NDArray[np.float32], axis: int, size: int, step: int) -> NDArray[np.float32]:
    """Interpolate linearly to `step` times as many samples along an axis."""
    place = np.arange(size)
    low, part = place // step, ((place % step) / step).astype(np.float32)
    part = part.reshape([-1 if axis == other else 1 for other in range(field.ndim)])
    below, above = np.take(field, low, axis=axis), np.take(field, low + 1, axis=axis)
    return np.asarray(below + part * (above - below), np.float32)
