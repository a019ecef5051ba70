"""Rows of glyphs in one paint: lines of text, as boxes; what they say is never read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leakwatch.imaging.field.strokes import Glyph
from leakwatch.nouns import TextBox

_EXACT_SHARE, _EXACT_PX = 0.25, 3
_EXACT_LETTERS, _ALIKE_LETTERS = 2, 4
_ALIKE_PAINT = 0.12  # attenuation; some levels of 8 bits
_ALIKE_CONTRAST_STEPS = 10.0
_ALIKE_LEAST_CONTRAST = 0.5
_GAP_HEIGHTS = 1.6
_HEIGHTS_DIFFER = 2.2


def find_lines(glyphs: Sequence[Glyph], noise: float, frame: int) -> list[TextBox]:
    """Join glyphs that stand in a row in one paint, and keep the rows that are long enough to be sure."""
    exact = [g for g in glyphs if g.equal >= _EXACT_SHARE and g.count >= _EXACT_PX]
    strong = max(_ALIKE_CONTRAST_STEPS * noise, _ALIKE_LEAST_CONTRAST)
    alike = [g for g in glyphs if g.contrast >= strong]
    boxes = [_box(row, frame) for row in _rows(exact, 1e-6) if _letters(row) >= _EXACT_LETTERS and _is_paint(row)]
    boxes += [_box(row, frame) for row in _rows(alike, _ALIKE_PAINT) if _letters(row) >= _ALIKE_LETTERS]
    return boxes


def _rows(glyphs: Sequence[Glyph], paint: float) -> list[list[Glyph]]:
    """Chain glyphs from left to right: one paint, like height, at one level, close behind each other."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (g.x0, g.y0)):
        for row in rows:
            if _continues(row, glyph, paint):
                row.append(glyph)
                break
        else:
            rows.append([glyph])
    return rows


def _continues(row: Sequence[Glyph], glyph: Glyph, paint: float) -> bool:
    last = max(row, key=lambda g: g.x1)
    tall = max(g.height for g in row)
    overlap = min(last.y1, glyph.y1) - max(last.y0, glyph.y0)
    near = glyph.x0 - last.x1 <= _GAP_HEIGHTS * max(tall, glyph.height)
    level = overlap >= 0.5 * min(last.height, glyph.height)
    like = max(tall, glyph.height) <= _HEIGHTS_DIFFER * min(tall, glyph.height)
    same = glyph.dark == last.dark and abs(glyph.paint - float(np.median([g.paint for g in row]))) <= paint
    return near and level and like and same


def _letters(row: Sequence[Glyph]) -> int:
    return sum(glyph.letters for glyph in row)


def _is_paint(row: Sequence[Glyph]) -> bool:
    """Whether exactly equal pixels are many enough that chance does not explain them."""
    return sum(glyph.count for glyph in row) >= 12


def _box(row: Sequence[Glyph], frame: int) -> TextBox:
    return TextBox(
        min(g.x0 for g in row),
        min(g.y0 for g in row),
        max(g.x1 for g in row),
        max(g.y1 for g in row),
        frame,
    )
