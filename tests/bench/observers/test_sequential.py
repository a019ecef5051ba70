import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from leakwatch.bench.observers.likelihood import LogRatio, log_ratio
from leakwatch.bench.observers.sequential import bound, cumulative, detectability, threshold
from leakwatch.bench.observers.trace import first_alarm

NOTHING = LogRatio(0.0, 0.0, 0.0, 0.0)


def weak(strength: float, value: float = 0.0) -> LogRatio:
    """A frame whose leak stands `strength` standard deviations out of Gaussian noise."""
    return LogRatio(value, -(strength**2) / 2, strength**2, strength**2 / 2)


@given(st.floats(0.05, 1.5), st.integers(0, 5))
def test_the_floor_is_where_the_formula_says(strength: float, before: int) -> None:
    """A constant leak is as good as sure to have even odds once its d' times the root of frames is 1.645."""
    ratios = [NOTHING] * before + [weak(strength)] * 1200
    needed = (1.6448536 / strength) ** 2
    found = first_alarm(tuple(detectability(ratios)), bound(0.05))
    assert found is not None
    assert found - before + 1 == pytest.approx(math.ceil(needed), abs=1e-6 if needed % 1 > 1e-6 else 1)


def test_noise_alone_alarms_as_often_as_asked() -> None:
    """Poisson counts of a run that never leaks, held against a leak that grows from the fourth frame on."""
    rng = np.random.default_rng(8)
    without = np.full((12, 12), 400.0)
    leaks = [without * (1 - 0.012 * max(0, frame - 3) * (np.eye(12) > 0)) for frame in range(16)]
    stated = [log_ratio(without, without, leak) for leak in leaks]
    limit = threshold(stated, 0.05, np.random.default_rng(1))
    runs = 2500
    alarms = 0
    for _ in range(runs):
        ratios = [log_ratio(rng.poisson(without) * 1.0, without, leak) for leak in leaks]
        alarms += first_alarm(tuple(cumulative(ratios)), limit) is not None
    low, high = binom.ppf([0.0005, 0.9995], runs, 0.05)
    assert low <= alarms <= high


def test_the_alarm_comes_when_wald_says() -> None:
    """Weak noise per frame: the mean number of frames is the threshold, over half the squared d'."""
    strength, frames = 0.4, 500
    limit = threshold([weak(strength)] * frames, 0.05, np.random.default_rng(1))
    assert limit < math.log(20)
    rng = np.random.default_rng(2)
    values = rng.normal(strength**2 / 2, strength, (1500, frames))
    delays = [
        first_alarm(tuple(cumulative([weak(strength, value) for value in row])), limit) for row in values
    ]
    assert None not in delays
    mean = np.mean([delay + 1 for delay in delays if delay is not None])
    # The last step carries the sum beyond the threshold by about 0.583 d' (Siegmund 1985).
    assert mean == pytest.approx((limit + 0.583 * strength) / (strength**2 / 2), rel=0.06)


def test_nothing_is_said_before_the_leak_changes_anything() -> None:
    ratios = [NOTHING, NOTHING, weak(1.0, 0.7), weak(1.0, 0.1)]
    assert np.isnan(cumulative(ratios)[:2]).all()
    assert cumulative(ratios)[2:] == pytest.approx([0.7, 0.8])
    assert threshold([NOTHING] * 3, 0.05, np.random.default_rng(1)) == math.inf
