from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.config.imaging import ReferenceConfig
from leakwatch.imaging.reference import (
    ReferenceState,
    close_if_due,
    is_ready,
    offset_to,
    refine,
    relearn,
    start_reference,
)

from .pictures import box, noise

CONFIG = ReferenceConfig(min_frames=4.0, min_s=0.5, max_s=2.0, hold_s=0.0)
OPEN = np.ones((6, 7), np.bool_)


def level(value: float) -> np.ndarray:
    return np.full((6, 7), value, np.float32)


def quiet(count: int, sigma: float = 1.0) -> ReferenceState:
    """A reference of `count` frames of this noise that began at 0 s."""
    state = start_reference(level(1.0), OPEN, sigma, 0.0)
    for _ in range(count - 1):
        state = refine(state, level(1.0), OPEN, 0.0, sigma, 0.0, CONFIG)
    return state


def test_noisy_frame_counts_for_little() -> None:
    state = refine(start_reference(level(1.0), OPEN, 2.0, 0.0), level(4.0), OPEN, 0.0, 1.0, 0.1, CONFIG)
    # weights 1/4 and 1
    np.testing.assert_allclose(state.mean, (0.25 * 1.0 + 4.0) / 1.25, rtol=1e-6)
    assert state.worth == pytest.approx(1.25)


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 4), st.floats(-3, 3)), min_size=1, max_size=12))
def test_mean_is_that_of_all_frames_without_their_offsets(frames: list[tuple[float, float, float]]) -> None:
    state = start_reference(level(frames[0][0]), OPEN, frames[0][1], 0.0)
    for value, sigma, offset in frames[1:]:
        state = refine(state, level(value + offset), OPEN, offset, sigma, 0.1, CONFIG)
    weights = [sigma**-2 for _, sigma, _ in frames]
    expected = np.average([value for value, _, _ in frames], weights=weights)
    np.testing.assert_allclose(state.mean, expected, atol=1e-4)
    assert state.weight == pytest.approx(sum(weights))


def test_noise_falls_as_frames_are_added() -> None:
    all_open = np.ones((80, 80), np.bool_)
    state = start_reference(noise((80, 80), 1.0, 0), all_open, 1.0, 0.0)
    for seed in range(1, 9):
        state = refine(state, noise((80, 80), 1.0, seed), all_open, 0.0, 1.0, 0.1 * seed, CONFIG)
    assert float(np.std(state.mean)) == pytest.approx(1 / 3, rel=0.05)


def test_offset_is_the_exposure_not_the_material() -> None:
    state = start_reference(noise((60, 60), 0.1, 1), np.ones((60, 60), np.bool_), 0.1, 0.0)
    picture = state.mean + np.float32(0.7)
    picture[:20] += 5.0
    assert offset_to(state, picture, np.ones((60, 60), np.bool_)) == pytest.approx(0.7, abs=1e-4)
    assert offset_to(state, picture, box((60, 60), (0, 20), (0, 60))) == pytest.approx(5.7, abs=1e-4)
    assert offset_to(state, picture, np.zeros((60, 60), np.bool_)) == 0.0


@pytest.mark.parametrize(
    ("frames", "time_s", "ready"), [(4, 0.5, True), (3, 0.5, False), (4, 0.49, False), (8, 0.1, False)]
)
def test_ready_needs_frames_and_time(frames: int, time_s: float, ready: bool) -> None:
    assert is_ready(quiet(frames), time_s, CONFIG) is ready


def test_readiness_counts_frames_of_the_present_noise() -> None:
    # four frames of noise 2 are worth one of noise 1
    state = refine(quiet(4, 2.0), level(1.0), OPEN, 0.0, 1.0, 0.1, CONFIG)
    assert state.worth == pytest.approx(2.0)
    assert not is_ready(state, 1.0, CONFIG)


def test_it_closes_when_cement_is_seen_or_its_time_is_over() -> None:
    state = quiet(6)
    assert not close_if_due(state, 1.0, False, CONFIG).closed
    assert close_if_due(state, 1.0, True, CONFIG).closed
    assert not close_if_due(state, 2.0, False, CONFIG).closed
    assert close_if_due(state, 2.01, False, CONFIG).closed


