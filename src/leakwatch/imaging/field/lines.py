"""Straight edges: the line that most scan lines of one side agree on, and what lies beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.field.falls import REACH, Falls, clear_after
from leakwatch.imaging.field.scan import Side
from leakwatch.imaging.filters import Image

_STEEPEST = 0.2  # blades stand within some 11 degrees of the sides, or of the diagonals
_SLOPES = 21
_AGREE_PX = 1.25
_STEEP_SHARE = 0.75
_LIKE_INSIDE = 0.5
_SMOOTH, _ROUGH = 0.03, 0.08  # structure, in heights of the edge: surely none, and surely some
_PIECE = 8
_WEAK = 0.6  # of the least fall: what still counts where the line is known


@dataclass(frozen=True, slots=True)
class Line:
    """An edge on one side: ``step = at + slope * (line - middle)``, in small pixels.

    `blur` is how far inwards of it the picture is still shaded.
    """

    side: int
    at: float
    slope: float
    middle: float
    blur: float

    def steps(self, lines: NDArray[np.number]) -> NDArray[np.float64]:
        """Where the edge crosses each scan line."""
        return np.asarray(self.at + self.slope * (lines - self.middle), np.float64)


def vote_line(side: Side, falls: Falls, fewest: int) -> Line | None:
    """Find the line through the first falls of one side; None if fewer than `fewest` agree."""
    found = np.flatnonzero(np.isfinite(falls.place))
    if len(found) < fewest:
        return None
    place = falls.place[found]
    middle = (len(side.depth) - 1) / 2
    slopes = np.linspace(-_STEEPEST, _STEEPEST, _SLOPES)
    offset = place - slopes[:, None] * (found - middle)
    # votes in bins of one pixel, with those beside them
    low = float(offset.min())
    bins = (offset - low).astype(np.int64) + 1
    width = int(bins.max()) + 2
    votes = np.bincount((bins + np.arange(_SLOPES)[:, None] * width).ravel(), minlength=_SLOPES * width)
    votes = votes.reshape(_SLOPES, width)
    near = 2 * votes
    near[:, 1:] += votes[:, :-1]
    near[:, :-1] += votes[:, 1:]
    best = int(near.argmax())
    slope, at = float(slopes[best // width]), low + best % width - 0.5
    for agree_px in (2 * _AGREE_PX, _AGREE_PX, _AGREE_PX):
        agree = np.abs(place - at - slope * (found - middle)) < agree_px
        if np.count_nonzero(agree) < fewest:
            return None
        slope, at = _fit(found[agree] - middle, place[agree])
    if abs(slope) > 1.25 * _STEEPEST:
        return None
    rows = found[agree]
    border = np.rint(at + slope * (rows - middle) + 0.5).astype(np.int64)
    return Line(side.number, at, slope, middle, clear_after(side.depth[rows], border))


def supported(line: Line, side: Side, falls: Falls, relevant: NDArray[np.bool_], least: float) -> float:
    """Share of the `relevant` scan lines that fall at the line, whatever else they meet before it."""
    rows = np.flatnonzero(relevant)
    if len(rows) == 0:
        return 0.0
    border = np.rint(line.steps(rows) + 0.5).astype(np.int64)
    near = np.clip(border[:, None] + np.arange(-REACH, REACH + 1), 0, falls.fall.shape[1] - 1)
    around = falls.fall[rows[:, None], near]
    here = around[:, REACH - 1 : REACH + 2].max(axis=1)
    # the foot of a steeper edge nearby is not an edge
    return float(np.mean((here >= _WEAK * least) & (here >= _STEEP_SHARE * around.max(axis=1))))


def is_featureless(line: Line, side: Side, falls: Falls, relevant: NDArray[np.bool_], noise: float) -> bool:
    """Whether what lies beyond the line lacks the structure of what lies before it.

    Structure is what varies along the edge over some pixels and agrees between neighbours, which noise
    does not; scatter under a blade varies more slowly. It is held against the height of the edge, since the
    gain of a picture may be unknown: the side of a bone or of the patient is as structured as it is dense. A
    strip too narrow to hold any structure passes.
    """
    rows = np.flatnonzero(relevant)
    edge = line.steps(np.arange(len(side.depth)))
    step = np.arange(side.depth.shape[1])
    reach = max(2.0, line.blur)
    seen = (step >= side.begins[:, None]) & (step < side.ends[:, None])
    seen &= relevant[:, None]
    beyond = seen & (step < edge[:, None] - reach)
    before = seen & (step > edge[:, None] + reach)
    if np.count_nonzero(beyond) < 3 * len(rows):
        return True
    at = np.clip(np.rint(edge[rows] + 0.5).astype(np.int64), 0, falls.fall.shape[1] - 1)
    height = float(np.median(falls.fall[rows, at]))
    return lacks_structure(side.depth, beyond, before, height, noise)


def lacks_structure(
    depth: Image, beyond: NDArray[np.bool_], before: NDArray[np.bool_], height: float, noise: float
) -> bool:
    """Whether scan lines hold less structure `beyond` an edge of that `height` than `before` it."""
    outside, inside = _structure(depth, beyond), _structure(depth, before)
    like_picture = max(_LIKE_INSIDE * inside, _SMOOTH * height, 0.25 * noise)
    return outside < min(like_picture, _ROUGH * height)


def _structure(depth: Image, chosen: NDArray[np.bool_]) -> float:
    """Measure the standard deviation of what varies along the edge and is alike two pixels further."""
    weight = chosen.astype(np.float32)
    level = _mean_along(depth * weight) / np.maximum(_mean_along(weight), 1e-6)
    rest = (depth - level) * weight
    most = 3 * 1.4826 * float(np.median(np.abs(rest[chosen]))) if chosen.any() else 0.0
    rest = np.clip(rest, -most, most)
    pairs = (weight[2:] * weight[:-2]).sum(axis=1)
    alike = (rest[2:] * rest[:-2]).sum(axis=1)
    # piece by piece along the edge: a needle or print that lies across must not speak for all of it
    starts = np.arange(0, len(pairs), _PIECE)
    per_piece = np.add.reduceat(alike, starts) / np.maximum(np.add.reduceat(pairs, starts), 1.0)
    told = np.add.reduceat(pairs, starts) > 0
    return float(np.sqrt(max(float(np.median(per_piece[told])), 0.0))) if told.any() else 0.0


def _mean_along(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(picture, (1, 4 * REACH + 1), borderType=cv2.BORDER_CONSTANT), np.float32)


def _fit(along: NDArray[np.floating], place: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept of a line by least squares."""
    centre, mean = along.mean(), place.mean()
    slope = float(((along - centre) * (place - mean)).sum() / max(((along - centre) ** 2).sum(), 1e-9))
    return slope, float(mean - slope * centre)
