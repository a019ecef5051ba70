import numpy as np
import pytest

from leakwatch.simulate.volume.texture import broad_noise, smooth_noise


@pytest.mark.parametrize("lengths", [(1.0, 1.0, 5.0), (6.0, 6.0, 6.0), (1.9, 4.0, 2.0)])
def test_it_has_the_shape_spread_and_correlation_of_smooth_noise(lengths: tuple[float, ...]) -> None:
    shape = (61, 64, 67)
    field = broad_noise(np.random.default_rng(1), shape, lengths)
    exact = smooth_noise(np.random.default_rng(2), shape, lengths)
    assert field.shape == shape
    assert field.std() == pytest.approx(1.0, abs=0.12)
    assert field.mean() == pytest.approx(0.0, abs=0.25)
    for axis, length in enumerate(lengths):
        step = round(length)
        ends = [np.take(noise, range(step, shape[axis]), axis).ravel() for noise in (field, exact)]
        starts = [np.take(noise, range(shape[axis] - step), axis).ravel() for noise in (field, exact)]
        mine, theirs = (np.corrcoef(a, b)[0, 1] for a, b in zip(starts, ends, strict=True))
        assert mine == pytest.approx(theirs, abs=0.12)


def test_the_same_generator_gives_the_same_field() -> None:
    one, two = (broad_noise(np.random.default_rng(3), (20, 21, 22), (4.0, 4.0, 4.0)) for _ in range(2))
    assert np.array_equal(one, two)
