from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.config.imaging import EvidenceConfig
from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.evidence import Evidence, remember, weigh, weigh_broadly

from .pictures import box, make_canvas, noise, texture

SHAPE = (120, 130)
CANVAS = make_canvas(rows=120, columns=130)
CONFIG = EvidenceConfig()
OPEN = np.ones(SHAPE, np.bool_)
FLAT = np.full(SHAPE, 2.0, np.float32)
SIGMA = 0.02
SPOT = np.hypot(np.indices(SHAPE)[1] - 60, np.indices(SHAPE)[0] - 55) < 5


def weighed(memory: np.ndarray, reference: np.ndarray = FLAT, background: np.ndarray = OPEN) -> Evidence:
    return weigh(memory.astype(np.float32), reference, background, CANVAS, CONFIG)


def with_spot(height: float, seed: int = 1) -> np.ndarray:
    return noise(SHAPE, SIGMA, seed) + np.where(SPOT, height, 0).astype(np.float32)


@given(st.floats(0.02, 0.15), st.integers(1, 20))
def test_memory_approaches_what_stays_with_its_time_constant(elapsed_s: float, frames: int) -> None:
    memory, stays = np.zeros((2, 2), np.float32), np.full((2, 2), 3.0, np.float32)
    for _ in range(frames):
        memory = remember(memory, stays, elapsed_s, 0.28)
    np.testing.assert_allclose(memory, 3 * (1 - np.exp(-frames * elapsed_s / 0.28)), rtol=1e-4)


@pytest.mark.parametrize(("elapsed_s", "share"), [(1e-5, 0.02), (60.0, 0.7)])
def test_one_frame_never_says_nothing_or_all(elapsed_s: float, share: float) -> None:
    memory = remember(np.zeros((2, 2), np.float32), np.ones((2, 2), np.float32), elapsed_s, 0.28)
    np.testing.assert_allclose(memory, share, rtol=1e-6)


@pytest.mark.parametrize("sigma", [0.001, 0.02, 1.0])
def test_white_noise_has_unit_spread_at_any_dose(sigma: float) -> None:
    z = weighed(noise(SHAPE, sigma, 3)).z
    bright = z[z < 0]
    assert np.sqrt(np.mean(bright**2)) == pytest.approx(1.0, abs=0.1)
    assert z.max() < 5.5


def test_spread_is_measured_in_the_units_of_the_picture() -> None:
    one, ten = weighed(noise(SHAPE, 0.02, 3)), weighed(10 * noise(SHAPE, 0.02, 3))
    assert ten.floor == pytest.approx(10 * one.floor, rel=1e-3)
    np.testing.assert_allclose(ten.z, one.z, atol=0.02)


def test_darkening_is_evidence_of_its_full_height() -> None:
    evidence = weighed(with_spot(0.3))
    assert evidence.contrast[SPOT].max() == pytest.approx(0.3, rel=0.15)
    assert np.median(evidence.z[SPOT]) > 10


def test_brightening_is_never_evidence() -> None:
    z = weighed(with_spot(-0.5)).z
    assert z[SPOT].max() < 0
    # nor the rim around it
    assert z.max() < 5.0


def test_contrast_turns_with_the_sign() -> None:
    memory = with_spot(0.3)
    np.testing.assert_allclose(weighed(-memory).contrast, -weighed(memory).contrast, atol=1e-6)


@pytest.mark.parametrize("offset", [-0.3, 0.3])
def test_exposure_offset_is_not_evidence(offset: float) -> None:
    shifted, plain = weighed(with_spot(0.3) + np.float32(offset)), weighed(with_spot(0.3))
    far = ~box(SHAPE, (30, 80), (35, 85))
    np.testing.assert_allclose(shifted.contrast[far], plain.contrast[far], atol=0.3 * SIGMA)
    assert shifted.contrast[SPOT].max() == pytest.approx(plain.contrast[SPOT].max(), rel=0.25)
    assert shifted.z[far].max() < 5.5


