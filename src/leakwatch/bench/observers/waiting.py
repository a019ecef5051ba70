"""The sequential test of a leak whose shape and growth are known, and its start is not.

At every frame a leak may have begun at any frame so far: one cumulative log-likelihood ratio for each start,
and the largest of them counts (Page 1954; Lorden 1971, for a signal that grows).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DRAWS = 4_000
_MOST_AGES = 90
"""A leak older than this many frames is taken to stay as it is: by then it has been found, or never will."""


@dataclass(frozen=True, slots=True)
class Bank:
    """Log ratios of every frame for every age that a leak may have there.

    Attributes
    ----------
    values
        (frames, ages) of this run.
    means_without
        (frames, ages) of runs without the leak.
    covariance
        (ages, ages) between ages in one frame without the leak, at mean exposure.
    exposure
        (frames,) quanta of each frame over the mean; covariance grows with them.
    """

    values: NDArray[np.float64]
    means_without: NDArray[np.float64]
    covariance: NDArray[np.float64]
    exposure: NDArray[np.float64]


def build_bank(
    counted: NDArray[np.float64], without: NDArray[np.float64], weights: NDArray[np.float64]
) -> Bank:
    """Hold every frame against the leak at every age.

    Parameters
    ----------
    counted, without
        (frames, pixels) quanta, and their means without the leak.
    weights
        (ages, pixels) logarithm of the mean with over that without the leak, by frames since its start.
    """
    kept = weights[:_MOST_AGES]
    constants = without @ np.expm1(kept).T
    quanta = without.sum(axis=1)
    mean = without.mean(axis=0)
    return Bank(
        counted @ kept.T - constants,
        without @ kept.T - constants,
        (kept * mean) @ kept.T,
        quanta / quanta.mean(),
    )


def largest_sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Largest sum over starts at each frame, (frames,), of log ratios (frames, ages)."""
    sums: NDArray[np.float64] = _largest(values[None])[0]
    return sums


def _largest(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Do so for several runs at once: (runs, frames, ages) to (runs, frames)."""
    runs, frames, ages = values.shape
    sums = np.zeros((runs, frames))
    largest = np.empty((runs, frames))
    for frame in range(frames):
        age = np.minimum(frame - np.arange(frame + 1), ages - 1)
        sums[:, : frame + 1] += values[:, frame, age]
        largest[:, frame] = sums[:, : frame + 1].max(axis=1)
    return largest


def threshold(bank: Bank, false_alarms_per_run: float, rng: np.random.Generator) -> float:
    """Give what `largest_sums` of a run without a leak reaches in that share of runs, by noise-only draws."""
    strengths, directions = np.linalg.eigh(bank.covariance)
    mixing = directions * np.sqrt(np.clip(strengths, 0, None))
    frames, ages = bank.means_without.shape
    highest = []
    batch = max(1, 2_000_000 // (frames * ages))
    for first in range(0, _DRAWS, batch):
        runs = min(batch, _DRAWS - first)
        noise = rng.standard_normal((runs, frames, ages)) @ mixing.T
        values = bank.means_without + noise * np.sqrt(bank.exposure)[:, None]
        highest.append(_largest(values).max(axis=1))
    return float(np.quantile(np.concatenate(highest), 1 - false_alarms_per_run))
