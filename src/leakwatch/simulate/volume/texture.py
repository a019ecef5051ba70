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
