import pytest

from leakwatch.nouns import CArm
from leakwatch.simulate.anatomy.trunk import build_trunk
from leakwatch.simulate.beam.chords import trunk_path_mm
from leakwatch.simulate.beam.projection import Canvas
from leakwatch.simulate.config.anatomy import PatientSection


def _paths(primary_deg: float):
    canvas = Canvas(CArm(primary_deg, 0.0, 1100.0, 720.0, (2.0, 2.0)), 8, 100, 0, 1)
    return trunk_path_mm(build_trunk(PatientSection()), canvas)[4]


def test_the_trunk_is_as_deep_and_wide_as_it_says() -> None:
    # The middle of the depth lies in front of the spine, but straight before the beam in AP.
    assert _paths(0.0)[50] == pytest.approx(225.0, rel=0.01)
    assert _paths(90.0).max() == pytest.approx(310.0, rel=0.02)


def test_the_back_is_not_seen_through_in_a_lateral_view() -> None:
    lateral = _paths(90.0)
    # 50 mm behind the spine's middle against the middle itself.
    assert min(lateral[50 + 38], lateral[50 - 38]) > 0.8 * lateral[50]
