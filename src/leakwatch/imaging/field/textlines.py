"""Rows of glyphs in one paint: lines of text, as boxes; what they say is never read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from leakwatch.imaging.field.strokes import Glyph
from leakwatch.nouns import TextBox

_EXACT_LETTERS, _EXACT_PX = 3, 20
_STRONG_LETTERS, _END_PX, _END_SHARE = 4, 8, 0.05
_SHORT_LETTERS, _TYPE_DIFFERS = 2, 1.35
_GAP_HEIGHTS = 1.2
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

    @property
    def count(self) -> int:
        return sum(glyph.count for glyph in self.glyphs)

    @property
    def area(self) -> int:
        return sum(glyph.area for glyph in self.glyphs)


def find_lines(glyphs: Sequence[Glyph], frame: int) -> list[TextBox]:
    """Join glyphs that stand in a row, and keep the rows that are long enough to be sure.

    Of exactly equal paint three characters do. Of strokes that only stand out strongly, since they are
    smoothed or compressed, it takes four, some of their pixels near the end of the range; two, where a sure
    line is of the same type.
    """
    exact = _rows([glyph for glyph in glyphs if not math.isnan(glyph.paint)])
    strong = _rows([glyph for glyph in glyphs if math.isnan(glyph.paint)])
    ending = [row for row in strong if row.count >= max(_END_PX, _END_SHARE * row.area)]
    sure = [row for row in exact if row.letters >= _EXACT_LETTERS and row.count >= _EXACT_PX]
    sure += [row for row in ending if row.letters >= _STRONG_LETTERS]
    short = [
        row for row in ending if row.letters < _STRONG_LETTERS and any(_is_alike(row, line) for line in sure)
    ]
    return [_box(row.glyphs, frame) for row in (*sure, *short)]


def _is_alike(row: _Row, line: _Row) -> bool:
    """Whether a short row is set in the type of a line that is sure."""
    if row.last is None or line.last is None or row.letters < _SHORT_LETTERS:
        return False
    return row.last.dark == line.last.dark and max(row.tall, line.tall) <= _TYPE_DIFFERS * min(
        row.tall, line.tall
    )


def _rows(glyphs: Sequence[Glyph]) -> list[_Row]:
    """Chain glyphs from left to right: one paint, like height, at one level, close behind each other."""
    rows: list[_Row] = []
    for glyph in sorted(glyphs, key=lambda g: (g.x0, g.y0)):
        row = next((row for row in rows if _continues(row, glyph)), None)
        if row is None:
            row = _Row()
            rows.append(row)
        row.add(glyph)
    return rows


def _continues(row: _Row, glyph: Glyph) -> bool:
    last = row.last
    if last is None or glyph.dark != last.dark or not (math.isnan(glyph.paint) or glyph.paint == last.paint):
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
