import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from leakwatch.bench.observers.waiting import build_bank, largest_sums, threshold

FRAMES, PIXELS, AGES = 14, 40, 8


def means(rng: np.random.Generator) -> np.ndarray:
    """A background whose exposure settles."""
    return rng.uniform(200, 600, PIXELS) * np.linspace(0.5, 1.0, FRAMES)[:, None]


def growing(depth: float = 0.02) -> np.ndarray:
    """A leak that spreads over the pixels and darkens them."""
    age, pixel = np.ogrid[1 : AGES + 1, :PIXELS]
    return np.asarray(-depth * age * (pixel < 5 * age) / AGES, np.float64)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=30))
def test_a_leak_that_does_not_grow_is_pages_test(values: list[float]) -> None:
    """The largest sum that ends here: the sum so far, less the smallest before."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    lowest = np.minimum.accumulate(sums)[:-1]
    assert largest_sums(np.array(values)[:, None]) == pytest.approx(sums[1:] - lowest, abs=1e-9)


@given(st.integers(0, 2**32 - 1))
def test_no_start_is_overlooked(seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(9, 4))
    by_hand = [
        max(
            sum(values[frame, min(frame - start, 3)] for frame in range(start, last + 1))
            for start in range(last + 1)
        )
        for last in range(9)
    ]
    assert largest_sums(values) == pytest.approx(by_hand)


def test_noise_alone_alarms_as_often_as_asked() -> None:
    rng = np.random.default_rng(5)
    without, weights = means(rng), growing()
    limit = threshold(build_bank(without, without, weights), 0.05, np.random.default_rng(1))
    runs = 2000
    alarms = sum(
        largest_sums(build_bank(rng.poisson(without) * 1.0, without, weights).values).max() >= limit
        for _ in range(runs)
    )
    low, high = binom.ppf([0.0005, 0.9995], runs, 0.05)
    # The threshold itself comes from 4000 draws.
    assert 0.9 * low <= alarms <= 1.1 * high


def test_not_to_know_the_start_costs_evidence() -> None:
    """The threshold is higher than that of a leak whose start is known: log 20 at most, by Ville."""
    without, weights = means(np.random.default_rng(5)), growing()
    assert threshold(build_bank(without, without, weights), 0.05, np.random.default_rng(1)) > np.log(20)


def test_a_leak_is_found_where_it_starts() -> None:
    rng = np.random.default_rng(6)
    without, weights = means(rng), growing(0.4)
    with_leak = without.copy()
    with_leak[5:] *= np.exp(weights[np.minimum(np.arange(FRAMES - 5), AGES - 1)])
    bank = build_bank(with_leak, without, weights)
    sums = largest_sums(bank.values)
    assert sums[:5].max() <= 0
    at_the_true_start = sum(bank.values[frame, min(frame - 5, AGES - 1)] for frame in range(5, FRAMES))
    assert sums[-1] == pytest.approx(at_the_true_start)
