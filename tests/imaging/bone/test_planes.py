"""What the bone network sees does not hang on a gain, and grid and frame are inverse to each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.imaging.bone.planes import GRID_MM, MULTIPLE, PLANES, filled_up, lay_grid, onto_grid, planes_of

SIDES = st.integers(20, 400)


def picture(seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:60, :80]
    return (0.02 * rows + np.sin(columns / 6) + rng.normal(0, 0.1, (60, 80))).astype(np.float32)


@given(SIDES, SIDES, st.floats(0.1, 1.5), st.floats(0.1, 1.5))
def test_frame_and_grid_are_inverse(rows: int, columns: int, high_mm: float, wide_mm: float) -> None:
    grid = lay_grid(rows, columns, (high_mm, wide_mm))
    points = np.array([[0.0, 0.0], [columns - 1.0, rows - 1.0], [3.25, 7.5]])
    np.testing.assert_allclose(grid.to_frame(grid.from_frame(points)), points, atol=1e-9)
    # corners of the picture are corners of the grid
    corners = np.array([[-0.5, -0.5], [columns - 0.5, rows - 0.5]])
    ends = np.array([[-0.5, -0.5], [grid.columns - 0.5, grid.rows - 0.5]])
    np.testing.assert_allclose(grid.from_frame(corners), ends, atol=1e-9)


def test_a_grid_pixel_is_a_millimetre() -> None:
    grid = lay_grid(384, 512, (0.25, 0.25))
    assert (grid.rows, grid.columns) == (96, 128)
    assert grid.step == pytest.approx((4.0, 4.0))
    assert GRID_MM == 1.0


def test_a_spot_lies_where_the_grid_says() -> None:
    grid = lay_grid(200, 200, (0.25, 0.25))
    frame = np.zeros((200, 200), np.float32)
    frame[80:84, 120:124] = 1
    row, column = np.unravel_index(onto_grid(frame, grid).argmax(), (grid.rows, grid.columns))
    np.testing.assert_allclose(grid.to_frame(np.array([[column, row]], float)), [[121.5, 81.5]])


@pytest.mark.parametrize(("gain", "offset"), [(3.0, 0.0), (1.0, -7.0), (0.02, 40.0)])
def test_gain_and_offset_change_nothing(gain: float, offset: float) -> None:
    seen, open_ = picture(), np.ones((60, 80), np.bool_)
    open_[:, :10] = False
    np.testing.assert_allclose(
        planes_of(np.float32(gain) * seen + np.float32(offset), open_, (40.0, 30.0)),
        planes_of(seen, open_, (40.0, 30.0)),
        atol=2e-2,
    )


def test_what_is_covered_shows_nothing_and_touches_nothing() -> None:
    seen, open_ = picture(), np.ones((60, 80), np.bool_)
    open_[:, :10] = False
    dark = np.where(open_, seen, np.float32(1e4))
    planes, darkened = planes_of(seen, open_, None), planes_of(dark, open_, None)
    np.testing.assert_allclose(planes, darkened, atol=1e-6)
    assert not planes[:, :, :10].any()
    assert np.abs(planes).max() <= 4.0


def test_a_click_is_a_spot_and_none_is_nothing() -> None:
    click = PLANES.index("click")
    open_ = np.ones((60, 80), np.bool_)
    assert not planes_of(picture(), open_, None)[click].any()
    spot = planes_of(picture(), open_, (50.0, 20.0))[click]
    assert np.unravel_index(spot.argmax(), spot.shape) == (20, 50)
    assert spot.max() == pytest.approx(1.0)


def test_nothing_open_is_nothing_seen() -> None:
    assert not planes_of(picture(), np.zeros((60, 80), np.bool_), None).any()


def test_planes_are_filled_up_to_what_can_be_halved() -> None:
    full = filled_up(np.ones((4, 33, 48), np.float32))
    assert full.shape == (4, 48, 48)
    assert full.shape[1] % MULTIPLE == 0
    assert full.sum() == 4 * 33 * 48
