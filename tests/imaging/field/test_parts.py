"""The pieces that blades and text are found with, each against a formula."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.config.imaging import FieldConfig
from leakwatch.imaging.field.circles import vote_circle
from leakwatch.imaging.field.falls import find_falls, placed
from leakwatch.imaging.field.paint import find_painted
from leakwatch.imaging.field.scan import SIDES, frame_from_side, lay_grid, sides_of
from leakwatch.imaging.field.strokes import Ends, Glyph, find_glyphs
from leakwatch.imaging.field.tagged import Disagreement, compare_with_tags, sentence
from leakwatch.imaging.field.textlines import find_lines


@pytest.mark.parametrize("shape", [(192, 192), (256, 200), (512, 512), (96, 120)])
def test_a_point_seen_from_any_side_is_found_again_in_the_frame(shape: tuple[int, int]) -> None:
    grid = lay_grid(*shape)
    row, column = grid.shape[0] // 3, grid.shape[1] // 2
    small = np.zeros(grid.shape, np.float32)
    small[row - 1 : row + 2, column - 1 : column + 2] = 1
    expected = (np.array([column, row]) + 0.5) * grid.factor - 0.5
    for side in sides_of(small, grid):
        y, x = np.indices(side.depth.shape)
        centre = np.array([[(side.depth * y).sum(), (side.depth * x).sum()]]) / side.depth.sum()
        found = frame_from_side(side.number, centre, grid)[0]
        assert np.abs(found - expected).max() < 0.3 * grid.factor
    assert side.number == SIDES - 1


@given(
    edge=st.floats(12, 40),
    height=st.floats(0.5, 5),
    penumbra=st.floats(0.1, 4),
    slope=st.floats(-0.005, 0.005),
)
def test_an_edge_is_placed_where_half_of_the_beam_gets_through(
    edge: float, height: float, penumbra: float, slope: float
) -> None:
    step = np.arange(64)
    share = np.clip(0.5 + (step - edge) / penumbra, 0, 1)
    floor = np.exp(-height)
    line = (-np.log(floor + (1 - floor) * share) + slope * step).astype(np.float32)[None]
    falls = find_falls(line, np.array([0]), np.array([64]), 0.3)
    assert falls.place[0] == pytest.approx(edge, abs=1.0)
    assert placed(line, np.array([round(edge)]))[0] == pytest.approx(edge, abs=1.0)


def test_a_line_that_only_grows_denser_has_no_edge() -> None:
    line = np.linspace(0, 3, 64, dtype=np.float32)[None]
    assert np.isnan(find_falls(line, np.array([0]), np.array([64]), 0.3).place).all()


@given(x=st.floats(45, 80), y=st.floats(45, 80), radius=st.floats(40, 70), seed=st.integers(0, 99))
def test_a_circle_is_found_among_points_of_which_half_are_others(
    x: float, y: float, radius: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, 2 * np.pi, 200)
    on = np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]) + rng.normal(
        0, 0.2, (200, 2)
    )
    points = np.vstack([on, rng.uniform(0, 127, (200, 2))])
    found = vote_circle(points, (128, 128))
    assert found is not None
    assert np.allclose([found.x, found.y, found.radius], [x, y, radius], atol=1.5)


def test_scattered_points_make_no_circle() -> None:
    points = np.random.default_rng(4).uniform(0, 127, (400, 2))
    assert vote_circle(points, (128, 128)) is None


def noisy(shape: tuple[int, int] = (128, 128)) -> np.ndarray:
    return np.random.default_rng(5).normal(2, 0.05, shape).astype(np.float32)


def test_one_value_along_the_border_is_paint_and_its_holes_are_too() -> None:
    picture = noisy()
    picture[:30] = 3.5
    picture[10:15, 40:60] = 0.1
    painted = find_painted(picture, None)
    assert painted is not None
    assert painted.mask is not None
    assert painted.mask[:30].all()
    assert not painted.mask[30:].any()


@pytest.mark.parametrize("value", [0.0, 3.5], ids=["saturated", "organ"])
def test_neither_saturation_nor_a_flat_spot_at_the_border_is_paint(value: float) -> None:
    picture = noisy()
    picture[:40] = np.where(value == 0.0, 0.0, picture[:40])
    picture[40:90, :30] = value
    painted = find_painted(picture, None)
    assert painted is None or painted.mask is None


def glyph(x: int, paint: float = 3.0, y: int = 20, height: int = 10, dark: bool = True) -> Glyph:
    return Glyph(x, y, x + 6, y + height, 30, paint, 12, dark, 1)


def test_three_equal_glyphs_in_a_row_are_a_line() -> None:
    (line,) = find_lines([glyph(40), glyph(30), glyph(50)], 4)
    assert (line.x0, line.y0, line.x1, line.y1, line.first_frame) == (30, 20, 56, 30, 4)


@pytest.mark.parametrize(
    "glyphs",
    [
        [glyph(30), glyph(40)],
        [glyph(30), glyph(40), glyph(50, paint=3.01)],
        [glyph(30), glyph(40), glyph(80)],
        [glyph(30), glyph(40), glyph(50, y=35)],
        [glyph(30), glyph(40), glyph(50, height=30)],
        [glyph(30), glyph(40), glyph(50, dark=False)],
    ],
    ids=["two", "other paint", "far", "other level", "other size", "other polarity"],
)
def test_what_is_no_line(glyphs: list[Glyph]) -> None:
    assert find_lines(glyphs, 0) == []


def disagree(
    tags: np.ndarray | None, picture: np.ndarray | None, attenuation: np.ndarray, frames: int
) -> str:
    differ = Disagreement()
    for _ in range(frames):
        differ = compare_with_tags(differ, tags, picture, attenuation, 1, FieldConfig())
    return " ".join(sentence(differ))


def test_tags_and_picture_are_compared_over_some_frames() -> None:
    picture = noisy()
    left = np.zeros(picture.shape, np.bool_)
    left[:, :20] = True
    covered = np.where(left, 5, picture).astype(np.float32)
    assert disagree(None, left, covered, 2) == ""
    assert "tags say nothing" in disagree(None, left, covered, 3)
    assert "more than the tags state" in disagree(np.roll(left, -15, 1) & left, left, covered, 3)
    assert disagree(left, left, covered, 3) == ""
    assert "stale" in disagree(left, None, picture, 3)
    # covered in truth, though no edge was found
    assert disagree(left, None, covered, 3) == ""


def test_few_grey_levels_are_not_paint() -> None:
    """A thin dark stripe in a picture of twenty levels has a commonest value, and neighbours."""
    rng = np.random.default_rng(8)
    level = rng.normal(22, 1.2, (192, 192))
    level[99:105, 60:150] -= 5
    attenuation = -np.log(np.rint(level) / 255).astype(np.float32)
    glyphs = find_glyphs(attenuation, np.zeros(level.shape, np.bool_), 0.055, Ends(1.2, 1.6))
    assert find_lines(glyphs, 0) == []
