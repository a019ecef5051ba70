import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.imaging.amount.volume_scene import CANVAS, PIXEL_MM, RATIO, ball_mm, gauge, scene

from leakwatch.imaging.amount.measure import measure_cement, measure_outside


def volume_ul(thickness_mm):
    return float(thickness_mm.sum()) * PIXEL_MM**2


@settings(max_examples=6, deadline=None)
# a smaller ball loses more at its rim: 7 % at 2 mm behind as much scatter
@given(radius=st.floats(2.5, 8.0), ratio=st.floats(0.0, 1.5))
def test_a_ball_is_measured_where_scatter_is_known(radius, ratio):
    thickness = ball_mm(radius)
    found = measure_cement(scene(thickness, ratio=ratio), gauge(ratio), CANVAS)
    assert found.value == pytest.approx(volume_ul(thickness), rel=0.06)
    assert found.low < volume_ul(thickness) < found.high


@pytest.mark.parametrize("true_ratio", [0.35, 1.05])
def test_the_interval_holds_scatter_that_is_off_as_far_as_stated(true_ratio):
    thickness = ball_mm(6.0)
    found = measure_cement(scene(thickness, ratio=true_ratio), gauge(), CANVAS)
    assert found.low < volume_ul(thickness) < found.high
    assert found.value != pytest.approx(volume_ul(thickness), rel=0.05)


def test_without_scatter_taken_away_there_would_be_too_little():
    thickness = ball_mm(6.0)
    naive = measure_cement(scene(thickness), gauge(0.0, 0.0), CANVAS)
    assert naive.value < 0.8 * volume_ul(thickness)


def test_noise_widens_the_interval_and_keeps_the_sum():
    thickness = ball_mm(4.0)
    sharp = gauge(RATIO, 0.0, 0.0)
    quiet = measure_cement(scene(thickness), sharp, CANVAS)
    found = [measure_cement(scene(thickness, noise=0.03, seed=seed), sharp, CANVAS) for seed in range(6)]
    assert np.mean([one.value for one in found]) == pytest.approx(quiet.value, rel=0.04)
    assert min(one.high - one.low for one in found) > quiet.high - quiet.low


def test_what_metal_hides_is_filled_in_and_counted_as_uncertain():
    thickness = ball_mm(5.0)
    open_ = np.ones(thickness.shape, bool)
    open_[:, 98:103] = False
    sharp = gauge(RATIO, 0.0, 0.0)
    plain = measure_cement(scene(thickness), sharp, CANVAS)
    found = measure_cement(scene(thickness, usable=open_), sharp, CANVAS)
    assert found.value == pytest.approx(plain.value, rel=0.05)
    assert found.high - found.low > plain.high - plain.low


def test_a_level_that_changed_everywhere_adds_no_cement():
    thickness = ball_mm(5.0)
    plain = scene(thickness)
    brighter = type(plain)(
        type(plain.signal)(
            plain.signal.before,
            1.1 * plain.signal.now,
            plain.signal.veil_before,
            1.1 * plain.signal.veil_now,
        ),
        plain.cement,
        plain.usable,
        None,
    )
    assert measure_cement(brighter, gauge(), CANVAS).value == pytest.approx(
        measure_cement(plain, gauge(), CANVAS).value, rel=1e-3
    )


def test_what_lies_outside_is_measured_by_itself():
    bolus, leak = ball_mm(6.0, x=70), ball_mm(2.5, x=140)
    outside_px = np.clip(np.indices(bolus.shape)[1] - 120, 0, None).astype(np.float32)
    seen = scene(bolus + leak, outside_px=outside_px)
    found = measure_outside(seen, seen.cement, gauge(), CANVAS, 0.75)
    assert found is not None
    assert found.value == pytest.approx(volume_ul(leak), rel=0.08)
    whole = measure_cement(seen, gauge(), CANVAS)
    assert whole.value == pytest.approx(volume_ul(bolus + leak), rel=0.06)


def test_an_outline_that_may_be_off_widens_the_interval_of_what_crosses_it():
    thickness = ball_mm(5.0)
    outside_px = np.clip(np.indices(thickness.shape)[1] - 105, 0, None).astype(np.float32)
    seen = scene(thickness, outside_px=outside_px)
    sure = measure_outside(seen, seen.cement, gauge(), CANVAS, 0.0)
    unsure = measure_outside(seen, seen.cement, gauge(), CANVAS, 0.9)
    assert sure is not None
    assert unsure is not None
    assert unsure.value == sure.value
    assert unsure.high > sure.high


def test_without_an_outline_nothing_is_outside():
    seen = scene(ball_mm(3.0))
    assert measure_outside(seen, seen.cement, gauge(), CANVAS, 0.75) is None


def test_no_cement_is_no_volume():
    nothing = np.zeros((CANVAS.rows, CANVAS.columns))
    found = measure_cement(scene(nothing), gauge(), CANVAS)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
