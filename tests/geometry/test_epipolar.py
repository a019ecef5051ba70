import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.geometry import epipolar_xy_px, xy_px_from_lps
from leakwatch.nouns import CArm

FIRST, SECOND = (300, 400), (256, 256)
places = st.tuples(*[st.floats(-80, 80)] * 3)
angles = st.tuples(st.floats(-90, 90), st.floats(-30, 30))


def carm_at(primary_deg: float, secondary_deg: float) -> CArm:
    return CArm(primary_deg, secondary_deg, 1050.0, 700.0, (0.3, 0.4))


@given(places, angles, angles)
def test_a_point_seen_in_both_views_lies_on_the_line_of_either(
    place: tuple[float, float, float], first: tuple[float, float], second: tuple[float, float]
) -> None:
    one, other = carm_at(*first), carm_at(*second)
    seen = xy_px_from_lps(place, one, *FIRST)
    expected = xy_px_from_lps(place, other, *SECOND)
    line = epipolar_xy_px(seen, one, FIRST, other, SECOND, 200.0)
    # A millimetre of ray is less than 5 pixels here, and between two points the line is straight.
    apart = np.linalg.norm(line - expected, axis=1)
    at = int(np.clip(np.argmin(apart), 1, len(line) - 2))
    start, end = line[at - 1], line[at + 1]
    along, to = end - start, expected - start
    off = np.hypot(*(to - along * (to @ along) / max(along @ along, 1e-12)))
    assert apart[at] < 5.0
    assert off < 1e-4


def test_the_line_begins_at_the_side_of_the_source() -> None:
    ap, lateral = CArm(0.0, 0.0, 1100.0, 720.0, (0.4, 0.4)), CArm(90.0, 0.0, 1100.0, 720.0, (0.4, 0.4))
    line = epipolar_xy_px((127.5, 127.5), ap, SECOND, lateral, SECOND, 50.0)
    assert len(line) == 101
    # The source of an AP view is behind the patient, whose back is at the right of a left lateral.
    assert line[0, 0] > line[-1, 0]
    np.testing.assert_allclose(line[:, 1], 127.5, atol=1e-9)
    np.testing.assert_allclose(line[50], (127.5, 127.5), atol=1e-9)


def test_what_is_not_stated_is_named() -> None:
    with pytest.raises(ValueError, match="sid_mm"):
        epipolar_xy_px((0.0, 0.0), CArm(0.0, 0.0), FIRST, carm_at(90, 0), SECOND, 10.0)
