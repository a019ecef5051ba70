"""Pictures whose every pixel follows from a formula, so that a displaced one needs no resampling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import Canvas, Pose


def make_canvas(**changes: object) -> Canvas:
    """A canvas of 100 x 110 pixels of 0.5 mm that starts at (12, 9) of its frame."""
    values: dict[str, object] = {
        "rows": 100,
        "columns": 110,
        "origin": (12.0, 9.0),
        "pivot": (66.0, 58.5),
        "binning": 1,
        "pixel_mm": 0.5,
    }
    return Canvas(**(values | changes))  # type: ignore[arg-type]


def texture(
    shape: tuple[int, int],
    pose: Pose,
    pivot: tuple[float, float],
    seed: int,
    wavelengths_px: tuple[float, float] = (6.0, 16.0),
) -> NDArray[np.float32]:
    """Sum of waves of unit variance, displaced by `pose` about `pivot`, evaluated exactly."""
    rng = np.random.default_rng(seed)
    count = 40
    lengths = rng.uniform(*wavelengths_px, count)
    angles, phases = rng.uniform(0, 2 * np.pi, (2, count))
    y, x = np.indices(shape, dtype=np.float64)
    x, y = x - pivot[0] - pose.dx, y - pivot[1] - pose.dy
    cosine, sine = np.cos(pose.theta), np.sin(pose.theta)
    x, y = cosine * x + sine * y, -sine * x + cosine * y
    waves = np.zeros(shape)
    for length, angle, phase in zip(lengths, angles, phases, strict=True):
        waves += np.cos(2 * np.pi / length * (np.cos(angle) * x + np.sin(angle) * y) + phase)
    return (waves * np.sqrt(2 / count)).astype(np.float32)


def noise(shape: tuple[int, int], sigma: float, seed: int) -> NDArray[np.float32]:
    """White noise."""
    return np.random.default_rng(seed).normal(0, sigma, shape).astype(np.float32)


def box(shape: tuple[int, int], rows: tuple[int, int], columns: tuple[int, int]) -> NDArray[np.bool_]:
    """A filled rectangle, ends excluded."""
    mask = np.zeros(shape, np.bool_)
    mask[slice(*rows), slice(*columns)] = True
    return mask


def centroid(picture: NDArray[np.floating]) -> tuple[float, float]:
    """Centre of mass, (x, y)."""
    y, x = np.indices(picture.shape)
    return float((x * picture).sum() / picture.sum()), float((y * picture).sum() / picture.sum())
