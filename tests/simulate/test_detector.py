import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.nouns import Relationship
from leakwatch.simulate.config.chain import ChainSection
from leakwatch.simulate.config.detector import DetectorSection, ExposureSection
from leakwatch.simulate.machine.chain import modality_lut, stored_values
from leakwatch.simulate.machine.detector import Exposure, detected, exposure_at, mean_intensity, with_lag

NOMINAL = Exposure(1.0, 1.0)


@pytest.mark.parametrize(
    ("photons", "level", "dose"), [(100.0, 1.0, 1.0), (900.0, 0.5, 1.0), (400.0, 1.0, 0.25)]
)
def test_noise_follows_the_photon_budget(photons: float, level: float, dose: float) -> None:
    config = DetectorSection(photons_per_pixel=photons, electronic_noise_photons=5.0)
    mean = np.full((400, 400), level)
    signal = detected(mean, Exposure(dose, 1.0), config, np.random.default_rng(3))
    assert signal.mean() == pytest.approx(level, rel=0.005)
    assert signal.var() == pytest.approx((level * photons * dose + 25.0) / (photons * dose) ** 2, rel=0.03)


def test_scatter_fills_in_but_keeps_the_mean_of_an_even_field() -> None:
    config = DetectorSection(scatter_to_primary=1.0, blur_px=0.0)
    even = mean_intensity(np.full((50, 50), 2.0, np.float32), 2.0, config, 0.4)
    assert even == pytest.approx(1.0)
    dot = np.full((51, 51), 2.0, np.float32)
    dot[25, 25] = 50.0
    assert mean_intensity(dot, 2.0, config, 0.4)[25, 25] == pytest.approx(0.5, abs=0.01)


def test_without_noise_the_mean_comes_out() -> None:
    mean = np.full((4, 4), 0.7)
    assert detected(mean, NOMINAL, DetectorSection(noise=False), np.random.default_rng(0)) == pytest.approx(
        0.7
    )


def test_settling_starts_noisy_and_bright_and_ends() -> None:
    config = ExposureSection(settling_frames=4, settling_noise=4.0, settling_brightness=1.08)
    assert exposure_at(config, 0, 0.0) == Exposure(pytest.approx(1 / 16), pytest.approx(1.08))
    assert exposure_at(config, 4, 0.5) == NOMINAL


def test_an_exposure_step_brightens_from_its_time_on() -> None:
    config = ExposureSection(step_time_s=2.0, step_factor=1.33)
    assert exposure_at(config, 9, 1.99) == NOMINAL
    assert exposure_at(config, 10, 2.0).brightness == pytest.approx(1.33)


def test_lag_carries_its_share_over_one_frame() -> None:
    now, before = np.zeros((2, 2)), np.ones((2, 2))
    assert with_lag(now, before, 0.1) == pytest.approx(0.1)
    assert with_lag(now, None, 0.1) == pytest.approx(0.0)


chains = st.builds(
    ChainSection,
    relationship=st.sampled_from([Relationship.LOG, Relationship.DISP]),
    sign=st.sampled_from([-1, 1]),
    bits_stored=st.sampled_from([8, 10, 12]),
)


@given(chains, st.floats(0.2, 7.5))
def test_the_modality_lut_undoes_the_chain(config: ChainSection, signal: float) -> None:
    lut = modality_lut(config)
    assert lut is not None
    first, table = lut
    value = int(stored_values(np.array([signal]), config)[0])
    back = table[np.clip(value - first, 0, len(table) - 1)] / 65535 * config.white_level
    # One stored step: 1/46 in LOG; twice 1/255 of the root in DISP.
    assert back == pytest.approx(signal, rel=0.06)


@given(
    st.sampled_from(list(Relationship)[:3]), st.sampled_from([-1, 1]), st.floats(0.1, 6), st.floats(0.1, 6)
)
def test_sign_says_which_way_stored_values_run(
    relationship: Relationship, sign: int, a: float, b: float
) -> None:
    low, high = sorted((a, b))
    config = ChainSection(relationship=relationship, sign=sign, bits_stored=12)
    dark, light = stored_values(np.array([low, high]), config).astype(int)
    assert sign * (light - dark) >= 0


def test_linear_needs_no_lut_and_saturates_at_white() -> None:
    config = ChainSection(relationship=Relationship.LIN, bits_stored=10, white_level=4.0)
    assert modality_lut(config) is None
    assert stored_values(np.array([0.0, 2.0, 4.0, 9.0]), config).tolist() == [0, 512, 1023, 1023]
