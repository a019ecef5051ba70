import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.outline.raster import mask_from_polygon


def test_pixel_centres_are_at_integers_and_edges_count() -> None:
    square = np.array([[1.0, 2.0], [3.0, 2.0], [3.0, 4.0], [1.0, 4.0]])
    mask = mask_from_polygon(square, (7, 6))
    rows, columns = np.nonzero(mask)
    assert set(zip(columns.tolist(), rows.tolist(), strict=True)) == {
        (x, y) for x in (1, 2, 3) for y in (2, 3, 4)
    }


def test_a_centre_just_outside_is_out() -> None:
    square = np.array([[1.1, 1.1], [2.9, 1.1], [2.9, 2.9], [1.1, 2.9]])
    assert mask_from_polygon(square, (5, 5)).sum() == 1


def test_outside_of_the_picture_is_cut_off() -> None:
    everywhere = np.array([[-9.0, -9.0], [99.0, -9.0], [99.0, 99.0], [-9.0, 99.0]])
    assert mask_from_polygon(everywhere, (4, 5)).all()


@given(st.integers(0, 5), st.integers(0, 5))
def test_whole_pixel_shift_shifts_the_mask(right: int, down: int) -> None:
    triangle = np.array([[2.3, 1.2], [9.7, 4.4], [3.1, 9.6]])
    still = mask_from_polygon(triangle, (20, 20))
    moved = mask_from_polygon(triangle + np.array([right, down]), (20, 20))
    assert np.array_equal(np.roll(still, (down, right), (0, 1)), moved)