@pytest.mark.parametrize("cement", [True, False])
def test_it_never_closes_before_it_is_ready(cement: bool) -> None:
    assert not close_if_due(quiet(2), 9.0, cement, CONFIG).closed


def test_closed_it_never_changes_again() -> None:
    closed = close_if_due(quiet(6), 1.0, True, CONFIG)
    after = refine(closed, level(50.0), OPEN, 0.0, 3.0, 1.1, CONFIG)
    assert after.mean is closed.mean
    assert (after.weight, after.noise) == (closed.weight, 3.0)
    # and stays ready, though louder frames make it worth less
    assert after.closed
    assert is_ready(refine(closed, level(1.0), OPEN, 0.0, 1e-3, 1.1, CONFIG), 0.0, CONFIG)
    assert close_if_due(after, 0.0, False, CONFIG).closed


HOLDING = ReferenceConfig(min_frames=4.0, min_s=0.5, max_s=9.0, hold_s=1.0)


def darkening(count: int, from_frame: int, interval_s: float = 0.125) -> ReferenceState:
    """Frames of 1 that become 3 from one of them on."""
    state = start_reference(level(1.0), OPEN, 1.0, 0.0)
    for k in range(1, count):
        value = 3.0 if k >= from_frame else 1.0
        state = refine(state, level(value), OPEN, 0.0, 1.0, interval_s * k, HOLDING)
    return state


@pytest.mark.parametrize("late", range(1, 8))
def test_what_came_within_the_hold_never_counts(late: int) -> None:
    state = darkening(24, 24 - late)
    np.testing.assert_allclose(state.mean, 1.0, atol=1e-5)
    closed = close_if_due(state, 23 * 0.125, True, HOLDING)
    assert closed.closed
    np.testing.assert_allclose(closed.mean, 1.0, atol=1e-5)
    assert closed.worth < state.worth


def test_what_waited_long_enough_counts() -> None:
    assert float(darkening(40, 20).mean.max()) > 1.5


def test_a_young_reference_counts_what_it_needs_to_be_ready() -> None:
    # six frames within the hold: four of them are needed
    closed = close_if_due(darkening(6, 4), 5 * 0.125, True, HOLDING)
    assert closed.closed
    assert closed.worth >= HOLDING.min_frames
    np.testing.assert_allclose(closed.mean, 1.0, atol=1e-5)


def test_its_time_being_over_drops_nothing() -> None:
    state = darkening(80, 80)
    assert close_if_due(state, 9.9, False, HOLDING).worth == pytest.approx(80.0)


def test_few_pictures_wait_however_many_frames_do() -> None:
    assert len(darkening(400, 400, 0.01).parts) <= 7


def test_what_was_covered_is_not_known_until_it_has_been_open_for_half_the_time() -> None:
    left = box((6, 7), (0, 6), (0, 3))
    state = start_reference(level(1.0), left, 1.0, 0.0)
    assert (state.known == left).all()
    for k in range(1, 3):
        state = refine(state, np.where(left, level(1.0), level(9.0)), left, 0.0, 1.0, 0.1 * k, CONFIG)
    for k in range(3, 9):
        state = refine(state, level(2.0), OPEN, 0.0, 1.0, 0.1 * k, CONFIG)
        assert state.known[0, 6] == (k - 2 > 0.5 * (k + 1))
        assert state.known[0, 0]
    # and what was behind the cover has no part in it
    np.testing.assert_allclose(state.mean[:, 3:], 2.0, rtol=1e-5)


def test_what_was_bared_is_taken_for_background_there_alone() -> None:
    before = quiet(8)
    where = np.zeros_like(before.known)
    where[:3] = True
    after = relearn(before, np.full_like(before.mean, 7.0), where)
    assert np.all(after.mean[where] == 7.0)
    np.testing.assert_array_equal(after.mean[~where], before.mean[~where])
    assert after.known[where].all()
    assert all(np.all(part.mean[where] == 7.0) for part in after.parts)
