"""One matrix says of a view what the tags say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.geometry import axes_from_angles, matrix_px_from_lps, source_lps, xy_px_from_lps
from leakwatch.nouns import CArm

angles = st.floats(-80.0, 80.0)
places = st.tuples(*[st.floats(-150.0, 150.0)] * 3)


@given(st.floats(-180.0, 180.0), angles, st.floats(600.0, 900.0), st.floats(1.2, 1.8), places)
def test_it_projects_as_the_tags_do(
    primary_deg: float, secondary_deg: float, sod_mm: float, times: float, place: tuple[float, float, float]
) -> None:
    carm = CArm(primary_deg, secondary_deg, sod_mm * times, sod_mm, (0.3, 0.4))
    u, v, w = matrix_px_from_lps(carm, 480, 512) @ [*place, 1.0]
    assert [u / w, v / w] == pytest.approx(xy_px_from_lps(place, carm, 480, 512), abs=1e-6)
    depth_mm = (np.array(place) - source_lps(carm)) @ axes_from_angles(primary_deg, secondary_deg)[2]
    assert w == pytest.approx(depth_mm, abs=1e-6)


def test_it_is_the_product_of_camera_and_pose() -> None:
    carm = CArm(30.0, -20.0, 1100.0, 720.0, (0.3, 0.4))
    camera = np.array([[1100 / 0.4, 0, (512 - 1) / 2], [0, 1100 / 0.3, (480 - 1) / 2], [0, 0, 1]])
    pose = np.column_stack([axes_from_angles(30.0, -20.0), [0.0, 0.0, 720.0]])
    assert matrix_px_from_lps(carm, 480, 512) == pytest.approx(camera @ pose, abs=1e-6)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="secondary_deg"):
        matrix_px_from_lps(CArm(0.0, None, 1100.0, 720.0, (0.3, 0.4)), 480, 512)
