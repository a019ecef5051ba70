from __future__ import annotations

import numpy as np
import pytest

from leakwatch.config.imaging import EvidenceConfig
from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.softtissue import edges_of, remove_sliding

from .pictures import box, make_canvas, noise, texture

SHAPE = (120, 130)
CANVAS = make_canvas(rows=120, columns=130)
CONFIG = EvidenceConfig()
OPEN = np.ones(SHAPE, np.float32)
SIGMA = 0.01
INNER = (slice(10, -10), slice(10, -10))


def tissue(pose: Pose) -> np.ndarray:
    """Waves long enough that the smoothing of the edges hardly weakens them."""
    return texture(SHAPE, pose, CANVAS.pivot, 51, (24.0, 50.0))


EDGES = edges_of(tissue(Pose()), CANVAS, CONFIG)


def test_edges_are_the_slopes_of_the_reference() -> None:
    y, x = np.indices(SHAPE)
    slope_x, slope_y = edges_of((0.4 * x - 0.3 * y).astype(np.float32), CANVAS, CONFIG)
    np.testing.assert_allclose(slope_x[INNER], 0.4, atol=1e-3)
    np.testing.assert_allclose(slope_y[INNER], -0.3, atol=1e-3)


@pytest.mark.parametrize(("dx", "dy"), [(0.8, 0.0), (0.0, -0.8), (0.5, 0.6)])
def test_sliding_layer_is_taken_away(dx: float, dy: float) -> None:
    difference = tissue(Pose(dx, dy)) - tissue(Pose()) + noise(SHAPE, SIGMA, 1)
    rest = remove_sliding(difference, EDGES, OPEN, SIGMA, CANVAS, CONFIG)
    assert np.std(rest[INNER]) < 0.2 * np.std(difference[INNER])


def test_displacement_may_vary_over_the_picture() -> None:
    across = np.linspace(-0.8, 0.8, SHAPE[1])[None, :].astype(np.float32)
    difference = -across * EDGES[0] + noise(SHAPE, SIGMA, 2)
    rest = remove_sliding(difference, EDGES, OPEN, SIGMA, CANVAS, CONFIG)
    assert np.std(rest[INNER]) < 0.5 * np.std(difference[INNER])


def test_new_cement_is_not_explained_away() -> None:
    y, x = np.indices(SHAPE)
    cement = np.where(np.hypot(x - 60, y - 55) < 5, 20 * SIGMA, 0).astype(np.float32)
    rest = remove_sliding(cement + noise(SHAPE, SIGMA, 3), EDGES, OPEN, SIGMA, CANVAS, CONFIG)
    assert rest[cement > 0].mean() == pytest.approx(20 * SIGMA, rel=0.1)


def test_cement_is_left_when_tissue_slides_around_it() -> None:
    y, x = np.indices(SHAPE)
    cement = np.where(np.hypot(x - 60, y - 55) < 5, 30 * SIGMA, 0).astype(np.float32)
    slid = tissue(Pose(0.3, 0.2)) - tissue(Pose())
    rest = remove_sliding(cement + slid + noise(SHAPE, SIGMA, 3), EDGES, OPEN, SIGMA, CANVAS, CONFIG)
    assert rest[cement > 0].mean() == pytest.approx(30 * SIGMA, rel=0.2)
    assert np.std(rest[INNER][cement[INNER] == 0]) < 0.5 * np.std(slid[INNER])


def test_without_edges_nothing_is_taken() -> None:
    flat = edges_of(np.full(SHAPE, 2.0, np.float32), CANVAS, CONFIG)
    difference = noise(SHAPE, SIGMA, 4)
    np.testing.assert_allclose(
        remove_sliding(difference, flat, OPEN, SIGMA, CANVAS, CONFIG)[INNER], difference[INNER], atol=1e-6
    )


def test_what_is_not_background_does_not_speak() -> None:
    known = box(SHAPE, (50, 70), (50, 80))
    background = np.where(known, 0, 1).astype(np.float32)
    quiet = noise(SHAPE, SIGMA, 5)
    loud = np.where(known, quiet - 30 * EDGES[0], quiet).astype(np.float32)
    np.testing.assert_allclose(
        remove_sliding(loud, EDGES, background, SIGMA, CANVAS, CONFIG)[~known],
        remove_sliding(quiet, EDGES, background, SIGMA, CANVAS, CONFIG)[~known],
        atol=1e-6,
    )
