from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.filters import smooth
from leakwatch.imaging.metal.objects import Intruders, find_intruders, no_intruders

from ..pictures import box, make_canvas, noise, texture

SHAPE = (120, 130)
CANVAS = make_canvas(rows=120, columns=130)
OPEN = np.ones(SHAPE, np.bool_)
NOTHING = np.zeros(SHAPE, np.bool_)
SIGMA = 0.02
REFERENCE = 0.1 * texture(SHAPE, Pose(), CANVAS.pivot, 6, (20.0, 60.0))


def look(
    dark: np.ndarray, before: Intruders | None = None, cement: np.ndarray = NOTHING, seed: int = 1
) -> Intruders:
    """One frame in which `dark` is darker than the reference by this much."""
    difference = np.asarray(dark + noise(SHAPE, SIGMA, seed), np.float32)
    return find_intruders(before or no_intruders(SHAPE), difference, REFERENCE, OPEN, cement, SIGMA, CANVAS)


def darker(mask: np.ndarray, by: float = 0.4) -> np.ndarray:
    return np.where(mask, by, 0.0)


def test_what_lies_at_the_border_and_was_not_there_is_an_object() -> None:
    hand = box(SHAPE, (30, 80), (0, 50))
    found = look(darker(hand)).mask
    assert found[hand].mean() > 0.97
    assert found[:, 60:].mean() < 0.01


def test_what_lies_in_the_middle_is_none() -> None:
    assert not look(darker(box(SHAPE, (40, 60), (50, 70)))).mask.any()


def test_an_undisturbed_picture_holds_none() -> None:
    assert not look(darker(NOTHING)).mask.any()


def test_a_hand_of_half_the_picture_is_seen_whole() -> None:
    hand = box(SHAPE, (0, 120), (0, 60))
    assert look(darker(hand)).mask[hand].mean() > 0.97


def test_what_has_only_slid_is_none() -> None:
    slid = 2.0 * texture(SHAPE, Pose(2.0, 1.0), CANVAS.pivot, 6, (20.0, 60.0))
    reference = 2.0 * texture(SHAPE, Pose(), CANVAS.pivot, 6, (20.0, 60.0))
    difference = slid - reference + noise(SHAPE, SIGMA, 1)
    found = find_intruders(no_intruders(SHAPE), difference, reference, OPEN, NOTHING, SIGMA, CANVAS)
    assert not found.mask.any()


def test_cement_that_has_grown_as_far_as_the_border_stays_in_sight() -> None:
    vein = box(SHAPE, (55, 65), (0, 60))
    assert not look(darker(vein), cement=vein).mask[vein].any()


def test_a_leak_that_grows_beside_an_object_stays_in_sight() -> None:
    syringe = box(SHAPE, (50, 70), (0, 40))
    seen = look(darker(syringe))
    for frame in range(1, 25):  # half a millimetre a frame
        leak = box(SHAPE, (55, 65), (40, 40 + frame))
        seen = look(darker(syringe | leak), seen, seed=frame + 2)
    assert seen.mask[box(SHAPE, (55, 65), (47, 62))].mean() < 0.1
    assert seen.mask[box(SHAPE, (50, 70), (0, 38))].mean() > 0.97


def test_an_object_that_leaps_on_is_followed() -> None:
    seen = look(darker(box(SHAPE, (50, 70), (0, 30))))
    further = box(SHAPE, (50, 70), (0, 60))
    assert look(darker(further), seen, seed=2).mask[further].mean() > 0.97


def test_nothing_is_left_of_it_when_it_has_gone() -> None:
    seen = look(darker(box(SHAPE, (50, 70), (0, 30))))
    assert not look(darker(NOTHING), seen, seed=2).mask.any()


def test_a_hand_is_bulky_and_a_needle_is_not() -> None:
    needle, hand = box(SHAPE, (20, 25), (0, 70)), box(SHAPE, (50, 90), (0, 60))
    blurred = smooth((darker(hand, 0.4) + darker(needle, 4.0)).astype(np.float32), 1.0)
    seen = look(blurred)
    assert seen.mask[needle | hand].mean() > 0.97
    assert not seen.mask[30:40].any()
    assert seen.bulky[hand].mean() > 0.97
    assert not seen.bulky[needle].any()


@settings(max_examples=20, deadline=None)
@given(
    top=st.integers(0, 90),
    height=st.integers(14, 30),
    reach=st.integers(14, 80),
    by=st.floats(0.25, 3.0),
)
def test_any_object_is_covered_and_little_else(top: int, height: int, reach: int, by: float) -> None:
    thing = box(SHAPE, (top, top + height), (0, reach))
    found = look(darker(thing, by)).mask
    assert found[thing].mean() > 0.95
    beyond = box(SHAPE, (max(top - 8, 0), top + height + 8), (0, reach + 8))
    assert not (found & ~beyond).any()
