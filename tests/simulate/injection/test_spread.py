import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.simulate.injection.schedule import Schedule
from leakwatch.simulate.injection.spread import _first_reached, grow
from leakwatch.simulate.volume.grid import VoxelGrid


def test_cement_in_an_even_medium_is_a_ball_of_the_injected_volume() -> None:
    even = VoxelGrid((-10.0, -10.0, -10.0), 0.5, np.ones((41, 41, 41), np.float32))
    spread = grow(even, (0.0, 0.0, 0.0), 1.0, Schedule(2.0, 4.0, 100.0))
    assert spread.volumes_ul.sum() == pytest.approx(200.0, abs=0.2)
    assert spread.filled(1.99) == 0
    assert spread.volumes_ul[: spread.filled(3.0)].sum() == pytest.approx(100.0, abs=0.2)
    radius = np.linalg.norm(spread.points_mm, axis=1)
    # The front is first-order: a little ahead along the axes.
    exact = (3 * 200 / (4 * np.pi)) ** (1 / 3)
    assert radius.max() == pytest.approx(exact, rel=0.12)


def test_cement_goes_round_what_it_cannot_enter() -> None:
    values = np.ones((21, 21, 21), np.float32)
    values[12] = np.inf
    spread = grow(VoxelGrid((0.0, 0.0, 0.0), 1.0, values), (8.0, 10.0, 10.0), 1.0, Schedule(0, 1, 1000.0))
    assert spread.points_mm[:, 0].max() == 11.0


def test_cement_takes_the_easier_way() -> None:
    values = np.ones((21, 21, 21), np.float32)
    values[11:] = 9.0
    spread = grow(VoxelGrid((0.0, 0.0, 0.0), 1.0, values), (10.0, 10.0, 10.0), 1.0, Schedule(0, 1, 300.0))
    assert spread.points_mm[:, 0].mean() < 9.0


def test_more_cement_than_room_is_refused() -> None:
    small = VoxelGrid((0.0, 0.0, 0.0), 1.0, np.ones((3, 3, 3), np.float32))
    with pytest.raises(ValueError, match="do not fit into the 27 µl"):
        grow(small, (1.0, 1.0, 1.0), 1.0, Schedule(0.0, 1.0, 1000.0))


def test_a_closed_place_takes_none() -> None:
    closed = VoxelGrid((0.0, 0.0, 0.0), 1.0, np.full((3, 3, 3), np.inf, np.float32))
    with pytest.raises(ValueError, match="no room"):
        grow(closed, (1.0, 1.0, 1.0), 1.0, Schedule(0.0, 1.0, 1.0))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(20.0, 900.0))
def test_a_part_of_the_medium_is_filled_as_the_whole_would_be(seed: int, volume_ul: float) -> None:
    """A big medium is only looked at near the seed: the order of filling must not know."""
    rng = np.random.default_rng(seed)
    values = np.exp(rng.standard_normal((41, 37, 45)) * 1.2).astype(np.float32)
    values[25:27, 5:] = np.inf
    # A channel that leads far away from the seed.
    values[20, 18, :] = 0.01
    medium = VoxelGrid((0.0, 0.0, 0.0), 1.0, values)
    spread = grow(medium, (20.0, 18.0, 20.0), 1.0, Schedule(0.0, 1.0, volume_ul))
    everywhere, _ = _first_reached(medium, (20.0, 18.0, 20.0), len(spread.volumes_ul))
    assert np.array_equal(spread.points_mm, medium.points_mm(everywhere))
