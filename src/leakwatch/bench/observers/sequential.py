"""The sequential test of a leak whose start is known: the cumulative log-likelihood ratio."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from leakwatch.bench.observers.likelihood import LogRatio

_DRAWS = 20_000


def cumulative(ratios: Sequence[LogRatio]) -> NDArray[np.float64]:
    """Sum of the log ratios up to each frame, (frames,); NaN before the first frame with any signal."""
    values = np.cumsum([ratio.value for ratio in ratios])
    return np.where(_begun(ratios), values, np.nan)


def threshold(ratios: Sequence[LogRatio], false_alarms_per_run: float, rng: np.random.Generator) -> float:
    """Give what the cumulative log ratio of a run without a leak reaches in that share of runs.

    Found from noise-only draws: frames are independent, and each log ratio, a sum over many pixels, is normal
    with the mean and variance that the means of the counts give it.
    """
    mean, deviation = (
        np.array([ratio.mean_without for ratio in ratios]),
        np.sqrt([ratio.variance_without for ratio in ratios]),
    )
    begun = _begun(ratios)
    if not begun.any():
        return float("inf")
    # Frame by frame, so that a long run takes no more memory than a short one.
    total = np.zeros(_DRAWS)
    largest = np.full(_DRAWS, -np.inf)
    for middle, spread in zip(mean[begun], deviation[begun], strict=True):
        total += rng.normal(middle, spread, _DRAWS)
        np.maximum(largest, total, out=largest)
    return float(np.quantile(largest, 1 - false_alarms_per_run))


def detectability(ratios: Sequence[LogRatio]) -> NDArray[np.float64]:
    """Tell the cumulative log ratio's means with and without the leak apart, in standard deviations.

    With white Gaussian noise of deviation s and a constant leak of contrast c on n pixels this is
    ``c / s * sqrt(n k)`` at the k-th frame. NaN before the first frame with any signal.
    """
    apart = np.cumsum([ratio.mean_with - ratio.mean_without for ratio in ratios])
    variance = np.cumsum([ratio.variance_without for ratio in ratios])
    begun = _begun(ratios)
    return np.where(begun, apart / np.sqrt(np.where(begun, variance, 1.0)), np.nan)


def bound(false_alarms_per_run: float) -> float:
    """Give the detectability at which a test of fixed length finds half of all leaks (Neyman and Pearson).

    Before `detectability` reaches it, no rule that looks at the same frames and gives at most this share of
    false alarms has had even odds of an alarm: an alarm by frame k is itself a test of the first k frames.
    """
    return float(norm.isf(false_alarms_per_run))


def _begun(ratios: Sequence[LogRatio]) -> NDArray[np.bool_]:
    return np.cumsum([ratio.variance_without for ratio in ratios]) > 0
