from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leakwatch.nouns import Calibration, IntensityChain, Relationship
from leakwatch.review.window import choose_window

LOG = IntensityChain(Relationship.LOG, 1, False, 10, False, None, Calibration.MONOTONE)


def picture(level: int) -> np.ndarray:
    return np.random.default_rng(0).normal(level, 20.0, (64, 64)).astype(np.uint16)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("inverted", [False, True])
def test_bone_is_dark_whatever_the_polarity(sign: int, inverted: bool) -> None:
    stored = picture(500)
    # bone takes intensity away: less stored for +1, more for -1
    stored[20:40, 20:40] -= np.uint16(60) if sign > 0 else np.uint16(0)
    stored[20:40, 20:40] += np.uint16(60) if sign < 0 else np.uint16(0)
    window = choose_window([stored], replace(LOG, sign=sign, inverted=inverted), None)
    greys = window.greys(stored.astype(np.float32))
    assert greys[20:40, 20:40].mean() < greys[:15].mean() - 20


def test_cement_still_has_shades_below_the_darkest_bone() -> None:
    window = choose_window([picture(500)], LOG, None)
    assert window.greys(np.full((1, 1), 430, np.float32))[0, 0] > 0


def test_what_a_shutter_covers_does_not_count() -> None:
    stored, shutter = picture(500), np.zeros((64, 64), np.bool_)
    shutter[:, :40] = True
    covered = np.where(shutter, np.uint16(0), stored)
    half = choose_window([stored[:, 40:]], LOG, None)
    assert choose_window([covered], LOG, shutter) == half


def test_signed_values_have_room_below_zero() -> None:
    chain = replace(LOG, signed=True)
    window = choose_window([picture(500).astype(np.int16) - 510], chain, None)
    assert window.black < -60


@given(arrays(np.uint16, (6, 6), elements=st.integers(0, 1023)))
def test_darker_stays_darker(stored: np.ndarray) -> None:
    window = choose_window([stored], LOG, None)
    order = np.argsort(stored, axis=None)
    greys = window.greys(stored.astype(np.float32)).reshape(-1)[order].astype(int)
    assert (np.diff(greys) >= 0).all()
    assert window.white > window.black
