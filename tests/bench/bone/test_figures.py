"""Tables and curves of how well the bone is found."""

from __future__ import annotations

import numpy as np
import pytest

from leakwatch.bench.bone.calibrate import dice_curve
from leakwatch.bench.bone.examine import Examined, examine
from leakwatch.bench.bone.gather import BoneView, gather
from leakwatch.bench.bone.table import is_taken, reliability_table, sharpness_table, views_table
from leakwatch.imaging.bone.judge import Found
from leakwatch.imaging.bone.network import load_bone_network
from leakwatch.nouns import Site


def examined(confidence: float, dice: float, *, rival: bool = False, elsewhere: bool = False) -> Examined:
    square = np.array([[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]])
    found = Found(square, np.ones(4), np.ones(4), Site.VERTEBRA, confidence, confidence, rival)
    view = BoneView(
        np.zeros((9, 9), np.float32), np.ones((9, 9), bool), np.ones((9, 9), bool), 1.0, (0.0, 0.0),
        "vertebra", "AP",
    )  # fmt: skip
    return Examined(view, found, dice, np.array([0.5, 0.5, 1.5, 2.5]), elsewhere)


def test_what_is_unsure_or_has_a_rival_is_not_taken() -> None:
    assert is_taken(examined(0.9, 0.9), 0.8)
    assert not is_taken(examined(0.7, 0.9), 0.8)
    assert not is_taken(examined(0.9, 0.9, rival=True), 0.8)


def test_the_tables_say_what_was_found() -> None:
    some = [examined(0.92, 0.9), examined(0.91, 0.94, elsewhere=True), examined(0.6, 0.2)]
    views = views_table({"alone": some}, 0.8)
    assert "| vertebra, AP, alone | 3 | 2 (67%) | 0.920 |" in views
    assert "| 1/2 (" in views
    told = reliability_table(some)
    assert "| 0.9 to 0.95 | 2 | 0.92 | 0.92 |" in told
    assert "| 0.5 to 0.7 | 1 | 0.60 | 0.20 |" in told
    sharp = sharpness_table(some, 0.8)
    assert "| 1 | 50% |" in sharp
    assert "| 2 | 75% |" in sharp


def test_the_curve_from_agreement_to_dice_rises() -> None:
    rng = np.random.default_rng(1)
    agreement = rng.uniform(0.5, 1, 400)
    knots, dice = dice_curve(agreement, agreement - 0.1 + rng.normal(0, 0.02, 400))
    assert (np.diff(knots) > 0).all()
    assert (np.diff(dice) >= 0).all()
    np.testing.assert_allclose(dice, knots - 0.1, atol=0.02)


@pytest.mark.slow
def test_the_shipped_network_finds_vertebrae_it_has_not_seen() -> None:
    """A patient of a seed that neither taught nor judged; bounds are loose, figures are in the docs."""
    network = load_bone_network()
    views = [view for index in range(3) for view in gather(index, 3900, 3) if view.site == "vertebra"]
    seen = [examine(network, view, np.random.default_rng(1)) for view in views]
    assert len(seen) >= 3
    assert np.median([one.dice for one in seen]) > 0.8
    assert not any(one.elsewhere for one in seen if is_taken(one, 0.8))
