import numpy as np
import pytest

from leakwatch.simulate.config.detector import DetectorSection
from leakwatch.simulate.machine.detector import detected, mean_intensity, with_lag
from leakwatch.simulate.machine.exposure import Exposure

NOMINAL = Exposure(1.0, 1.0)


@pytest.mark.parametrize(
    ("photons", "level", "dose"), [(100.0, 1.0, 1.0), (900.0, 0.5, 1.0), (400.0, 1.0, 0.25)]
)
def test_noise_follows_the_photon_budget(photons: float, level: float, dose: float) -> None:
    config = DetectorSection(photons_per_pixel=photons, electronic_noise_photons=5.0)
    mean = np.full((400, 400), level, np.float32)
    signal = detected(mean, Exposure(dose, 1.0), config, np.random.default_rng(3))
    assert signal.mean() == pytest.approx(level, rel=0.005)
    assert signal.var() == pytest.approx((level * photons * dose + 25.0) / (photons * dose) ** 2, rel=0.03)


def test_scatter_fills_in_but_keeps_the_mean_of_an_even_field() -> None:
    config = DetectorSection(scatter_to_primary=1.0, blur_px=0.0)
    even = mean_intensity(np.full((50, 50), 0.3, np.float32), config, 0.4)
    assert even == pytest.approx(0.3)
    dot = np.ones((101, 101), np.float32)
    dot[50, 50] = 0.0
    assert mean_intensity(dot, config, 0.4)[50, 50] == pytest.approx(0.5, abs=0.01)


def test_scatter_worked_out_coarsely_is_the_gaussian_it_stands_for() -> None:
    from scipy import ndimage

    rng = np.random.default_rng(1)
    scene = np.exp(-ndimage.gaussian_filter(rng.standard_normal((200, 240)), 6) * 8).astype(np.float32)
    config = DetectorSection(scatter_to_primary=1.0, blur_px=0.0, scatter_range_mm=18.0)
    veil = 2 * mean_intensity(scene, config, 0.6) - scene
    exact = ndimage.gaussian_filter(scene, 30.0, mode="nearest")
    # Near the border both guess at what lies beyond.
    within = (slice(60, -60), slice(60, -60))
    assert np.abs(veil - exact)[within].max() < 0.02 * exact.mean()


def test_without_noise_the_mean_comes_out() -> None:
    mean = np.full((4, 4), 0.7, np.float32)
    out = detected(mean, NOMINAL, DetectorSection(noise=False), np.random.default_rng(0))
    assert out == pytest.approx(0.7)


def test_a_steady_signal_is_read_as_it_is_and_a_flash_comes_again_as_stated() -> None:
    config = DetectorSection(lag=0.05, lag_tail=0.01, lag_tail_decay=0.5)
    dark = np.zeros((2, 2), np.float32)
    steady, lag = with_lag(dark + 1, None, config)
    again, _ = with_lag(dark + 1, lag, config)
    assert steady == pytest.approx(1.0)
    assert again == pytest.approx(1.0)
    _, lag = with_lag(dark, None, config)
    read = []
    for level in (1.0, 0.0, 0.0, 0.0):
        reading, lag = with_lag(dark + np.float32(level), lag, config)
        read.append(float(reading[0, 0]))
    assert read == pytest.approx([0.93, 0.06, 0.005, 0.0025], abs=1e-6)


def test_lag_that_leaves_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="at least half"):
        DetectorSection(lag=0.4, lag_tail=0.06)
