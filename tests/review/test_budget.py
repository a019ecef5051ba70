from __future__ import annotations

import numpy as np
import pytest

from leakwatch.review.budget import Reduction, choose_reduction
from leakwatch.review.jpeg import decode, encode


@pytest.fixture
def sample() -> bytes:
    return encode(np.random.default_rng(0).normal(128, 20, (256, 256)).clip(0, 255).astype(np.uint8), 82)


def test_what_fits_is_left_as_it_is(sample: bytes) -> None:
    assert choose_reduction([sample], 3_000_000, 100_000, 4_200_000) is None


@pytest.mark.parametrize("share", [0.9, 0.6, 0.4, 0.2])
def test_the_reduced_page_fits(sample: bytes, share: float) -> None:
    before = 1000 * len(sample)
    limit = before * 4 / 3 * share
    reduction = choose_reduction([sample], before, 0, limit)
    assert reduction is not None
    assert 1000 * len(reduction.apply(sample)) * 4 / 3 <= limit


def test_quality_goes_before_size(sample: bytes) -> None:
    before = 1000 * len(sample)
    reduction = choose_reduction([sample], before, 0, before * 4 / 3 * 0.95)
    assert reduction is not None
    assert reduction.scale == 1.0


def test_the_impossible_gets_the_strongest_reduction(sample: bytes) -> None:
    assert choose_reduction([sample], 10**9, 10**9, 1.0) == Reduction(0.25, 50)


def test_a_picture_is_never_reduced_to_nothing(sample: bytes) -> None:
    assert decode(Reduction(0.25, 50).apply(sample)).shape == (128, 128)
    tiny = encode(np.zeros((40, 50), np.uint8), 82)
    assert decode(Reduction(0.25, 50).apply(tiny)).shape == (40, 50)
