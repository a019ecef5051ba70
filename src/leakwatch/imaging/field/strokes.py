"""Glyphs: thin strokes of character size in one paint, as no patient has them.

Paint carries no quantum noise. Among the pixels of thin strokes one stored value then turns up far more often
than its neighbours. Compression rings round strokes and spoils equality by some levels; then what is left is
paint near an end of the range, and only a longer row of glyphs is believed (`textlines`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.attenuation import AttenuationTable
from leakwatch.imaging.filters import Image, Mask

_KERNEL_SHARE = 0.01  # half of the widest stroke, share of the longer side
_NOISE_STEPS = 4.0
_LEAST_CONTRAST = 0.2
_STRONG_STEPS, _STRONG_CONTRAST = 10.0, 0.5  # of paint that is only nearly equal
_TALLEST_SHARE, _SHORTEST_PX = 0.09, 4
_LONGEST_HEIGHTS = 40.0
_MOST_PARTS = 20000
_END_SHARE = 0.08
_SPIKE_PX, _SPIKE_RATIO = 20, 4.0
_EQUAL_SHARE, _EQUAL_PX = 0.1, 2
_NEAR_END_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Ends:
    """Attenuation below which a value lies near the bright end of the range, above which near the dark."""

    light: float
    dense: float


@dataclass(frozen=True, slots=True)
class Glyph:
    """One connected piece of strokes.

    Attributes
    ----------
    x0, y0, x1, y1
        Its box; the second corner is the first pixel beyond it.
    paint
        Attenuation of its paint.
    count
        How many of its pixels are exactly its paint; 0 where it is only nearly that.
    dark
        True where the strokes are denser than what is around them.
    letters
        How many characters it may hold: touching ones come as one piece.
    """

    x0: int
    y0: int
    x1: int
    y1: int
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
    within = int(_END_SHARE * (len(values) - 1))
    return Ends(float(values[within]), float(values[-1 - within]))


def find_glyphs(attenuation: Image, covered: Mask, noise: float, ends: Ends) -> list[Glyph]:
    """Find painted pieces of thin strokes, lighter and denser than their surroundings, of character size.

    What is `covered` is dense anyway: there, only strokes as light as the picture itself count.
    """
    side = 2 * round(_KERNEL_SHARE * max(attenuation.shape)) + 3
    kernel = np.ones((side, side), np.uint8)
    least = max(_NOISE_STEPS * noise, _LEAST_CONTRAST)
    opened = cv2.morphologyEx(attenuation, cv2.MORPH_OPEN, kernel)
    closed = cv2.morphologyEx(attenuation, cv2.MORPH_CLOSE, kernel)
    if covered.all():
        return []
    # near an end of the range, and beyond nearly all of the picture
    light, usual, densest = np.percentile(attenuation[~covered][::7], [2, 50, 98])
    light, densest = min(ends.light, light), max(ends.dense, densest)
    dark, bright = attenuation - opened, closed - attenuation
    strong = max(_STRONG_STEPS * noise, _STRONG_CONTRAST)
    dense = _glyphs(attenuation, (dark > least) & ~covered, (attenuation > densest) & (dark > strong), True)
    shown = (bright > least) & (~covered | (attenuation < usual))
    return dense + _glyphs(attenuation, shown, (attenuation < light) & (bright > strong), False)


def _glyphs(
    attenuation: Image, strokes: NDArray[np.bool_], extreme: NDArray[np.bool_], dark: bool
) -> list[Glyph]:
    count, labels, measures, _ = cv2.connectedComponentsWithStats(strokes.astype(np.uint8), connectivity=8)
    parts, stats = np.asarray(labels, np.int32), np.asarray(measures, np.int32)
    if count == 1 or count > _MOST_PARTS:
        return []
    sized = _of_character_size(stats, attenuation.shape)
    where = np.flatnonzero(sized[parts])
    owner, values = parts.ravel()[where], attenuation.ravel()[where]
    area = stats[:, cv2.CC_STAT_AREA]
    glyphs = []
    near_end = np.bincount(owner[extreme.ravel()[where]], minlength=count) >= _NEAR_END_SHARE * area
    for part in np.flatnonzero(near_end & sized):
        paint = float(np.median(values[(owner == part) & extreme.ravel()[where]]))
        glyphs.append(_glyph(parts, stats[part], int(part), paint, 0, dark))
    for paint in _spikes(values):
        equal = np.bincount(owner[values == np.float32(paint)], minlength=count)
        for part in np.flatnonzero((equal >= np.maximum(_EQUAL_SHARE * area, _EQUAL_PX)) & sized):
            glyphs.append(_glyph(parts, stats[part], int(part), paint, int(equal[part]), dark))
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
    around = np.convolve(np.pad(counts, 3), [1, 1, 1, 0, 1, 1, 1], mode="valid") / 6
    return [float(value) for value in found[counts >= _SPIKE_PX + _SPIKE_RATIO * around]]


def _glyph(
    parts: NDArray[np.int32], stats: NDArray[np.int32], part: int, paint: float, count: int, dark: bool
) -> Glyph:
    x0, y0, width, height = (int(value) for value in stats[:4])
    own = parts[y0 : y0 + height, x0 : x0 + width] == part
    # how often a row of pixels enters a stroke: a needle, however it lies, does so once
    entered = np.count_nonzero(np.diff(own.astype(np.int8), axis=1, prepend=0) == 1, axis=1)
    letters = 1 if width <= 1.4 * height else max(1, round(float(entered.mean()) / 1.6))
    return Glyph(x0, y0, x0 + width, y0 + height, paint, count, dark, letters)
