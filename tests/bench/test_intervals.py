"""Intervals against published figures and against what they promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.bench.intervals import frequency, quantile, share


def test_wilson_interval_of_a_textbook_count() -> None:
    """Newcombe 1998, table I: 81/263 has the score interval 0.2553 to 0.3662."""
    found = share(81, 263)
    assert (found.low, found.high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_four_of_four_is_no_certainty() -> None:
    found = share(4, 4)
    assert found.rate == 1.0
    assert found.low == pytest.approx(0.5101, abs=1e-4)


def test_nothing_out_of_nothing_is_undefined() -> None:
    assert share(0, 0).rate is None
    assert frequency(0, 0.0).upper_per_minute is None
    assert quantile([], 0.5).value is None


def test_no_event_still_has_an_upper_limit() -> None:
    """The rule of three, exactly: -ln 0.05 over the time."""
    assert frequency(0, 10.0).upper_per_minute == pytest.approx(-np.log(0.05) / 10)


def test_events_above_the_limit_would_be_rare() -> None:
    """At the upper limit, so few events come in 5 % of repetitions."""
    from scipy.stats import poisson

    limit = frequency(3, 7.0).upper_per_minute
    assert limit is not None
    assert poisson.cdf(3, limit * 7.0) == pytest.approx(0.05)


@given(st.integers(0, 50), st.integers(0, 50))
def test_an_interval_holds_its_rate(hits: int, others: int) -> None:
    found = share(hits, hits + others)
    if found.rate is not None:
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.rate + 1e-12
        assert found.rate <= found.high + 1e-12


def test_order_statistics_of_a_median() -> None:
    """For 20 values the 95 % interval of the median runs from the 6th to the 15th."""
    found = quantile([float(value) for value in range(20, 0, -1)], 0.5)
    assert (found.low, found.value, found.high, found.of) == (6.0, 10.0, 15.0, 20)


def test_too_few_values_leave_a_bound_open() -> None:
    found = quantile([1.0, 2.0, 3.0, 4.0, 5.0], 0.9)
    assert found.high is None
    assert found.value == 5.0


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.5, 0.9]))
def test_the_interval_covers_the_truth_as_often_as_it_says(seed: int, level: float) -> None:
    rng = np.random.default_rng(seed)
    covered = 0
    for _ in range(300):
        found = quantile(list(rng.random(60)), level)
        low = -np.inf if found.low is None else found.low
        high = np.inf if found.high is None else found.high
        covered += low <= level <= high
    # At least 95 %, less four standard errors.
    assert covered / 300 >= 0.90


def test_a_delay_that_never_ended_counts_as_the_longest() -> None:
    assert quantile([0.3, np.inf, 0.1], 0.9).value == np.inf
