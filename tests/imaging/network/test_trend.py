import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.imaging.network.trend import advance, no_trend

FRAME_S = 1 / 7.5


def picture(value: float) -> np.ndarray:
    return np.full((3, 4), value, np.float32)


@given(st.floats(-5, 5), st.integers(1, 60))
def test_what_stays_is_the_level_and_no_unrest(value: float, frames: int) -> None:
    trend = no_trend((3, 4))
    for at in range(frames):
        trend = advance(trend, picture(value), FRAME_S, at * FRAME_S)
    np.testing.assert_allclose(trend.level, value, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(trend.unrest, 0, atol=1e-5)


def test_the_first_frames_are_averaged_alike() -> None:
    trend = no_trend((3, 4))
    for at, value in enumerate((1.0, 2.0, 6.0)):
        trend = advance(trend, picture(value), FRAME_S, at * FRAME_S)
    np.testing.assert_allclose(trend.level, 3.0, rtol=1e-5)


def test_what_comes_and_goes_is_unrest() -> None:
    trend = no_trend((3, 4))
    for at in range(90):
        trend = advance(trend, picture((-1.0) ** at), FRAME_S, at * FRAME_S)
    np.testing.assert_allclose(trend.level, 0.0, atol=0.1)
    np.testing.assert_allclose(trend.unrest, 1.0, atol=0.1)


@pytest.mark.parametrize("frame_s", [1 / 30, 1 / 7.5, 1.0])
def test_a_change_is_taken_up_in_about_two_seconds_at_any_frame_rate(frame_s: float) -> None:
    trend, now_s = no_trend((3, 4)), 0.0
    for value, until_s in ((0.0, 10.0), (1.0, 12.0)):
        while now_s < until_s - 1e-6:
            trend = advance(trend, picture(value), frame_s, now_s)
            now_s += frame_s
    assert 0.55 < trend.level[0, 0] < 0.8
