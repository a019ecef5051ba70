"""A registered bone's outline and wall lie where the bone does."""

import numpy as np
import pytest

from leakwatch.ct.pose import BonePose
from leakwatch.ct.shape import outline_xy_px, posterior_wall_lps
from leakwatch.nouns import CArm
from leakwatch.simulate.volume.grid import VoxelGrid

CARM = CArm(0.0, 0.0, 1100.0, 720.0, (1.0, 1.0))
REST = BonePose((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def block() -> VoxelGrid:
    """40 mm wide, 30 deep, 24 high, about the isocentre."""
    values = np.zeros((60, 50, 44), np.float32)
    values[10:51, 10:41, 10:35] = 1
    return VoxelGrid((-30.0, -25.0, -22.0), 1.0, values)


def test_the_outline_is_the_blocks_size_and_moves_with_it() -> None:
    rest = outline_xy_px(block(), REST, CARM, 160, 160)
    # Magnified by the depth of its nearer face, 15 mm towards the source.
    width = np.ptp(rest[:, 0])
    assert width == pytest.approx(41 * 1100 / 705, abs=2)
    np.testing.assert_allclose(rest.mean(axis=0), 79.5, atol=1.5)
    moved = outline_xy_px(block(), REST.moved([0, 0, 8, 0, 0, 0]), CARM, 160, 160)
    np.testing.assert_allclose(moved[:, 1].min() - rest[:, 1].min(), -8 * 1100 / 705, atol=1.0)


def test_outside_the_picture_there_is_no_outline() -> None:
    with pytest.raises(ValueError, match="not in the picture"):
        outline_xy_px(block(), REST.moved([300, 0, 0, 0, 0, 0]), CARM, 160, 160)


def test_the_wall_is_the_rear_face_from_foot_to_head() -> None:
    wall = posterior_wall_lps(block(), REST)
    np.testing.assert_allclose(wall[:, 1], 15.0)
    np.testing.assert_allclose(wall[:, 0], 0.0)
    np.testing.assert_allclose(wall[:, 2], np.arange(-12.0, 13.0))
    turned = posterior_wall_lps(block(), REST.moved([0, 0, 0, 0, 0, 90]))
    np.testing.assert_allclose(turned[:, 0], -15.0)


def test_no_body_has_no_wall() -> None:
    with pytest.raises(ValueError, match="no body"):
        posterior_wall_lps(VoxelGrid((0.0, 0.0, 0.0), 1.0, np.zeros((4, 4, 4), np.float32)), REST)