def test_scatter_wider_than_the_background_is_not_evidence() -> None:
    y, x = np.indices(SHAPE)
    scatter = 0.2 * np.exp(-((x - 65) ** 2 + (y - 60) ** 2) / (2 * 60.0**2))
    assert weighed(noise(SHAPE, SIGMA, 5) + scatter).z.max() < 6.0


def test_brightening_nearby_takes_from_darkening() -> None:
    alone = weighed(with_spot(0.15)).z
    disturbed = with_spot(0.15)
    # stripes of both signs beside the spot: something moves there
    disturbed[35:45, 45:75:2] -= 0.3
    disturbed[35:45, 46:75:2] += 0.3
    disturbed[66:74, 45:75] -= 0.3
    assert np.median(weighed(disturbed).z[SPOT]) < 0.6 * np.median(alone[SPOT])


def test_sliding_edges_make_doubtful_what_lies_on_edges() -> None:
    reference = texture(SHAPE, Pose(), CANVAS.pivot, 61, (10.0, 24.0))
    moved = texture(SHAPE, Pose(0.3, -0.2), CANVAS.pivot, 61, (10.0, 24.0))
    z = weighed(moved - reference + noise(SHAPE, SIGMA, 6), reference).z
    raw = (moved - reference) / SIGMA
    assert raw.max() > 10
    assert z[5:-5, 5:-5].max() < 6.0


def test_metal_and_known_cement_do_not_speak_for_the_noise() -> None:
    # a rim is left to the mask, as smoothing spreads the metal by its kernel
    covered, metal = box(SHAPE, (16, 104), (86, 100)), box(SHAPE, (20, 100), (90, 96))
    memory = with_spot(0.3)
    upset = np.where(metal, -3.0, memory).astype(np.float32)
    calm, loud = weighed(memory, background=~covered), weighed(upset, background=~covered)
    assert loud.floor == pytest.approx(calm.floor, rel=0.1)
    assert np.median(loud.z[SPOT]) == pytest.approx(np.median(calm.z[SPOT]), rel=0.1)


DISC = np.hypot(np.indices(SHAPE)[1] - 60, np.indices(SHAPE)[0] - 55) < 11
BONE = np.indices(SHAPE)[1] > 85


def broadly(slow: np.ndarray, beside: np.ndarray = OPEN, background: np.ndarray = OPEN) -> np.ndarray:
    return weigh_broadly(slow.astype(np.float32), FLAT, background, beside, CANVAS, CONFIG)


@pytest.mark.parametrize("seed", range(4))
def test_what_no_pixel_shows_an_area_does(seed: int) -> None:
    weak = noise(SHAPE, SIGMA, seed) + np.where(DISC, 0.8 * SIGMA, 0)
    background = ~DISC  # or it would speak for the noise as well
    alone, together = weighed(weak, background=background).z, broadly(weak, background=background)
    assert alone[DISC].mean() < 3
    assert together[DISC].mean() > 1.5 * alone[DISC].mean()
    assert np.maximum(alone, together)[DISC].max() > 6


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_no_broad_evidence(seed: int) -> None:
    assert broadly(noise(SHAPE, SIGMA, seed)).max() < 5.5


def test_a_dense_bolus_is_not_spread_over_its_edge() -> None:
    dense = noise(SHAPE, SIGMA, 2) + np.where(BONE, 100 * SIGMA, 0)
    beside = np.indices(SHAPE)[1] <= 85 - 2  # the outline's error away
    found = broadly(dense, beside=beside, background=~BONE)
    assert not found[~beside].any()
    assert found[:, 60:84].max() < 6


@given(st.floats(0.01, 100))
def test_gain_is_nothing_to_broad_evidence(gain: float) -> None:
    weak = noise(SHAPE, SIGMA, 5) + np.where(DISC, SIGMA, 0)
    np.testing.assert_allclose(broadly(gain * weak), broadly(weak), atol=0.05)
