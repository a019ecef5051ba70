"""Each trait on a drawn picture with a known answer, and what must not matter to any of them."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.imaging.canvas import Pose
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.leak import distance_outside
from leakwatch.imaging.traits import TRAITS, Traits, measure, survey, with_bolus

from .pictures import box, make_canvas, texture

SHAPE = (100, 110)
CANVAS = make_canvas()  # 0.5 mm
BONE = box(SHAPE, (30, 70), (20, 50))
BOLUS = box(SHAPE, (40, 60), (30, 50))
PIECE = box(SHAPE, (45, 51), (50, 58))  # 3 x 4 mm, from the bone's edge
EVERYWHERE = np.ones(SHAPE, np.bool_)
SIGMA, FLOOR = 0.1, 0.02


def drawn(*parts: tuple[np.ndarray, float]) -> np.ndarray:
    """A difference picture of these masks with these contrasts."""
    contrast = np.zeros(SHAPE, np.float32)
    for mask, level in parts:
        contrast[mask] = level
    return contrast


def look(
    piece: np.ndarray = PIECE,
    contrast: np.ndarray | None = None,
    *,
    reference: np.ndarray | None = None,
    bolus: np.ndarray = BOLUS,
    bone: np.ndarray = BONE,
    open_: np.ndarray = EVERYWHERE,
    source: np.ndarray | None = None,
    largest_bolus: float = 0.0,
    stray_mm: float = 0.0,
    uncertainty_mm: float = 0.75,
    age_s: float = 0.4,
    born_reach_mm: float = np.nan,
    born_origin_mm: float = np.nan,
    gain: float = 1.0,
    odds: np.ndarray | None = None,
) -> Traits:
    """Traits of a piece on a picture, by default 0.2 dark with a bolus of 0.4 beside it."""
    if contrast is None:
        contrast = drawn((bolus, 0.4), (piece, 0.2))
    if reference is None:
        reference = np.ones(SHAPE, np.float32)
    contrast, reference = np.float32(gain) * contrast, np.float32(gain) * reference
    evidence = Evidence(contrast, np.full(SHAPE, gain * SIGMA, np.float32), gain * FLOOR)
    around = survey(
        evidence,
        np.zeros(SHAPE, np.float32) if odds is None else odds,
        reference,
        open_,
        bolus | piece,
        bone,
        distance_outside(bone),
        bolus if source is None else source,
        gain * largest_bolus,
        stray_mm,
        CANVAS,
    )
    around = with_bolus(around, bolus & bone, gain * largest_bolus, CANVAS)
    return measure(piece, around, uncertainty_mm, age_s, born_reach_mm, born_origin_mm, CANVAS)


def test_size_is_in_millimetres() -> None:
    found = look()
    assert found.area_mm2 == pytest.approx(12.0)
    assert (found.nearest_mm, found.reach_mm) == (pytest.approx(0.5), pytest.approx(4.0, rel=0.01))
    assert found.thickness_mm == pytest.approx(3.0)


def test_reach_is_from_the_outline_and_not_from_the_cement() -> None:
    found = look(box(SHAPE, (20, 24), (60, 62)), bolus=box(SHAPE, (60, 62), (22, 24)))
    # of the nearest pixel (23, 60) the bone's (30, 49) is 11 columns and 7 rows away
    assert found.nearest_mm == pytest.approx(0.5 * np.hypot(11, 7), rel=0.03)
    assert found.reach_mm == pytest.approx(0.5 * np.hypot(12, 10), rel=0.03)


def test_thickness_is_of_the_widest_part() -> None:
    vein = box(SHAPE, (45, 47), (50, 90))
    assert look(vein).thickness_mm == pytest.approx(1.0)
    assert look(vein | box(SHAPE, (41, 51), (70, 80))).thickness_mm == pytest.approx(5.0)


def test_piece_at_the_edge_of_the_canvas_has_its_thickness_too() -> None:
    # what lies beyond is unknown, and does not make it thicker
    assert look(box(SHAPE, (96, 100), (60, 80))).thickness_mm == pytest.approx(2.0)


def test_evidence_is_taken_beyond_the_outlines_error() -> None:
    near, rest = box(SHAPE, (45, 51), (50, 51)), box(SHAPE, (45, 51), (51, 58))
    # one column of eight lies 0.5 mm away, within the error of 0.75 mm
    found = look(contrast=drawn((near, 1.0), (rest, 0.2)))
    assert found.evidence == pytest.approx(0.2 / SIGMA)
    assert look(near, drawn((near, 1.0))).evidence == 0.0


@pytest.mark.parametrize(("gap_px", "attached"), [(1, 1.0), (3, 1.0), (4, 0.0), (12, 0.0)])
def test_attached_is_within_a_millimetre_and_a_half_of_the_bolus(gap_px: int, attached: float) -> None:
    # pixel centres 3 x 0.5 mm apart touch
    first = 49 + gap_px
    assert look(box(SHAPE, (45, 51), (first, first + 5))).attached == attached


def test_cement_outside_the_bone_does_not_attach() -> None:
    piece = box(SHAPE, (45, 51), (60, 66))
    assert look(piece, bolus=box(SHAPE, (45, 51), (54, 60))).attached == 0.0
    assert look(piece, bolus=BOLUS & ~EVERYWHERE).attached == 0.0


def test_what_moved_is_paired_and_what_was_added_is_not() -> None:
    dark, bright = box(SHAPE, (45, 51), (60, 66)), box(SHAPE, (45, 51), (66, 72))
    assert look(dark, drawn((dark, 0.2))).paired == 0.0
    assert look(dark, drawn((dark, 0.2), (bright, -0.2))).paired == pytest.approx(1.0)
    assert look(dark, drawn((dark, 0.2), (bright, -0.1))).paired == pytest.approx(0.5)
    assert look(dark, drawn((dark, 0.2), (bright, -3.0))).paired == 2.0


@pytest.mark.parametrize(("first", "paired"), [(84, 1.0), (95, 0.0)])
def test_its_bright_side_lies_near(first: int, paired: float) -> None:
    # 12 mm from column 65 is column 89
    dark, bright = box(SHAPE, (45, 51), (60, 66)), box(SHAPE, (45, 51), (first, first + 6))
    found = look(dark, drawn((dark, 0.2), (bright, -0.2))).paired
    assert found == pytest.approx(paired, abs=1e-6)


def test_noise_pairs_nothing() -> None:
    beside = box(SHAPE, (45, 51), (60, 66))
    assert look(contrast=drawn((PIECE, 0.2), (beside, -2.9 * FLOOR))).paired == 0.0
    assert look(contrast=drawn((PIECE, 0.2), (beside, -3.1 * FLOOR))).paired > 0.0


def test_what_brightens_in_the_bone_pairs_as_well() -> None:
    assert look(contrast=drawn((PIECE, 0.2), (BOLUS, -0.2))).paired > 0.0


@pytest.mark.parametrize(("slope_per_mm", "along"), [(0.1, 0), (0.2, 1), (-0.4, 1)])
def test_slide_is_the_displacement_that_would_explain_it(slope_per_mm: float, along: int) -> None:
    reference = np.float32(slope_per_mm * CANVAS.pixel_mm) * np.indices(SHAPE, dtype=np.float32)[along]
    found = look(reference=reference)
    # slopes below the noise floor a millimetre are none
    assert found.slide_mm == pytest.approx(0.2 / (abs(slope_per_mm) + FLOOR), rel=0.02)


def test_nothing_slides_where_there_is_no_edge() -> None:
    assert look().slide_mm == pytest.approx(0.2 / FLOOR)


def test_gas_that_left_fills_its_place() -> None:
    piece = box(SHAPE, (46, 54), (76, 84))
    reference = np.ones(SHAPE, np.float32)
    reference[box(SHAPE, (42, 58), (72, 88))] = 0.7
    assert look(piece, drawn((piece, 0.3)), reference=reference).filled == pytest.approx(1.0, abs=0.03)
    assert look(piece, drawn((piece, 0.6)), reference=reference).filled == pytest.approx(0.5, abs=0.03)
    assert look(piece, drawn((piece, 0.3)), reference=2 - reference).filled == pytest.approx(0.0, abs=0.03)
    # as light as its surroundings for more than the width of a loop is no gas
    wide = np.ones(SHAPE, np.float32)
    wide[box(SHAPE, (30, 70), (60, 100))] = 0.7
    assert look(piece, drawn((piece, 0.3)), reference=wide).filled == pytest.approx(0.0, abs=0.03)


def test_share_is_of_the_cement_in_the_bone() -> None:
    # 48 pixels of 0.2 to 400 of 0.4
    assert look().share == pytest.approx(48 * 0.2 / (400 * 0.4), rel=1e-4)
    assert look(bolus=BOLUS & ~EVERYWHERE).share == 1e3


def test_washed_is_what_the_bone_has_lost() -> None:
    bolus_sum = 400 * 0.4 * 0.25
    assert look(largest_bolus=2 * bolus_sum).washed == pytest.approx(0.5)
    assert look(largest_bolus=0.5 * bolus_sum).washed == 0.0
    assert look(largest_bolus=0.0).washed == 0.0
    gone = look(contrast=drawn((PIECE, 0.2), (BOLUS, 0.0)), largest_bolus=bolus_sum)
    assert gone.washed == pytest.approx(1.0)


def test_border_is_the_edge_of_what_can_be_seen() -> None:
    piece = box(SHAPE, (45, 51), (90, 98))
    # the last of 110 columns is seen: column 97 is 13 pixels from the first that is not
    assert look(piece).border_mm == pytest.approx(6.5, rel=0.02)
    covered = EVERYWHERE & ~box(SHAPE, (0, 100), (100, 110))
    assert look(piece, open_=covered).border_mm == pytest.approx(1.5, rel=0.02)


def test_upset_is_what_else_is_remarkable_outside_the_bone() -> None:
    dark, bright = box(SHAPE, (5, 15), (5, 15)), box(SHAPE, (85, 95), (85, 91))
    assert look(contrast=drawn((PIECE, 0.9), (BOLUS, 0.9))).upset_mm2 == 0.0
    found = look(contrast=drawn((PIECE, 0.9), (dark, 4.1 * SIGMA), (bright, -4.1 * SIGMA)))
    assert found.upset_mm2 == pytest.approx(25 + 15)
    assert look(contrast=drawn((PIECE, 0.9), (dark, 3.9 * SIGMA))).upset_mm2 == 0.0
    # not in the bone, and not where nothing is looked at
    inside = box(SHAPE, (32, 38), (22, 28))
    assert look(contrast=drawn((PIECE, 0.9), (inside, -0.9))).upset_mm2 == 0.0
    closed = EVERYWHERE & ~dark
    assert look(contrast=drawn((PIECE, 0.9), (dark, 0.9)), open_=closed).upset_mm2 == 0.0


def test_time_and_place_are_as_given() -> None:
    found = look(age_s=1.2, stray_mm=2.5, born_reach_mm=1.5, born_origin_mm=4.5)
    assert (found.age_s, found.stray_mm, found.born_reach_mm, found.origin_mm) == (1.2, 2.5, 1.5, 4.5)
    assert look().born_reach_mm == look().reach_mm
    assert tuple(asdict(found)) == TRAITS


def test_origin_is_how_far_from_needle_and_known_cement_it_began() -> None:
    # column 50 from column 40, in pixels of 0.5 mm
    assert look(source=box(SHAPE, (45, 51), (36, 41))).origin_mm == pytest.approx(5.0, rel=0.02)
    assert look(source=PIECE).origin_mm == 0.0
    # without either it began as far away as can be
    assert look(source=~EVERYWHERE).origin_mm == pytest.approx(110 * 0.5)


def test_what_the_network_says_of_it_is_the_mean_and_the_most() -> None:
    odds = np.full(SHAPE, -8, np.float32)
    odds[PIECE] = -1
    row, column = np.argwhere(PIECE)[5]
    odds[row, column] = 5
    traits = look(odds=odds)
    assert traits.learned_most == 5
    assert traits.learned == pytest.approx(-1 + 6 / PIECE.sum(), rel=1e-5)
    assert look().learned == look().learned_most == 0


def test_a_piece_inside_has_evidence_too() -> None:
    inside = box(SHAPE, (35, 40), (25, 29))
    found = look(inside, drawn((inside, 0.3)), bolus=BOLUS & ~EVERYWHERE, uncertainty_mm=-1.0)
    assert found.evidence == pytest.approx(3.0, rel=1e-5)
    assert (found.reach_mm, found.nearest_mm) == (0.0, 0.0)


blobs = st.lists(
    st.tuples(st.integers(42, 56), st.integers(54, 72), st.integers(1, 8), st.integers(1, 8)),
    min_size=1,
    max_size=3,
)


def pictured(places: list[tuple[int, int, int, int]], seed: int) -> tuple[np.ndarray, ...]:
    """A piece of some boxes, a difference with both signs, and a reference with edges."""
    piece = np.any([box(SHAPE, (y, y + rows), (x, x + cols)) for y, x, rows, cols in places], axis=0)
    inner = box(SHAPE, (20, 80), (15, 90))
    contrast = 0.2 * texture(SHAPE, Pose(), (0.0, 0.0), seed) * inner
    contrast[piece] = np.abs(contrast[piece]) + np.float32(0.1)
    contrast[BOLUS] = 0.4
    reference = np.ones(SHAPE, np.float32) + 0.3 * texture(SHAPE, Pose(), (0.0, 0.0), seed + 1) * inner
    return piece, contrast, reference


@settings(max_examples=25, deadline=None)
@given(blobs, st.integers(0, 1000), st.integers(-8, 8), st.integers(-8, 8))
def test_where_the_canvas_begins_does_not_matter(
    places: list[tuple[int, int, int, int]], seed: int, down: int, right: int
) -> None:
    piece, contrast, reference = pictured(places, seed)
    seen = box(SHAPE, (12, 88), (10, 98))

    def at(mask: np.ndarray) -> np.ndarray:
        return np.roll(mask, (down, right), (0, 1))

    one = look(piece, contrast, reference=reference, open_=seen, largest_bolus=60.0)
    two = look(
        at(piece),
        at(contrast),
        reference=at(reference),
        bolus=at(BOLUS),
        bone=at(BONE),
        open_=at(seen),
        largest_bolus=60.0,
    )
    assert asdict(two) == pytest.approx(asdict(one), rel=1e-4, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(blobs, st.integers(0, 1000), st.floats(0.5, 4.0))
def test_gain_changes_nothing(places: list[tuple[int, int, int, int]], seed: int, gain: float) -> None:
    piece, contrast, reference = pictured(places, seed)
    one = asdict(look(piece, contrast, reference=reference, largest_bolus=60.0))
    two = asdict(look(piece, contrast, reference=reference, largest_bolus=60.0, gain=gain))
    assert two == pytest.approx(one, rel=1e-4, abs=1e-5)
