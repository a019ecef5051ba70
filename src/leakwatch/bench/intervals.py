"""How far counts and delays can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` out of `of`, with the Wilson 95 % interval; rate and bounds are None where `of` is 0."""

    hits: int
    of: int
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Frequency:
    """Events in a time at risk, with the exact one-sided 95 % upper limit; None where there was no time."""

    events: int
    minutes: float
    per_minute: float | None
    upper_per_minute: float | None


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile with an interval of at least 95 %; a bound is None where the sample is too small."""

    value: float | None
    low: float | None
    high: float | None
    of: int


def share(hits: int, of: int) -> Share:
    """Give k of n with its Wilson score interval (Wilson 1927, without continuity correction)."""
    if of == 0:
        return Share(hits, of, None, None, None)
    interval = stats.binomtest(hits, of).proportion_ci(_CONFIDENCE, method="wilson")
    return Share(hits, of, hits / of, float(interval.low), float(interval.high))


def frequency(events: int, minutes: float) -> Frequency:
    """Give events per minute, as a Poisson process, with Garwood's exact upper limit (one-sided)."""
    if minutes <= 0:
        return Frequency(events, minutes, None, None)
    upper = float(stats.chi2.ppf(_CONFIDENCE, 2 * events + 2)) / 2
    return Frequency(events, minutes, events / minutes, upper / minutes)


def quantile(values: Sequence[float], level: float) -> Quantile:
    """Give a quantile and the order statistics that enclose it, whatever the distribution.

    The number of values below the true quantile is binomial (n, level); the bounds are the order
    statistics that leave at most 2.5 % of it on either side (David and Nagaraja, Order Statistics, 7.1).
    Infinite values, delays that never ended, may be among them.
    """
    ordered = np.sort(np.asarray(values, np.float64))
    count = len(ordered)
    if count == 0:
        return Quantile(None, None, None, 0)
    beyond = (1 - _CONFIDENCE) / 2
    # The r-th value is above the quantile unless r or more lie below it.
    below = int(stats.binom.ppf(beyond, count, level))
    above = int(stats.binom.ppf(1 - beyond, count, level)) + 1
    low = float(ordered[below - 1]) if below >= 1 else None
    high = float(ordered[above - 1]) if above <= count else None
    return Quantile(float(np.quantile(ordered, level, method="inverted_cdf")), low, high, count)
