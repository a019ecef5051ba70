from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.imaging.limits import ROSE_K, contrast_per_px, largest_nuisance, smallest_sphere_px


def chords_px(diameter: float) -> np.ndarray:
    """Thickness of a sphere along every ray through it, 21 rays to the pixel side."""
    fine = (np.arange(round(21 * (diameter + 2))) + 0.5) / 21 - (diameter + 2) / 2
    squared = (diameter / 2) ** 2 - fine[None, :] ** 2 - fine[:, None] ** 2
    return 2 * np.sqrt(np.maximum(squared, 0))


# so that the sphere is large enough to be counted out
@given(st.floats(0.02, 0.5), st.floats(0.05, 0.9))
def test_smallest_sphere_has_roses_ratio(per_px: float, relative_noise: float) -> None:
    sigma = 20 * per_px * relative_noise
    diameter = smallest_sphere_px(sigma, per_px)
    chords = per_px * chords_px(diameter)
    seen = chords[chords > 0]
    # mean over the disc against the noise of the mean of as many pixels
    ratio = seen.mean() / (sigma / np.sqrt(len(seen) / 21**2))
    assert ratio == pytest.approx(ROSE_K, rel=0.03)


def test_four_times_the_noise_takes_twice_the_sphere() -> None:
    assert smallest_sphere_px(0.4, 0.1) == pytest.approx(2 * smallest_sphere_px(0.1, 0.1))
    assert smallest_sphere_px(0.1, 0.4) == pytest.approx(smallest_sphere_px(0.1, 0.1) / 2)


def test_contrast_of_a_ball_of_cement() -> None:
    chords = chords_px(17.0)
    area = np.count_nonzero(chords) / 21**2
    assert contrast_per_px(0.06 * chords.max(), area) == pytest.approx(0.06, rel=0.01)


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.floats(1.05, 5))
def test_in_the_most_nuisance_a_sphere_is_the_smallest(noise: float, per_px: float, larger: float) -> None:
    diameter = larger * smallest_sphere_px(noise, per_px)
    nuisance = largest_nuisance(noise, per_px, diameter)
    assert smallest_sphere_px(noise, per_px, nuisance) == pytest.approx(diameter)


def test_no_place_is_calm_enough_where_noise_alone_hides() -> None:
    diameter = smallest_sphere_px(0.2, 0.1)
    assert largest_nuisance(0.2, 0.1, 0.99 * diameter) < 0
    assert largest_nuisance(0.2, 0.1, 1.01 * diameter) > 0
