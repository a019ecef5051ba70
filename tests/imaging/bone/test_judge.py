"""From probabilities to an outline: its place, its kind, how sure it is, and how sharp its edge."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.stats import norm

from leakwatch.imaging.bone.judge import judge
from leakwatch.imaging.bone.network import SITES
from leakwatch.imaging.bone.trust import expected_dice, stated_error_mm
from leakwatch.nouns import Site

SHAPE = (90, 110)


def blob(centre: tuple[float, float], radius: float, spread: float = 0.4) -> np.ndarray:
    """Probability to be inside a disc whose edge has a standard deviation of `spread` pixels."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return norm.cdf((radius - np.hypot(x - centre[0], y - centre[1])) / spread).astype(np.float32)


def shares_of(site: Site, likely: np.ndarray) -> np.ndarray:
    shares = np.zeros((len(SITES), *SHAPE), np.float32)
    shares[SITES.index(site)] = likely
    return shares


def test_an_outline_runs_where_bone_is_as_likely_as_not() -> None:
    found = judge(shares_of(Site.SACRUM, blob((52.3, 41.6), 15.2)))
    assert found is not None
    assert found.site is Site.SACRUM
    assert not found.rival
    radii = np.hypot(*(found.polygon_xy - (52.3, 41.6)).T)
    np.testing.assert_allclose(radii, 15.2, atol=0.25)


def test_nothing_likely_gives_nothing() -> None:
    assert judge(shares_of(Site.VERTEBRA, blob((50, 40), 15) * np.float32(0.45))) is None


def test_a_speck_is_no_bone() -> None:
    assert judge(shares_of(Site.VERTEBRA, blob((50, 40), 3))) is None


def test_a_second_piece_as_likely_is_a_rival() -> None:
    two = np.maximum(blob((30, 40), 14), blob((80, 40), 12))
    found = judge(shares_of(Site.VERTEBRA, two))
    assert found is not None
    assert found.rival
    assert np.abs(found.polygon_xy.mean(axis=0) - (30, 40)).max() < 1
    crumb = judge(shares_of(Site.VERTEBRA, np.maximum(blob((30, 40), 14), blob((80, 40), 4))))
    assert crumb is not None
    assert not crumb.rival


def test_less_sure_is_less_agreement_and_less_confidence() -> None:
    sure, unsure = (judge(shares_of(Site.FEMUR, blob((50, 40), 15, spread))) for spread in (0.4, 6.0))
    assert sure is not None
    assert unsure is not None
    assert sure.agreement > unsure.agreement
    assert sure.confidence > unsure.confidence


@pytest.mark.parametrize("spread", [2.0, 3.0])
def test_the_edge_spread_is_read_off_the_slope(spread: float) -> None:
    found = judge(shares_of(Site.VERTEBRA, blob((55, 45), 25, spread)))
    assert found is not None
    # the picture is smoothed twice by 0.8 pixels before the slope is taken, which widens the edge a little
    assert np.median(found.edge_mm) == pytest.approx(np.sqrt(spread**2 + 2 * 0.8**2), rel=0.1)


def test_a_hole_does_not_break_the_outline() -> None:
    likely = blob((55, 45), 22)
    cv2.circle(likely, (55, 45), 5, 0.1, -1)
    found = judge(shares_of(Site.VERTEBRA, likely))
    assert found is not None
    assert np.hypot(*(found.polygon_xy - (55, 45)).T).min() > 20


def test_trust_rises_with_agreement_and_errors_stay_within_reason() -> None:
    stated = [expected_dice(agreement) for agreement in np.linspace(0, 1, 21)]
    assert stated == sorted(stated)
    assert 0 <= stated[0] < stated[-1] <= 1
    errors = stated_error_mm(np.array([0.0, 1.0, 50.0]))
    assert 0 < errors[0] <= errors[1] <= errors[2] <= 6
