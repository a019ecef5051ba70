"""Volumes over a run: this frame's, and the largest that each leak had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.imaging.amount.gauge import Gauge
from leakwatch.imaging.amount.measure import Scene, measure_cement, measure_outside
from leakwatch.imaging.amount.primary import signal_of
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, Mask
from leakwatch.imaging.tracks import Track
from leakwatch.nouns import Amount, FrameVolume

_SMOOTHING_MM = 0.5


@dataclass(frozen=True, slots=True)
class Peak:
    """The largest volume that a track had outside the outline, and its share of all cement then."""

    track: int
    volume: Amount
    share: Amount | None


@dataclass(frozen=True, slots=True)
class Amounts:
    """What has been measured so far: the last judged frame, its number, and the leaks' peaks."""

    volume: FrameVolume
    frame: int
    peaks: tuple[Peak, ...] = ()


def measure_frame(
    before: Amounts | None,
    index: int,
    reference: Image,
    added: Image,
    cement: Mask,
    usable: Mask,
    open_: Mask,
    outside_px: Image | None,
    tracks: Sequence[Track],
    gauge: Gauge,
    canvas: Canvas,
    outline_error_mm: float,
) -> Amounts:
    """Measure one judged frame.

    Parameters
    ----------
    reference, added
        Attenuation without cement, and what has been added since, averaged.
    usable
        Where the signal says something of cement; `open_` is where there is signal at all.
    outside_px
        Distance to the outline, None where there is none.
    tracks
        Leaks that alarmed have peaks.
    """
    peaks = () if before is None else before.peaks
    if not cement.any():
        leak = None if outside_px is None else Amount(0.0, 0.0, 0.0)
        return Amounts(FrameVolume(Amount(0.0, 0.0, 0.0), leak), index, peaks)
    signal = signal_of(reference, added, open_, gauge.scatter_px, canvas.pixels(_SMOOTHING_MM))
    scene = Scene(signal, cement, usable, outside_px)
    whole = measure_cement(scene, gauge, canvas)
    leak = measure_outside(scene, cement, gauge, canvas, outline_error_mm)
    for track in tracks:
        if track.alarm_frame is None or not track.seen:
            continue
        own = measure_outside(scene, track.footprint & cement, gauge, canvas, outline_error_mm)
        known = next((peak for peak in peaks if peak.track == track.id), None)
        if own is not None and (known is None or own.value > known.volume.value):
            others = tuple(peak for peak in peaks if peak.track != track.id)
            peaks = (*others, Peak(track.id, own, share_of(own, whole)))
    return Amounts(FrameVolume(whole, leak), index, peaks)


def share_of(part: Amount, whole: Amount) -> Amount | None:
    """Share of the whole that a part is; its error as if those of both had nothing to do with each other."""
    if whole.value <= 0:
        return None
    share = min(part.value / whole.value, 1.0)
    down = np.hypot((part.value - part.low) / whole.value, share * (whole.high / whole.value - 1))
    up = np.hypot((part.high - part.value) / whole.value, share * (1 - whole.low / whole.value))
    return Amount(share, max(share - float(down), 0.0), min(share + float(up), 1.0))
