"""A needle that is pushed on: what it covers ahead of its tip is metal, not cement.

Cement that leaves a needle spreads to all sides. A needle keeps its line, its width and its density, and has
nothing dark beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import UNMOVED, Canvas, Pose, frame_from_canvas_points
from leakwatch.imaging.filters import Image, Mask, dilate, smooth
from leakwatch.nouns.summary import SeenNeedle

_SLENDER = 4.0  # length over width
_WIDEST_MM = 6.0
_RIM_MM = 0.8
_DENSE_SHARE = 0.7
_BESIDE_SHARE = 0.35
_BESIDE_MM = 1.5
_LEAST_MM = 1.5
_FURTHEST_MM = 60.0
_GAP_MM = 1.2
_SMOOTHING_PX = 0.7


@dataclass(frozen=True, slots=True)
class Needle:
    """A needle in the reference, on the canvas.

    Attributes
    ----------
    tip
        (x, y) of its inner end.
    along
        Unit vector from the outside to the tip.
    half_px
        Half its width.
    height
        How much it stands out of its surroundings.
    """

    tip: tuple[float, float]
    along: tuple[float, float]
    half_px: float
    height: float


def find_needles(metal: Mask, height: Image, open_: Mask, canvas: Canvas) -> tuple[Needle, ...]:
    """Find straight, slender pieces of metal that come in from the edge of the open field.

    Parameters
    ----------
    metal, height
        Metal with its rim, and how much it stands out: those of `uncovered.Ground`.
    """
    _, parts = cv2.connectedComponents(metal.astype(np.uint8), connectivity=8)
    found = (_fit(parts == part, height, open_, canvas) for part in range(1, int(parts.max()) + 1))
    return tuple(needle for needle in found if needle is not None)


def seen_needles(needles: tuple[Needle, ...], canvas: Canvas, rest: Pose = UNMOVED) -> tuple[SeenNeedle, ...]:
    """Say where needles lay on the stored frame, with the bone in pose `rest`, as on the first frame."""
    tips = frame_from_canvas_points(np.array([needle.tip for needle in needles]).reshape(-1, 2), canvas, rest)
    return tuple(
        SeenNeedle((float(x), float(y)), needle.along, needle.half_px * canvas.binning)
        for needle, (x, y) in zip(needles, tips, strict=True)
    )


def find_ahead(needles: tuple[Needle, ...], difference: Image, canvas: Canvas) -> Mask:
    """Mark, with its rim, what needles cover ahead of where their tips were in the reference.

    Parameters
    ----------
    difference
        (rows, columns) float32: this frame minus the reference.
    """
    mask = np.zeros(difference.shape, np.uint8)
    calm = smooth(difference, _SMOOTHING_PX)
    for needle in needles:
        length = _length_ahead(needle, calm, canvas)
        if length < canvas.pixels(_LEAST_MM):
            continue
        tip, along = np.array(needle.tip), np.array(needle.along)
        end = tip + along * length
        width = max(1, round(2 * needle.half_px))
        cv2.line(mask, _pixel(tip), _pixel(end), 1, width)
    return dilate(mask > 0, canvas.pixels(_RIM_MM)) if mask.any() else mask > 0


def _fit(part: Mask, height: Image, open_: Mask, canvas: Canvas) -> Needle | None:
    core = part & (height > 0.5 * np.percentile(height[part], 90))
    y, x = np.nonzero(core)
    if len(x) < 20:
        return None
    points = np.column_stack([x, y]).astype(np.float32)
    dx, dy, x0, y0 = (float(v) for v in cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel())
    along = (points - (x0, y0)) @ np.array([dx, dy])
    aside = np.abs((points - (x0, y0)) @ np.array([-dy, dx]))
    first, last = np.percentile(along, [0.5, 99.5])
    half = len(x) / (2 * max(last - first, 1.0))
    if 2 * half > canvas.pixels(_WIDEST_MM) or last - first < _SLENDER * 2 * half:
        return None
    if np.percentile(aside, 80) > 1.5 * half + 1:  # bent, crossed or forked
        return None
    framed = np.pad(open_, 1).astype(np.uint8)
    inner = np.asarray(cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1], np.float32)
    ends = [np.array([x0 + s * dx, y0 + s * dy]) for s in (first, last)]
    depth = [_depth(inner, end) for end in ends]
    tip_first = depth[0] > depth[1]
    if min(depth) > canvas.pixels(2 * _WIDEST_MM):
        return None
    tip, sign = (ends[0], -1.0) if tip_first else (ends[1], 1.0)
    return Needle(
        (float(tip[0]), float(tip[1])),
        (sign * dx, sign * dy),
        float(half),
        float(np.median(height[core])),
    )


def _length_ahead(needle: Needle, difference: Image, canvas: Canvas) -> float:
    """How far ahead of its old tip the picture darkens as much as the needle, and not beside it."""
    tip, along = np.array(needle.tip), np.array(needle.along)
    aside = np.array([-along[1], along[0]])
    steps = np.arange(1, canvas.pixels(_FURTHEST_MM))
    line = tip + steps[:, None] * along
    beside = needle.half_px + canvas.pixels(_BESIDE_MM)
    dark = np.mean([_sample(difference, line + k * aside) for k in (-0.5, 0.0, 0.5)], axis=0)
    left, right = (_sample(difference, line + side * beside * aside) for side in (-1, 1))
    reach = _reach(dark > _DENSE_SHARE * needle.height, round(canvas.pixels(_GAP_MM)))
    clear = np.maximum(left, right)[:reach] < _BESIDE_SHARE * needle.height
    # in the middle of a bolus it cannot be told, and need not be; at its far end it must stand alone
    last = round(canvas.pixels(_LEAST_MM))
    return float(reach) if reach >= last and np.mean(clear[-last:]) > 0.5 else 0.0


def _reach(dense: NDArray[np.bool_], gap: int) -> int:
    """Count the steps of the first stretch that is dense, with gaps no longer than `gap`."""
    last = 0
    for step in np.flatnonzero(dense):
        if step - last > gap:
            break
        last = int(step) + 1
    return last


def _pixel(point: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _depth(inner: Image, point: NDArray[np.float64]) -> float:
    x, y = _pixel(point)
    rows, columns = inner.shape
    return float(inner[min(max(y, 0), rows - 1), min(max(x, 0), columns - 1)])


def _sample(image: Image, points: NDArray[np.float64]) -> NDArray[np.float32]:
    xy = points.astype(np.float32)
    values = cv2.remap(image, xy[:, :1], xy[:, 1:], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(values[:, 0], np.float32)
