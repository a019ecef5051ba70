"""From masks to polygons and back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from leakwatch.outline.contour import leaves_out, polygon_around
from leakwatch.outline.raster import mask_from_polygon

SHAPE = (40, 50)


def blob(seed: int) -> np.ndarray:
    """One smooth random piece, which may touch the border."""
    smooth = ndimage.gaussian_filter(np.random.default_rng(seed).normal(0, 1, SHAPE), 4)
    numbers, count = ndimage.label(smooth > 0)
    sizes = ndimage.sum_labels(numbers > 0, numbers, np.arange(1, count + 1))
    return ndimage.binary_fill_holes(numbers == 1 + int(np.argmax(sizes)))


@given(st.integers(0, 10_000))
def test_the_way_back_gives_the_mask(seed: int) -> None:
    mask = blob(seed)
    np.testing.assert_array_equal(mask_from_polygon(polygon_around(mask), SHAPE), mask)


def test_a_box_is_outlined_half_a_pixel_beyond_its_centres() -> None:
    mask = np.zeros(SHAPE, np.bool_)
    mask[10:20, 5:9] = True
    polygon = polygon_around(mask)
    assert polygon.min(0).tolist() == [4.5, 9.5]
    assert polygon.max(0).tolist() == [8.5, 19.5]
    assert len(np.unique(polygon, axis=0)) == len(polygon)


def test_holes_are_filled_and_the_largest_piece_counts() -> None:
    mask = np.zeros(SHAPE, np.bool_)
    mask[10:20, 5:20] = True
    whole = mask.copy()
    mask[13:16, 8:12] = False
    assert not leaves_out(mask)
    mask[30:33, 30:32] = True
    assert not leaves_out(mask)  # a speck
    mask[30:33, 30:40] = True
    assert leaves_out(mask)
    np.testing.assert_array_equal(mask_from_polygon(polygon_around(mask), SHAPE), whole)
