import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.simulate.anatomy.parts import Part, blob
from leakwatch.simulate.anatomy.placing import Placement, lay_part, turned, window_of
from leakwatch.simulate.volume.grid import empty_grid

_ANGLE = st.floats(-180, 180)
_RADIUS = st.floats(3.0, 8.0)


def _grids() -> tuple:
    return tuple(empty_grid((-12.0,) * 3, (12.0,) * 3, 0.75) for _ in range(2))


@settings(max_examples=25, deadline=None)
@given(_ANGLE, _ANGLE, _ANGLE, _RADIUS, _RADIUS, _RADIUS)
def test_an_ellipsoid_keeps_its_volume_however_it_is_turned(
    left: float, back: float, head: float, a: float, b: float, c: float
) -> None:
    outer, core = _grids()
    placement = Placement(turned(left, back, head), np.array([0.3, -0.2, 0.1]))
    lay_part(outer, core, blob((0.0, 0.0, 0.0), (a, b, c), 0.8), placement, np.zeros_like(outer.values))
    assert outer.values.sum() * 0.75**3 == pytest.approx(4 / 3 * np.pi * a * b * c, rel=0.04)
    assert core.values.sum() == pytest.approx(
        4 / 3 * np.pi * (a - 0.8) * (b - 0.8) * (c - 0.8) / 0.75**3, rel=0.06
    )


def test_a_round_rod_is_as_far_as_it_says() -> None:
    rod = Part((0.0, 0.0, -5.0), (0.0, 0.0, 5.0), (2.0, 2.0, 2.0), 0.5)
    x, y, z = (np.array(v, np.float32) for v in ([2.5, 0.0, 1.0, 0.0], [0.0] * 4, [0.0, 8.0, 3.0, 0.0]))
    assert rod.distance_mm(x, y, z) == pytest.approx([0.5, 1.0, -1.0, -2.0], abs=1e-5)


@given(_ANGLE, _ANGLE, _ANGLE)
def test_a_turn_is_a_rotation(left: float, back: float, head: float) -> None:
    turn = turned(left, back, head)
    assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1.0)


def test_a_turn_about_the_left_axis_is_right_handed() -> None:
    assert turned(90, 0, 0) @ [0, 1, 0] == pytest.approx([0, 0, 1], abs=1e-9)


def test_what_lies_outside_the_grid_has_no_window() -> None:
    outer, _ = _grids()
    far = Placement(np.eye(3), np.array([100.0, 0.0, 0.0]))
    assert window_of(outer, ((-1.0,) * 3, (1.0,) * 3), far) is None
