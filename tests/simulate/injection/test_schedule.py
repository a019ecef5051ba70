import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.simulate.config.injection import CementSection, Pause
from leakwatch.simulate.injection.schedule import Schedule


def test_without_a_pause_volume_is_rate_times_time() -> None:
    schedule = Schedule(2.0, 10.0, 50.0)
    assert schedule.total_ul == pytest.approx(400.0)
    assert schedule.times_s(np.array([0.0, 100.0, 400.0])) == pytest.approx([2.0, 4.0, 10.0])


def test_nothing_arrives_in_a_pause() -> None:
    schedule = Schedule(0.0, 10.0, 10.0, (Pause(after_s=3.0, duration_s=4.0),))
    assert schedule.total_ul == pytest.approx(60.0)
    assert schedule.times_s(np.array([29.9, 30.1, 60.0])) == pytest.approx([2.99, 7.01, 10.0])


def test_a_start_within_a_pause_waits_for_its_end() -> None:
    schedule = Schedule(4.0, 10.0, 10.0, (Pause(after_s=3.0, duration_s=4.0),))
    assert schedule.total_ul == pytest.approx(30.0)
    assert schedule.times_s(np.array([0.1, 30.0])) == pytest.approx([7.01, 10.0])


def test_a_schedule_over_before_it_starts_pushes_nothing() -> None:
    assert Schedule(5.0, 4.0, 10.0).total_ul == 0.0


@given(
    st.lists(st.tuples(st.floats(0, 9), st.floats(0.1, 2)), max_size=3),
    st.lists(st.floats(0.01, 0.99), min_size=2, max_size=6),
)
def test_more_volume_is_never_earlier_and_all_of_it_arrives_in_time(
    gaps: list[tuple[float, float]], shares: list[float]
) -> None:
    # Pauses that do not overlap.
    pauses, free_from = [], 0.0
    for after, length in sorted(gaps):
        after = max(after, free_from)
        pauses.append(Pause(after_s=after, duration_s=length))
        free_from = after + length
    schedule = Schedule(1.0, 10.0, 7.0, tuple(pauses))
    if schedule.total_ul < 1e-6:
        return
    times = schedule.times_s(np.sort(shares) * schedule.total_ul)
    assert np.all(np.diff(times) >= -1e-9)
    for pause in pauses:
        within = (times > pause.after_s + 1e-6) & (times < pause.after_s + pause.duration_s - 1e-6)
        assert not within.any()
    assert times.min() >= 1.0
    assert times.max() <= 10.0 + 1e-9


def test_rounding_does_not_let_cement_flow_in_a_pause() -> None:
    schedule = Schedule(0.08, 10.0, 1.0, (Pause(after_s=0.63, duration_s=1.41),))
    assert schedule.times_s(np.array([0.1, 0.5])) == pytest.approx([0.18, 0.58])


def test_overlapping_pauses_are_refused() -> None:
    pauses = [{"after_s": 2, "duration_s": 2}, {"after_s": 3, "duration_s": 2}]
    with pytest.raises(ValueError, match="begins before"):
        CementSection.model_validate({"pauses": pauses})
