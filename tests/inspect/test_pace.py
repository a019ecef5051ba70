import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.inspect.pace import measure_pace


def test_even_run() -> None:
    pace = measure_pace(np.arange(16) / 15.0)
    assert pace.even
    assert pace.frames_per_s == pytest.approx(15.0)
    assert pace.duration_s == pytest.approx(1.0)
    assert (pace.pauses, pace.longest_pause_s) == (0, None)


def test_milliseconds_rounded_are_even() -> None:
    assert measure_pace(np.cumsum([0, 33, 34, 33, 33, 34]) / 1000.0).even


def test_pauses_are_counted_and_left_out_of_the_rate() -> None:
    pace = measure_pace(np.cumsum([0.0, 0.1, 0.1, 12.0, 0.1, 0.1, 3.0, 0.1]))
    assert (pace.pauses, pace.longest_pause_s) == (2, pytest.approx(12.0))
    assert pace.even
    assert pace.slowest_per_s == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("step_s", "pauses"),
    # more than 1 s, but not 4 intervals of 0.4 s; more than 4 intervals of 0.1 s, but not 1 s
    [((0.4, 1.5), 0), ((0.1, 0.9), 0), ((0.4, 1.7), 1), ((0.1, 1.1), 1)],
)
def test_a_pause_is_long_in_seconds_and_in_intervals(step_s: tuple[float, float], pauses: int) -> None:
    usual, long = step_s
    assert measure_pace(np.cumsum([0.0, usual, usual, usual, long, usual])).pauses == pauses


def test_uneven_run_states_its_range() -> None:
    pace = measure_pace(np.cumsum([0.0, 0.1, 0.2, 0.1, 0.3]))
    assert not pace.even
    assert pace.slowest_per_s == pytest.approx(1 / 0.3)
    assert pace.fastest_per_s == pytest.approx(10.0)


def test_one_frame_has_no_rate() -> None:
    pace = measure_pace(np.zeros(1))
    assert (pace.frames_per_s, pace.duration_s, pace.even) == (None, 0.0, True)


@given(st.lists(st.floats(1e-3, 1e4), min_size=1, max_size=40))
def test_rates_are_in_order(steps: list[float]) -> None:
    pace = measure_pace(np.cumsum([0.0, *steps]))
    assert pace.slowest_per_s is not None
    assert pace.frames_per_s is not None
    assert pace.fastest_per_s is not None
    slack = 1 + 1e-6
    assert pace.slowest_per_s <= pace.frames_per_s * slack
    assert pace.frames_per_s <= pace.fastest_per_s * slack
    assert pace.pauses <= len(steps) // 2
