from __future__ import annotations

import numpy as np
import pytest

from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.filters import dilate
from leakwatch.imaging.metal.find import find_metal

from ..pictures import box, make_canvas, noise, texture

SHAPE = (120, 130)
CANVAS = make_canvas(rows=120, columns=130)
EVERYWHERE = np.ones(SHAPE, np.bool_)
NEEDLE = box(SHAPE, (0, 70), (60, 65))  # 2.5 mm thick


def anatomy(sigma: float) -> np.ndarray:
    return 0.1 * texture(SHAPE, Pose(), CANVAS.pivot, 6, (20.0, 60.0)) + noise(SHAPE, sigma, 7)


def test_needle_is_found_whole_and_little_else() -> None:
    metal = find_metal(anatomy(0.03) + np.where(NEEDLE, 2.0, 0).astype(np.float32), EVERYWHERE, 0.03, CANVAS)
    assert metal[NEEDLE].all()
    assert not (metal & ~dilate(NEEDLE, CANVAS.pixels(1.6))).any()


@pytest.mark.parametrize("sigma", [0.001, 0.03, 0.3])
def test_bone_and_noise_are_not_metal_at_any_dose(sigma: float) -> None:
    # edges of some millimetres, up to three hundred times the noise
    edges = 0.1 * texture(SHAPE, Pose(), CANVAS.pivot, 9, (10.0, 30.0)) + noise(SHAPE, sigma, 7)
    assert not find_metal(edges, EVERYWHERE, sigma, CANVAS).any()


def test_hot_pixel_is_not_metal() -> None:
    picture = anatomy(0.03)
    picture[40, 40] += 5.0
    assert not find_metal(picture, EVERYWHERE, 0.03, CANVAS).any()


def test_shutter_hides_no_metal_of_its_own() -> None:
    picture = anatomy(0.03)
    covered = box(SHAPE, (90, 120), (0, 130))
    picture[covered & box(SHAPE, (100, 110), (30, 60))] += 3.0
    assert not find_metal(picture, ~covered, 0.03, CANVAS).any()


def test_only_denser_than_the_surroundings_is_metal() -> None:
    metal = find_metal(anatomy(0.03) - np.where(NEEDLE, 2.0, 0).astype(np.float32), EVERYWHERE, 0.03, CANVAS)
    assert not metal[NEEDLE].any()
