import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.simulate.anatomy.tubes import dense_path, tubes
from leakwatch.simulate.volume.grid import empty_grid, open_axes_mm

_POINT = st.tuples(*(st.floats(-8, 8) for _ in range(3)))


@settings(max_examples=30, deadline=None)
@given(st.lists(_POINT, min_size=2, max_size=5, unique=True))
def test_the_room_of_a_vessel_is_all_within_its_radius_of_the_path(corners: list) -> None:
    path = dense_path(corners)
    grid = empty_grid((-10.0,) * 3, (10.0,) * 3, 1.0)
    room = tubes([path], 2.0)(*open_axes_mm(grid))
    places = grid.points_mm(np.argwhere(np.ones_like(room)))
    off = np.linalg.norm(places[:, None] - path[None], axis=2).min(axis=1)
    inside = np.isfinite(room).ravel()
    # Points are up to a millimetre apart.
    assert np.all(off[inside] < 2.0 + 0.07)
    assert np.all(inside[off < 1.98])


def test_a_path_holds_its_corners_and_no_long_steps() -> None:
    path = dense_path([(0.0, 0.0, 0.0), (0.0, 0.0, 3.5), (2.0, 0.0, 3.5)])
    assert path[[0, 4, 6]] == pytest.approx(np.array([[0, 0, 0], [0, 0, 3.5], [2, 0, 3.5]]))
    assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() <= 1.0
