from __future__ import annotations

import numpy as np

from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.filters import dilate
from leakwatch.imaging.metal.find import find_metal
from leakwatch.imaging.metal.uncovered import Ground, start_ground, watch_ground

from ..pictures import box, make_canvas, noise, texture

SHAPE = (120, 130)
CANVAS = make_canvas(rows=120, columns=130)
OPEN = np.ones(SHAPE, np.bool_)
NOTHING = np.zeros(SHAPE, np.bool_)
SIGMA = 0.02
ANATOMY = 0.1 * texture(SHAPE, Pose(), CANVAS.pivot, 6, (20.0, 60.0))
NEEDLE = box(SHAPE, (0, 80), (60, 65))
INNER = box(SHAPE, (40, 80), (60, 65))
HEIGHT = 2.0
REFERENCE = (ANATOMY + np.where(NEEDLE, HEIGHT, 0) + noise(SHAPE, SIGMA, 7)).astype(np.float32)


def start() -> Ground:
    return start_ground(REFERENCE, find_metal(REFERENCE, OPEN, SIGMA, CANVAS), OPEN, CANVAS)


def watch(
    ground: Ground,
    taken: np.ndarray,
    frames: int = 12,
    kept: np.ndarray = NOTHING,
    cement: np.ndarray = NOTHING,
    first_s: float = 5.0,
) -> Ground:
    """Frames in which the metal has lost `taken`."""
    for frame in range(frames):
        difference = np.asarray(-taken + noise(SHAPE, SIGMA, 20 + frame), np.float32)
        ground, _ = watch_ground(
            ground, difference, REFERENCE, OPEN, kept, cement, first_s + frame / 7.5, CANVAS
        )
    return ground


def lost(mask: np.ndarray, share: float = 1.0) -> np.ndarray:
    return np.where(mask, share * HEIGHT, 0.0)


def test_what_the_needle_leaves_is_learned_and_what_it_covers_is_not() -> None:
    ground = watch(start(), lost(INNER))
    assert ground.learned[box(SHAPE, (46, 78), (60, 65))].all()
    assert not ground.learned[box(SHAPE, (0, 38), (0, 130))].any()
    assert np.array_equal(ground.hidden, ground.metal & ~ground.learned)


def test_what_is_learned_is_the_picture_without_the_needle() -> None:
    ground = watch(start(), lost(INNER), frames=9)
    assert ground.learned.any()
    error = (ground.mean - ANATOMY)[box(SHAPE, (46, 78), (60, 65))]
    assert abs(float(error.mean())) < 0.02


def test_nothing_is_learned_before_it_has_been_in_sight_for_a_second() -> None:
    assert not watch(start(), lost(INNER), frames=7).learned.any()


def test_a_break_starts_the_second_anew() -> None:
    ground = watch(start(), lost(INNER), frames=7)
    ground = watch(ground, lost(NOTHING), frames=1, first_s=5.95)
    assert not watch(ground, lost(INNER), frames=7, first_s=6.1).learned.any()


def test_a_needle_without_its_stylet_is_still_metal() -> None:
    assert not watch(start(), lost(NEEDLE, 0.75)).learned.any()


def test_the_bone_is_left_alone() -> None:
    bone = box(SHAPE, (60, 120), (0, 130))
    ground = watch(start(), lost(INNER), kept=bone)
    assert ground.learned.any()
    assert not (ground.learned & bone).any()


def test_cement_in_the_track_is_never_background() -> None:
    cement = box(SHAPE, (70, 80), (60, 65))
    ground = watch(start(), lost(INNER), cement=cement)
    assert ground.learned.any()
    assert not (ground.learned & dilate(cement, CANVAS.pixels(1.5))).any()


def test_ground_that_is_covered_by_a_blade_is_not_learned() -> None:
    ground = start()
    for frame in range(12):
        difference = np.asarray(-lost(INNER) + noise(SHAPE, SIGMA, frame), np.float32)
        ground, fresh = watch_ground(
            ground, difference, REFERENCE, NOTHING, NOTHING, NOTHING, frame / 7.5, CANVAS
        )
        assert not fresh.any()
