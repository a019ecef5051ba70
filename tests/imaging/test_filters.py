from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.imaging.filters import (
    band,
    dilate,
    disc,
    gradient,
    pixel_noise,
    robust_sigma,
    smooth,
    smooth_within,
)

from .pictures import box, centroid, noise


# 2 is done directly, 6 and 11 on a reduced picture; the matrix is no multiple of the reduction
@pytest.mark.parametrize("sigma", [2.0, 6.0, 11.0])
def test_smoothing_has_the_width_asked_for_and_moves_nothing(sigma: float) -> None:
    y, x = np.indices((157, 149))
    x, y = x - 73, y - 80
    spot = (np.exp(-(x**2 + y**2) / (2 * 4.0**2)) / (2 * np.pi * 4.0**2)).astype(np.float32)
    spread = smooth(spot, sigma).astype(np.float64)
    assert spread.sum() == pytest.approx(1.0, abs=0.02)
    assert centroid(spread) == pytest.approx((73, 80), abs=0.1)
    # variances add
    for along in (x, y):
        assert np.sqrt((spread * along**2).sum()) == pytest.approx(np.hypot(sigma, 4.0), rel=0.05)


@pytest.mark.parametrize("sigma", [1.0, 9.0])
def test_smoothing_keeps_a_level(sigma: float) -> None:
    np.testing.assert_allclose(smooth(np.full((50, 61), 3.5, np.float32), sigma), 3.5, rtol=1e-5)


def test_what_has_no_weight_has_no_say() -> None:
    weight = np.ones((60, 60), np.float32)
    picture = np.full((60, 60), 2.0, np.float32)
    picture[20:40, 20:40], weight[20:40, 20:40] = 1000.0, 0.0
    np.testing.assert_allclose(smooth_within(picture, weight, 4.0)[weight > 0], 2.0, rtol=0.01)


def test_mean_is_zero_where_no_weight_is_near() -> None:
    weight = np.zeros((80, 80), np.float32)
    weight[:, :10] = 1.0
    mean = smooth_within(np.full((80, 80), 2.0, np.float32), weight, 2.0)
    assert np.abs(mean[:, 40:]).max() == 0.0


def test_band_ignores_level_and_slope() -> None:
    y, x = np.indices((90, 90))
    plane = (5 + 0.3 * x - 0.2 * y).astype(np.float32)
    assert np.abs(band(plane, 1.5)[30:60, 30:60]).max() < 1e-3


def test_band_keeps_its_own_detail_and_drops_coarser() -> None:
    x = np.arange(160)
    kept, dropped = (
        np.tile(np.cos(2 * np.pi * x / length), (160, 1)).astype(np.float32) for length in (10.0, 80.0)
    )
    inner = (slice(40, 120), slice(40, 120))

    # the transfer of a Gaussian at wavelength L is exp(-2 (pi sigma / L)^2)
    def transfer(length: float) -> float:
        return float(np.exp(-2 * (np.pi * 1.5 / length) ** 2) - np.exp(-2 * (np.pi * 4.5 / length) ** 2))

    assert np.abs(band(kept, 1.5)[inner]).max() == pytest.approx(transfer(10.0), rel=0.05)
    assert np.abs(band(dropped, 1.5)[inner]).max() == pytest.approx(transfer(80.0), abs=0.01)


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_gradient_is_slope_per_pixel(a: float, b: float) -> None:
    y, x = np.indices((9, 11))
    slope_x, slope_y = gradient((a * x + b * y).astype(np.float32))
    np.testing.assert_allclose(slope_x[1:-1, 1:-1], a, atol=1e-4)
    np.testing.assert_allclose(slope_y[1:-1, 1:-1], b, atol=1e-4)


@pytest.mark.parametrize("radius", [1.0, 3.0, 6.0])
def test_mask_grows_by_the_radius_to_all_sides(radius: float) -> None:
    grown = dilate(box((41, 41), (20, 21), (20, 21)), radius)
    rows, columns = np.nonzero(grown)
    assert {rows.min(), columns.min()} == {20 - radius}
    assert {rows.max(), columns.max()} == {20 + radius}
    assert np.hypot(rows - 20, columns - 20).max() <= radius + 0.75


def test_disc_is_never_empty() -> None:
    assert disc(0.01).sum() > 1


def test_spread_of_a_normal_sample_despite_outliers() -> None:
    values = np.random.default_rng(3).normal(7.0, 2.0, 20000)
    values[:600] = 1e6
    assert robust_sigma(values) == pytest.approx(2.0, rel=0.06)


def test_no_values_have_no_spread() -> None:
    assert robust_sigma(np.array([])) == 0.0


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 5.0), st.floats(-2, 2), st.floats(-2, 2))
def test_noise_is_told_from_slopes_and_edges(sigma: float, a: float, b: float) -> None:
    y, x = np.indices((120, 120))
    picture = (a * x + b * y).astype(np.float32) + noise((120, 120), sigma, 8)
    picture[:, 60:] += 50.0
    # where the sum of wave and slope is large against the noise, float32 itself adds a little
    assert pixel_noise(picture, np.ones((120, 120), np.bool_)) == pytest.approx(sigma, rel=0.05)


def test_noise_is_that_of_the_mask() -> None:
    picture = noise((100, 100), 1.0, 1)
    picture[:, 50:] *= 10
    assert pixel_noise(picture, box((100, 100), (0, 100), (0, 48))) == pytest.approx(1.0, rel=0.06)
    assert pixel_noise(picture, np.zeros((100, 100), np.bool_)) == 0.0
