"""Glyphs: thin strokes of character size in one paint, as no patient has them.

Paint carries no quantum noise. In stored values that were never lossily compressed, a stroke's pixels are
exactly equal, and one value turns up far more often among the strokes than its neighbours. Compression
rings round strokes and spoils equality by some levels; then size, sharp edges and nearly equal paint remain,
and only a row of glyphs is believed (`textlines`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.filters import Image, Mask

_KERNEL_SHARE = 0.01  # half of the widest stroke, share of the longer side
_NOISE_STEPS = 6.0
_LEAST_CONTRAST = 0.2
_TALLEST_SHARE, _SHORTEST_PX = 0.09, 4
_LONGEST_HEIGHTS = 40.0
_FULLEST = 0.85
_MOST_PARTS = 4000
_PAINT_PERCENT = 25


@dataclass(frozen=True, slots=True)
class Glyph:
    """One connected piece of strokes.

    Attributes
    ----------
    x0, y0, x1, y1
        Its box; the second corner is the first pixel beyond it.
    paint
        Attenuation of its most extreme quarter.
    equal
        Share of its pixels that are exactly its commonest value, and `count` how many they are.
    dark
        True where the strokes are denser than what is around them.
    contrast
        Of its paint to what is around it.
    letters
        How many characters it may hold: touching ones come as one piece.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    paint: float
    equal: float
    count: int
    dark: bool
    contrast: float
    letters: int

    @property
    def height(self) -> int:
        """Rows of its box."""
        return self.y1 - self.y0


def find_glyphs(attenuation: Image, noise: float) -> list[Glyph]:
    """Find pieces of thin strokes, lighter and darker than their surroundings, of character size."""
    side = 2 * round(_KERNEL_SHARE * max(attenuation.shape)) + 3
    kernel = np.ones((side, side), np.uint8)
    least = max(_NOISE_STEPS * noise, _LEAST_CONTRAST)
    opened = cv2.morphologyEx(attenuation, cv2.MORPH_OPEN, kernel)
    closed = cv2.morphologyEx(attenuation, cv2.MORPH_CLOSE, kernel)
    return [
        *_glyphs(attenuation, np.asarray(attenuation - opened, np.float32), least, True),
        *_glyphs(attenuation, np.asarray(closed - attenuation, np.float32), least, False),
    ]


def _glyphs(attenuation: Image, stands_out: Image, least: float, dark: bool) -> list[Glyph]:
    strokes = stands_out > least
    count, parts, stats, _ = cv2.connectedComponentsWithStats(strokes.astype(np.uint8), connectivity=8)
    tallest = max(12.0, _TALLEST_SHARE * max(attenuation.shape))
    height, width = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    area = stats[:, cv2.CC_STAT_AREA]
    sized = (height >= _SHORTEST_PX) & (height <= tallest) & (width <= _LONGEST_HEIGHTS * height)
    sized &= (area >= _SHORTEST_PX) & (area <= _FULLEST * height * width) | (width <= 0.4 * height)
    sized[0] = False
    chosen = np.flatnonzero(sized)
    if count > _MOST_PARTS or len(chosen) == 0:
        return []
    return [_measured(attenuation, stands_out, parts, stats[part], part, dark) for part in chosen]


def _measured(
    attenuation: Image, stands_out: Image, parts: NDArray[np.int32], stats: NDArray[np.int32], part: int, dark: bool
) -> Glyph:
    x0, y0, width, height = (int(value) for value in stats[:4])
    window = np.s_[y0 : y0 + height, x0 : x0 + width]
    own: Mask = parts[window] == part
    values = attenuation[window][own]
    extreme = float(np.percentile(values, 100 - _PAINT_PERCENT if dark else _PAINT_PERCENT))
    _, counts = np.unique(values, return_counts=True)
    # how often a row of pixels enters a stroke: a needle, however it lies, does so once
    entered = np.count_nonzero(np.diff(own.astype(np.int8), axis=1, prepend=0) == 1, axis=1)
    letters = 1 if width <= 1.4 * height else max(1, round(float(entered.mean()) / 1.6))
    return Glyph(
        x0,
        y0,
        x0 + width,
        y0 + height,
        extreme,
        float(counts.max()) / len(values),
        int(counts.max()),
        dark,
        float(np.percentile(stands_out[window][own], 75)),
        letters,
    )
