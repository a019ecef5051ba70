import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.bench.observers.likelihood import LogRatio, log_ratio

BACKGROUND = 2000.0


def disc(radius_px: float = 4.0) -> np.ndarray:
    y, x = np.indices((32, 32)) - 15.5
    return np.hypot(x, y) <= radius_px


def detectability(ratio: LogRatio) -> float:
    return (ratio.mean_with - ratio.mean_without) / np.sqrt(ratio.variance_without)


@given(st.floats(0.001, 0.01), st.floats(2.0, 12.0))
def test_a_constant_disc_in_white_noise_is_seen_as_the_formula_says(
    contrast: float, radius_px: float
) -> None:
    """Contrast over noise times the root of the number of pixels."""
    inside = disc(radius_px)
    without = np.full(inside.shape, BACKGROUND)
    ratio = log_ratio(without, without, without * (1 - contrast * inside))
    expected = contrast * BACKGROUND / np.sqrt(BACKGROUND) * np.sqrt(inside.sum())
    assert detectability(ratio) == pytest.approx(expected, rel=0.02)


def test_means_and_variance_are_those_of_poisson_draws() -> None:
    rng = np.random.default_rng(3)
    without = rng.uniform(200, 900, (32, 32))
    with_leak = without * (1 - 0.05 * disc())
    stated = log_ratio(without, without, with_leak)
    quiet = np.array([log_ratio(rng.poisson(without) * 1.0, without, with_leak).value for _ in range(3000)])
    leaking = np.array(
        [log_ratio(rng.poisson(with_leak) * 1.0, without, with_leak).value for _ in range(3000)]
    )
    error = np.sqrt(stated.variance_without / 3000)
    assert quiet.mean() == pytest.approx(stated.mean_without, abs=4 * error)
    assert leaking.mean() == pytest.approx(stated.mean_with, abs=4 * error)
    assert quiet.var() == pytest.approx(stated.variance_without, rel=0.12)


@given(st.integers(0, 2**32 - 1))
def test_pixels_that_do_not_count_say_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    without, with_leak, counted, other = rng.uniform(50, 500, (4, 8, 8))
    within = rng.random((8, 8)) < 0.5
    other[within] = counted[within]
    assert log_ratio(counted, without, with_leak, within) == log_ratio(other, without, with_leak, within)


def test_without_a_leak_there_is_nothing_to_weigh() -> None:
    picture = np.full((4, 4), 10.0)
    assert log_ratio(picture + 3, picture, picture) == LogRatio(0.0, 0.0, 0.0, 0.0)
