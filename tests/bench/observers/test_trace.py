import math

from hypothesis import given
from hypothesis import strategies as st

from leakwatch.bench.observers.trace import first_alarm

VALUES = st.lists(st.one_of(st.floats(0, 10), st.just(math.nan)), max_size=20)


def test_the_frame_that_completes_the_row_gives_the_alarm() -> None:
    assert first_alarm([0.0, 3.0, 0.0, 3.0, 4.0, 5.0], 3.0, 2) == 4


def test_a_frame_of_which_nothing_can_be_said_breaks_the_row() -> None:
    assert first_alarm([3.0, math.nan, 3.0], 3.0, 2) is None


@given(VALUES, st.floats(0.1, 10), st.integers(1, 4))
def test_what_comes_later_changes_no_alarm(values: list[float], threshold: float, in_a_row: int) -> None:
    found = first_alarm(values, threshold, in_a_row)
    if found is None:
        return
    assert first_alarm(values[: found + 1], threshold, in_a_row) == found
    assert first_alarm(values[:found], threshold, in_a_row) is None
    assert all(value >= threshold for value in values[found + 1 - in_a_row : found + 1])
