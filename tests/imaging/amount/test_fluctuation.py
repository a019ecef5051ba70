import numpy as np
import pytest

from leakwatch.imaging.amount.fluctuation import sum_spread


def test_white_noise_falls_with_the_root_of_the_count():
    noise = np.random.default_rng(1).standard_normal((256, 256)).astype(np.float32)
    clear = np.ones(noise.shape, bool)
    # the ring has noise of its own, which is little for a ring that is larger than the place
    assert sum_spread(noise, clear, 100, 20.0) == pytest.approx(0.1, rel=0.25)
    assert sum_spread(noise, clear, 400, 20.0) == pytest.approx(0.05, rel=0.3)


def test_a_slope_is_no_noise_for_a_ring_takes_it_away():
    slope = np.tile(np.arange(200, dtype=np.float32), (200, 1))
    assert sum_spread(slope, np.ones(slope.shape, bool), 100, 15.0) < 0.05


def test_where_there_is_no_room_single_pixels_speak():
    noise = np.random.default_rng(2).standard_normal((40, 40)).astype(np.float32)
    clear = np.zeros(noise.shape, bool)
    clear[::3, ::3] = True
    assert sum_spread(noise, clear, 200, 10.0) == pytest.approx(1.0, rel=0.25)
    assert sum_spread(noise, np.zeros_like(clear), 200, 10.0) == 0.0
