import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.simulate.config.machine import MachineSection, ViewSection
from leakwatch.simulate.machine.clock import frame_times_s, is_even


def machine(**asked: object) -> MachineSection:
    return MachineSection.model_validate({"frames": 10, "frames_per_s": 5.0} | asked)


def test_without_gaps_frames_are_even() -> None:
    config = machine()
    assert frame_times_s(config, config.views[0]) == pytest.approx(np.arange(10) / 5)
    assert is_even(config, config.views[0])


def test_a_gap_delays_what_follows() -> None:
    config = machine(pedal_gaps=[{"after_s": 1.0, "duration_s": 2.5}])
    times = frame_times_s(config, config.views[0])
    assert times[:5] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])
    assert times[5:] == pytest.approx([3.5, 3.7, 3.9, 4.1, 4.3])
    assert not is_even(config, config.views[0])


def test_gaps_follow_each_other_on_the_cases_clock() -> None:
    config = machine(pedal_gaps=[{"after_s": 1.0, "duration_s": 1.0}, {"after_s": 2.3, "duration_s": 1.0}])
    assert frame_times_s(config, config.views[0])[5:8] == pytest.approx([2.0, 2.2, 3.4])


def test_a_view_counts_from_its_own_start() -> None:
    config = machine(pedal_gaps=[{"after_s": 1.0, "duration_s": 1.0}])
    late = ViewSection(start_s=0.9, frames=4, frames_per_s=10)
    assert frame_times_s(config, late) == pytest.approx([0, 1.1, 1.2, 1.3])
    after = ViewSection(start_s=5.0, frames=3)
    assert frame_times_s(config, after) == pytest.approx([0, 0.2, 0.4])


def test_a_gap_before_a_view_leaves_later_gaps_where_they_are() -> None:
    config = machine(pedal_gaps=[{"after_s": 1.0, "duration_s": 3.0}, {"after_s": 5.3, "duration_s": 1.0}])
    late = ViewSection(start_s=5.0, frames=4)
    assert frame_times_s(config, late) == pytest.approx([0, 0.2, 1.4, 1.6])


@given(
    st.lists(st.tuples(st.floats(0.05, 6), st.floats(0.05, 4)), max_size=4),
    st.floats(0, 4),
    st.integers(2, 30),
    st.floats(3, 30),
)
def test_gaps_only_ever_lengthen_a_step_and_the_end_is_known(
    gaps: list[tuple[float, float]], start_s: float, frames: int, frames_per_s: float
) -> None:
    config = machine(pedal_gaps=[{"after_s": after, "duration_s": long} for after, long in gaps])
    view = ViewSection(start_s=start_s, frames=frames, frames_per_s=frames_per_s)
    times = frame_times_s(config, view)
    assert times[0] == 0
    assert np.diff(times).min() >= 1 / frames_per_s - 1e-9
    assert start_s + times[-1] == pytest.approx(config.ends_s(view))
    skipped = times[-1] - (frames - 1) / frames_per_s
    assert -1e-9 <= skipped <= sum(long for _, long in gaps) + 1e-9


def test_one_arm_is_in_one_place_at_a_time() -> None:
    with pytest.raises(ValueError, match="still runs"):
        machine(layout="single", views=[{"start_s": 0}, {"start_s": 1.7}])
    with pytest.raises(ValueError, match="still runs"):
        machine(
            layout="single",
            views=[{"start_s": 0}, {"start_s": 1.9}],
            pedal_gaps=[{"after_s": 1.0, "duration_s": 0.5}],
        )
    two = machine(layout="single", views=[{"start_s": 0}, {"start_s": 1.9}])
    assert not two.is_pair


def test_a_biplane_machine_has_two_planes() -> None:
    with pytest.raises(ValueError, match="two views"):
        machine(views=[{}, {}, {}])
