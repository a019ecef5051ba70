"""Volume of the cement of one frame, and by how much it may be off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.amount.curve import Curve
from leakwatch.imaging.amount.fluctuation import sum_spread
from leakwatch.imaging.amount.gauge import Gauge
from leakwatch.imaging.amount.primary import Signal
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Mask, smooth_within
from leakwatch.imaging.leak import distance_outside
from leakwatch.nouns import Amount

WIDEN_MM = 1.0  # blur and smoothing carry the edge out so far
RING_MM = (2.0, 6.0)
FILL_MM = 1.5
_FILL_ERROR = 0.5  # of what was filled in
ENOUGH_PX = 30
_TWO_SIDED_95 = 1.96


@dataclass(frozen=True, slots=True)
class Scene:
    """Where what is, on the canvas, each (rows, columns).

    Attributes
    ----------
    signal
        Intensity before and now.
    cement
        All believed cement.
    usable
        Where the signal says something of cement: open, no metal, no object in front.
    outside_px
        Distance to the outline, 0 inside; None without one.
    """

    signal: Signal
    cement: Mask
    usable: Mask
    outside_px: NDArray[np.float32] | None


def measure_cement(scene: Scene, gauge: Gauge, canvas: Canvas) -> Amount:
    """Measure all cement, µl."""
    return _measure(scene, scene.cement, gauge, canvas, None, 0.0)


def measure_outside(
    scene: Scene, piece: Mask, gauge: Gauge, canvas: Canvas, outline_error_mm: float
) -> Amount | None:
    """Measure what of a piece of cement lies outside the outline, µl; None without an outline.

    How far the outline may be off is part of the interval.
    """
    if scene.outside_px is None:
        return None
    outside = piece & (scene.outside_px > 0)
    return _measure(scene, outside, gauge, canvas, scene.outside_px, canvas.pixels(outline_error_mm))


def _measure(
    scene: Scene,
    piece: Mask,
    gauge: Gauge,
    canvas: Canvas,
    outside_px: NDArray[np.float32] | None,
    outline_error_px: float,
) -> Amount:
    if not piece.any():
        return Amount(0.0, 0.0, 0.0)
    away = distance_outside(piece)
    wide = away <= canvas.pixels(WIDEN_MM)
    if outside_px is not None:
        wide &= outside_px > 0
    near, far = (canvas.pixels(reach) for reach in RING_MM)
    clear = scene.usable & (distance_outside(scene.cement) >= near)
    ring = clear & (away >= near) & (away <= far)
    place = wide & scene.usable
    if not place.any():
        return Amount(0.0, 0.0, 0.0)

    def thickness(scatter: float, curve: Curve) -> NDArray[np.float64]:
        level = 0.0
        if np.count_nonzero(ring) >= ENOUGH_PX:
            level = float(np.median(scene.signal.contrast(scatter, ring)))
        return curve.thickness_of(scene.signal.contrast(scatter, place) - level)

    likely = thickness(gauge.scatter, gauge.curve)
    seen = float(likely.sum())
    filled = _filled(likely, place, wide, canvas)
    ratio = 1.0 if seen <= 0 else 1 + filled / seen
    volume = (seen + filled) * gauge.pixel_mm2
    up, down = [], []
    for scatter, curve in (
        (gauge.scatter_low, gauge.curve),
        (gauge.scatter_high, gauge.curve),
        (gauge.scatter, gauge.lean),
        (gauge.scatter, gauge.stout),
    ):
        change = float(thickness(scatter, curve).sum()) * ratio * gauge.pixel_mm2 - volume
        up.append(max(change, 0.0))
        down.append(max(-change, 0.0))
    both = [
        abs(volume) * gauge.depth_share,
        abs(filled) * gauge.pixel_mm2 * _FILL_ERROR,
        _noise(scene, place, clear, gauge, far) * ratio,
    ]
    if outside_px is not None:
        rim = outside_px[place] <= outline_error_px
        both.append(abs(float(likely[rim].sum())) * gauge.pixel_mm2)
    return Amount(
        max(volume, 0.0),
        max(volume - float(np.hypot.reduce([*down, *both])), 0.0),
        max(volume + float(np.hypot.reduce([*up, *both])), 0.0),
    )


def _noise(scene: Scene, place: Mask, clear: Mask, gauge: Gauge, far_px: float) -> float:
    """Half of the 95 % interval that noise and moving tissue alone would give the sum, µl.

    Measured where there is no cement; behind cement fewer photons arrive, and scatter is more of them.
    """
    contrast = scene.signal.contrast(gauge.scatter)
    count = int(np.count_nonzero(place))
    spread = sum_spread(contrast, clear, count, far_px)
    left = scene.signal.now[place] / scene.signal.before[place]
    worse = float(np.sqrt(np.mean(left * np.exp(2 * np.clip(contrast[place], 0, None)))))
    per_contrast = float(gauge.curve.thickness_mm[4] / gauge.curve.contrast[4])
    return _TWO_SIDED_95 * spread * count * worse * per_contrast * gauge.pixel_mm2


def _filled(thickness: NDArray[np.float64], place: Mask, wide: Mask, canvas: Canvas) -> float:
    """Sum of thickness, from that around it, where metal or a cover hides what is there."""
    hidden = wide & ~place
    if not hidden.any():
        return 0.0
    known = np.zeros(place.shape, np.float32)
    known[place] = thickness
    spread = smooth_within(known, place.astype(np.float32), canvas.pixels(FILL_MM))
    return float(spread[hidden].sum())
