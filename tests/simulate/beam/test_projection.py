import numpy as np
import pytest

from leakwatch.geometry import ray_lps_from_xy_px, source_lps
from leakwatch.nouns import CArm
from leakwatch.simulate.beam.projection import Canvas
from leakwatch.simulate.injection.needle import cylinder_chords


def test_a_cylinder_seen_from_the_side_is_as_thick_as_it_is_wide() -> None:
    source, direction = (
        np.array([0.0, 100.0, 0.0]),
        np.array([[0.0, -1.0, 0.0], [0.5, -1.0, 0.0], [0.0, -1.0, 0.6]]),
    )
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    chords = cylinder_chords(source, direction, np.array([0.0, 0, -20.0]), np.array([0.0, 0, 20.0]), 3.0)
    assert chords == pytest.approx([6.0, 0.0, 0.0])


def test_a_cylinder_seen_end_on_is_as_thick_as_it_is_long() -> None:
    source, direction = np.array([0.5, 100.0, 0.0]), np.array([[0.0, -1.0, 0.0]])
    chords = cylinder_chords(source, direction, np.array([0.0, -7.0, 0]), np.array([0.0, 4.0, 0]), 3.0)
    assert chords == pytest.approx([11.0])


def test_a_fine_ray_at_a_pixels_centre_is_the_pixels_ray() -> None:
    carm = CArm(0.0, 0.0, 1100.0, 720.0, (1.0, 1.0))
    odd = Canvas(carm, 64, 64, margin_px=2, oversampling=3)
    source, directions = odd.rays()
    assert source == pytest.approx(source_lps(carm))
    fine_x, fine_y = odd.fine_from_xy_px(np.array([10.0, 20.0])).astype(int)
    assert directions[fine_y, fine_x] == pytest.approx(ray_lps_from_xy_px([10.0, 20.0], carm, 64, 64)[1])
