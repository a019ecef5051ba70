from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leakwatch.review.contours import mask_paths, polygon_path


def area(path: list[float]) -> float:
    """Shoelace formula."""
    x, y = np.array(path[::2]), np.array(path[1::2])
    return abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2


def test_a_single_pixel_is_surrounded() -> None:
    mask = np.zeros((10, 12), np.bool_)
    mask[3, 7] = True
    (path,) = mask_paths(mask)
    assert 0.2 < area(path) <= 1.0
    assert min(path[::2]) >= 7.0
    assert max(path[::2]) <= 8.0
    assert min(path[1::2]) >= 3.0
    assert max(path[1::2]) <= 4.0


def test_a_hole_is_a_path_of_its_own() -> None:
    mask = np.zeros((20, 20), np.bool_)
    mask[2:18, 2:18] = True
    mask[8:12, 8:12] = False
    assert len(mask_paths(mask)) == 2


def test_nothing_gives_nothing() -> None:
    assert mask_paths(np.zeros((5, 5), np.bool_)) == []


def test_pixel_centres_lie_half_a_pixel_in() -> None:
    assert polygon_path(np.array([[0.0, 0.0], [4, 0], [4, 2]])) == [0.5, 0.5, 4.5, 0.5, 4.5, 2.5]


@given(st.integers(2, 20), st.integers(2, 20), st.integers(0, 15), st.integers(0, 15))
def test_the_path_holds_the_area_of_the_mask(width: int, height: int, left: int, top: int) -> None:
    mask = np.zeros((40, 40), np.bool_)
    mask[top : top + height, left : left + width] = True
    (path,) = mask_paths(mask)
    # the path runs a sixth of a pixel inside the true edge
    assert abs(area(path) - width * height) <= (width + height) / 2


@given(arrays(np.bool_, (12, 12)))
def test_paths_stay_within_the_picture(mask: np.ndarray) -> None:
    for path in mask_paths(mask):
        assert len(path) >= 6
        assert min(path) >= 0.0
        assert max(path) <= 12.0
