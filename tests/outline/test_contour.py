"""From masks to polygons and back."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import ndimage

from leakwatch.outline.contour import contour_of, polygon_around
from leakwatch.outline.raster import mask_from_polygon

SHAPE = (40, 50)


def blob(seed: int) -> np.ndarray:
    """One smooth random piece, which may touch the border."""
    smooth = ndimage.gaussian_filter(np.random.default_rng(seed).normal(0, 1, SHAPE), 4)
    return ndimage.binary_fill_holes(largest_piece(smooth > 0))


def largest_piece(mask: np.ndarray) -> np.ndarray:
    """The piece with most pixels, joined by their sides: one that hangs by a corner is another."""
    numbers, count = ndimage.label(mask)
    sizes = ndimage.sum_labels(mask, numbers, np.arange(1, count + 1))
    return numbers == 1 + int(np.argmax(sizes))


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
    mask[13:15, 8:10] = False
    mask[30:32, 30:33] = True
    specks = contour_of(mask)
    assert not specks.holed
    assert not specks.in_pieces
    mask[13:16, 8:12] = False
    mask[30:33, 30:40] = True
    contour = contour_of(mask)
    assert contour.holed
    assert contour.in_pieces
    np.testing.assert_array_equal(mask_from_polygon(contour.polygon_xy_px, SHAPE), whole)


@example(x=20.0, y=16.0, radii=[7.0] * 6 + [13.0])  # a pixel of its tip hangs by a corner
@given(
    st.floats(20, 30),
    st.floats(16, 24),
    st.lists(st.floats(7, 13), min_size=5, max_size=12),
)
def test_a_polygon_comes_back_within_a_pixels_diagonal(x: float, y: float, radii: list[float]) -> None:
    """By way of a mask: no point of the line that comes back is far from the line that was drawn."""
    turn = np.arange(len(radii)) * 2 * np.pi / len(radii)
    drawn = np.array([x, y]) + np.array(radii)[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    mask = mask_from_polygon(drawn, SHAPE)
    back = polygon_around(mask)
    along = np.vstack([drawn, drawn[:1]])
    start, step = along[:-1], np.diff(along, axis=0)
    share = np.clip(((back[:, None] - start) * step).sum(2) / (step**2).sum(1), 0, 1)
    distance = np.hypot(*np.moveaxis(back[:, None] - (start + share[..., None] * step), 2, 0)).min(1)
    # a point lies half-way between a centre inside and one outside, and the drawn line passes between them
    assert distance.max() <= 0.5 + 1e-6
    np.testing.assert_array_equal(mask_from_polygon(back, SHAPE), largest_piece(mask))
