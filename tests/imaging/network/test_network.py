from __future__ import annotations

from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

from leakwatch.imaging.network.network import cement_log_odds, load_cement_network

from ..pictures import box, make_canvas
from .test_planes import CANVAS, SHAPE, looked

MOST_BYTES = 20_000_000


def test_its_file_is_small() -> None:
    assert len((resources.files("leakwatch.imaging.network") / "cement.onnx").read_bytes()) < MOST_BYTES


def test_it_says_something_of_every_pixel_of_the_canvas() -> None:
    odds = cement_log_odds(load_cement_network(), looked(), CANVAS)
    assert odds.shape == SHAPE
    assert odds.dtype == np.float32
    assert np.isfinite(odds).all()
    assert np.abs(odds).max() <= 8


def test_where_there_is_no_picture_there_is_no_cement() -> None:
    open_ = box(SHAPE, (0, 120), (0, 65))
    odds = cement_log_odds(load_cement_network(), replace(looked(), open_=open_), CANVAS)
    assert (odds[~open_] == -8).all()


def test_it_keeps_nothing_of_the_frame_before() -> None:
    network = load_cement_network()
    first = cement_log_odds(network, looked(), CANVAS)
    other = make_canvas(rows=90, columns=100)
    part = np.s_[:90, :100]
    dark = looked()
    small = replace(
        dark,
        evidence=replace(
            dark.evidence, contrast=dark.evidence.contrast[part] + 1, sigma=dark.evidence.sigma[part]
        ),
        memory=dark.memory[part],
        trend=replace(dark.trend, level=dark.trend.level[part], unrest=dark.trend.unrest[part]),
        reference=dark.reference[part],
        outside_px=dark.outside_px[part],
        bone=dark.bone[part],
        metal=dark.metal[part],
        open_=dark.open_[part],
    )
    cement_log_odds(network, small, other)
    assert np.array_equal(cement_log_odds(network, looked(), CANVAS), first)


@pytest.mark.parametrize("gain", [0.1, 10.0])
def test_no_gain_changes_what_it_says(gain: float) -> None:
    network = load_cement_network()
    np.testing.assert_allclose(
        cement_log_odds(network, looked(gain), CANVAS), cement_log_odds(network, looked(), CANVAS), atol=1e-2
    )
