import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.simulate.config.detector import ExposureSection
from leakwatch.simulate.machine.exposure import Control, Exposure, adjusted, exposure_at, measured

FRAME_S = 1 / 7.5


def followed(config: ExposureSection, levels: list[float]) -> list[float]:
    """Factors that control sets for a run whose even field has these levels."""
    control, factors = Control(), []
    for index, level in enumerate(levels):
        control = adjusted(control, config, index * FRAME_S)
        factors.append(control.factor)
        control = measured(control, np.full((9, 9), level))
    return factors


def test_settling_starts_noisy_and_bright_and_ends() -> None:
    config = ExposureSection(settling_frames=4, settling_noise=4.0, settling_brightness=1.08)
    assert exposure_at(config, 0, 0.0) == Exposure(pytest.approx(1 / 16), pytest.approx(1.08))
    assert exposure_at(config, 4, 0.5) == Exposure(1.0, 1.0)


def test_an_exposure_step_brightens_from_its_time_on() -> None:
    config = ExposureSection(step_time_s=2.0, step_factor=1.33)
    assert exposure_at(config, 9, 1.99) == Exposure(1.0, 1.0)
    assert exposure_at(config, 10, 2.0).brightness == pytest.approx(1.33)


def test_fixed_exposure_answers_to_nothing() -> None:
    assert followed(ExposureSection(), [1.0, 0.5, 0.5, 0.5]) == [1.0] * 4


@given(st.floats(0.45, 1.9))
def test_control_brings_the_signal_back_into_its_dead_band_without_ringing(level: float) -> None:
    config = ExposureSection(control="automatic", control_dead_band=0.04)
    factors = np.array(followed(config, [1.0] * 3 + [level] * 60))
    assert abs(np.log(factors[-1] * level)) <= np.log1p(0.04) + 1e-9
    towards = np.diff(factors) * (1 if level < 1 else -1)
    assert towards.min() >= 0


def test_control_waits_for_what_it_has_measured_and_stays_within_its_limit() -> None:
    config = ExposureSection(control="automatic", control_limit=2.0)
    factors = followed(config, [1.0, 0.1, *[0.1] * 60])
    assert factors[1] == 1.0
    assert factors[2] > 1.0
    assert factors[-1] == pytest.approx(2.0)


def test_within_the_dead_band_nothing_happens() -> None:
    config = ExposureSection(control="automatic", control_dead_band=0.1)
    assert followed(config, [1.0, 0.93, 0.95, 1.05]) == [1.0] * 4
