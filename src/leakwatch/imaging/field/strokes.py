"""Glyphs: thin strokes of character size in one paint, as no patient has them.

Paint carries no quantum noise. Among the pixels of thin strokes one stored value then turns up far more often
than its neighbours. Compression rings round strokes and spoils equality by some levels; then what is left is
paint near an end of the range, and only a longer row of glyphs is believed (`textlines`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from leakwatch.imaging.attenuation import AttenuationTable
from leakwatch.imaging.filters import Image, Mask, pixel_noise

_KERNEL_SHARE = 0.01  # half of the widest stroke, share of the longer side
_NOISE_STEPS = 4.0
_WEAK_SHARE = 0.6  # of the contrast of strong strokes: what belongs to them
_STRONG_STEPS, _STRONG_CONTRAST = 10.0, 0.5  # of paint that is only nearly equal
_TALLEST_SHARE, _SHORTEST_PX = 0.09, 4
_LONGEST_HEIGHTS = 40.0
_MOST_PARTS = 20000
_LIGHT_SHARE, _DENSE_SHARE = 0.3, 0.2
_SPIKE_PX, _SPIKE_RATIO = 20, 2.5
_EQUAL_SHARE, _EQUAL_PX = 0.1, 2
_STRONG_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Ends:
    """Attenuation below which a value lies near the bright end of the range, above which near the dark."""

    light: float
    dense: float


@dataclass(frozen=True, slots=True)
class Strokes:
    """Pixels of one polarity, (rows, columns) bool each.

    `out` is how much they stand out of what is beside them, `thin` where that is enough to matter; `strong`
    do so much and lie beyond nearly all of the picture, `at_end` are near the end of the range.
    """

    out: Image
    thin: Mask
    strong: Mask
    at_end: Mask


@dataclass(frozen=True, slots=True)
class Glyph:
    """One connected piece of strokes.

    Attributes
    ----------
    x0, y0, x1, y1
        Its box; the second corner is the first pixel beyond it.
    area
        Its pixels.
    paint
        The value it shares with other pieces; NaN where it only stands out strongly.
    count
        How many of its pixels are exactly its paint, or near that end of the range.
    dark
        True where the strokes are denser than what is around them.
    letters
        How many characters it may hold: touching ones come as one piece.
    """

    x0: int
    y0: int
    x1: int
    y1: int
    area: int
    paint: float
    count: int
    dark: bool
    letters: int

    @property
    def height(self) -> int:
        """Rows of its box."""
        return self.y1 - self.y0


def ends_of(table: AttenuationTable) -> Ends:
    """Read off where the ends of a run's range begin."""
    values = np.sort(table.attenuation)
    last = len(values) - 1
    return Ends(float(values[int(_LIGHT_SHARE * last)]), float(values[last - int(_DENSE_SHARE * last)]))


def find_glyphs(attenuation: Image, covered: Mask, noise: float, ends: Ends) -> list[Glyph]:
    """Find painted pieces of thin strokes, lighter and denser than their surroundings, of character size.

    What is `covered` is dense anyway: there, only strokes as light as the picture itself count.
    """
    side = 2 * round(_KERNEL_SHARE * max(attenuation.shape)) + 3
    kernel = np.ones((side, side), np.uint8)
    opened = cv2.morphologyEx(attenuation, cv2.MORPH_OPEN, kernel)
    closed = cv2.morphologyEx(attenuation, cv2.MORPH_CLOSE, kernel)
    if covered.all():
        return []
    light, usual, densest = np.percentile(attenuation[~covered][::7], [4, 50, 96])
    dark, bright = attenuation - opened, closed - attenuation
    strong = max(_STRONG_STEPS * noise, min(_STRONG_CONTRAST, float(densest - light)))
    least = max(_NOISE_STEPS * noise, _WEAK_SHARE * strong)
    dense = Strokes(
        dark, (dark > least) & ~covered, (dark > strong) & (attenuation > densest), attenuation > ends.dense
    )
    shown = (bright > least) & ~covered
    if covered.any():
        beneath = max(least, _STRONG_STEPS * pixel_noise(attenuation, covered))
        shown |= (bright > beneath) & covered & (attenuation < usual)
    clear = Strokes(bright, shown, (bright > strong) & (attenuation < light), attenuation < ends.light)
    return _glyphs(attenuation, dense, True) + _glyphs(attenuation, clear, False)


def _glyphs(attenuation: Image, strokes: Strokes, dark: bool) -> list[Glyph]:
    count, labels, measures, _ = cv2.connectedComponentsWithStats(
        strokes.thin.astype(np.uint8), connectivity=8
    )
    parts, stats = np.asarray(labels, np.int32), np.asarray(measures, np.int32)
    if count == 1 or count > _MOST_PARTS:
        return []
    sized = _of_character_size(stats, attenuation.shape)
    where = np.flatnonzero(sized[parts])
    owner, values = parts.ravel()[where], attenuation.ravel()[where]
    area = stats[:, cv2.CC_STAT_AREA]
    strong, at_end = (
        np.bincount(owner[mask.ravel()[where]], minlength=count) for mask in (strokes.strong, strokes.at_end)
    )
    glyphs = [
        _glyph(strokes.out, parts, stats[part], int(part), float("nan"), int(at_end[part]), dark)
        for part in np.flatnonzero((strong >= _STRONG_SHARE * area) & sized)
    ]
    for paint in _spikes(values):
        equal = np.bincount(owner[values == np.float32(paint)], minlength=count)
        glyphs += [
            _glyph(strokes.out, parts, stats[part], int(part), paint, int(equal[part]), dark)
            for part in np.flatnonzero((equal >= np.maximum(_EQUAL_SHARE * area, _EQUAL_PX)) & sized)
        ]
    return glyphs


def _of_character_size(stats: NDArray[np.int32], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    height, width = stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_WIDTH]
    tallest = max(12.0, _TALLEST_SHARE * max(shape))
    sized = (height >= _SHORTEST_PX) & (height <= tallest) & (width <= _LONGEST_HEIGHTS * height)
    sized[0] = False
    return np.asarray(sized & (stats[:, cv2.CC_STAT_AREA] >= _SHORTEST_PX), np.bool_)


def _spikes(values: NDArray[np.float32]) -> list[float]:
    """Values that turn up far more often than those around them, as paint does and noise never."""
    found, counts = np.unique(values, return_counts=True)
    if len(found) == 0:
        return []
    # in a picture of few grey levels, those beside a common one are common too
    beside = sliding_window_view(np.pad(counts, 3), 7)
    around = np.delete(beside, 3, axis=1).max(axis=1)
    return [float(value) for value in found[counts >= _SPIKE_PX + _SPIKE_RATIO * around]]


def _glyph(
    out: Image,
    parts: NDArray[np.int32],
    stats: NDArray[np.int32],
    part: int,
    paint: float,
    count: int,
    dark: bool,
) -> Glyph:
    x0, y0, width, height = (int(value) for value in stats[:4])
    window = np.s_[y0 : y0 + height, x0 : x0 + width]
    own = parts[window] == part
    # what blur and ringing have joined comes apart at half of the contrast
    own &= out[window] > 0.5 * float(np.percentile(out[window][own], 90))
    # how often a row of pixels enters a stroke: a needle, however it lies, does so once
    entered = np.count_nonzero(np.diff(own.astype(np.int8), axis=1, prepend=0) == 1, axis=1)
    letters = 1 if width <= 1.4 * height else max(1, round(float(entered.mean()) / 1.6))
    area = int(stats[cv2.CC_STAT_AREA])
    return Glyph(x0, y0, x0 + width, y0 + height, area, paint, count, dark, letters)
