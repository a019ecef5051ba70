"""Rows of glyphs in one paint: lines of text, as boxes; what they say is never read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from leakwatch.imaging.field.strokes import Glyph
from leakwatch.nouns import TextBox

_EXACT_LETTERS, _EXACT_PX = 3, 20
_ALIKE_LETTERS = 4
_ALIKE_PAINT = 0.3
_GAP_HEIGHTS = 1.6
_HEIGHTS_DIFFER = 2.2


@dataclass(slots=True)
class _Row:
    glyphs: list[Glyph] = field(default_factory=list)
    tall: int = 0
    last: Glyph | None = None

    def add(self, glyph: Glyph) -> None:
        self.glyphs.append(glyph)
        self.tall = max(self.tall, glyph.height)
        if self.last is None or glyph.x1 > self.last.x1:
            self.last = glyph

    @property
    def letters(self) -> int:
        return sum(glyph.letters for glyph in self.glyphs)


def find_lines(glyphs: Sequence[Glyph], frame: int) -> list[TextBox]:
    """Join glyphs that stand in a row in one paint, and keep the rows that are long enough to be sure.

    Of exactly equal paint three characters do; of nearly equal paint at an end of the range it takes four.
    """
    exact = [glyph for glyph in glyphs if glyph.count > 0]
    alike = [glyph for glyph in glyphs if glyph.count == 0]
    sure = [
        row
        for row in _rows(exact, 0.0)
        if row.letters >= _EXACT_LETTERS and sum(glyph.count for glyph in row.glyphs) >= _EXACT_PX
    ]
    sure += [row for row in _rows(alike, _ALIKE_PAINT) if row.letters >= _ALIKE_LETTERS]
    return [_box(row.glyphs, frame) for row in sure]


def _rows(glyphs: Sequence[Glyph], paint: float) -> list[_Row]:
    """Chain glyphs from left to right: one paint, like height, at one level, close behind each other."""
    rows: list[_Row] = []
    for glyph in sorted(glyphs, key=lambda g: (g.x0, g.y0)):
        row = next((row for row in rows if _continues(row, glyph, paint)), None)
        if row is None:
            row = _Row()
            rows.append(row)
        row.add(glyph)
    return rows


def _continues(row: _Row, glyph: Glyph, paint: float) -> bool:
    last = row.last
    if last is None or glyph.dark != last.dark or abs(glyph.paint - last.paint) > paint:
        return False
    near = glyph.x0 - last.x1 <= _GAP_HEIGHTS * max(row.tall, glyph.height)
    overlap = min(last.y1, glyph.y1) - max(last.y0, glyph.y0)
    level = overlap >= 0.5 * min(last.height, glyph.height)
    return near and level and max(row.tall, glyph.height) <= _HEIGHTS_DIFFER * min(row.tall, glyph.height)


def _box(row: Sequence[Glyph], frame: int) -> TextBox:
    return TextBox(
        min(g.x0 for g in row),
        min(g.y0 for g in row),
        max(g.x1 for g in row),
        max(g.y1 for g in row),
        frame,
    )
