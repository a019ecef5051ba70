"""The cement's shadow at the end of a run, for another view to say how deep it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.amount.measure import distance_to
from leakwatch.imaging.canvas import Pose, frame_from_canvas_points
from leakwatch.imaging.filters import Mask, smooth, smooth_within
from leakwatch.imaging.state import CoreState, Seen, drawn
from leakwatch.nouns import CementShadow

_SMOOTHING_MM = 0.5
_WIDEN_MM = 1.0
"""Blur and smoothing carry the edge out so far."""
_RING_MM = (2.0, 6.0)
_FILL_MM = 1.5
_BORDER_PX = 2
_ENOUGH_PX = 30


def cement_shadow(state: CoreState, seen: Seen) -> CementShadow | None:
    """Cut out what the last judged frame shows; None without cement, or where contrast is not attenuation."""
    if seen.shown is None or not state.run.intensity.proportional:
        return None
    cement = drawn(seen)
    if not cement.any():
        return None
    canvas, open_ = state.canvas, seen.shown.open_
    usable = open_ & ~seen.metal & ~seen.intruders.mask
    contrast = np.where(open_, smooth(seen.memory, canvas.pixels(_SMOOTHING_MM)), np.float32(0))
    away = distance_to(cement)
    near, far = (canvas.pixels(reach) for reach in _RING_MM)
    ring = usable & (away >= near) & (away <= far)
    if np.count_nonzero(ring) >= _ENOUGH_PX:
        contrast = contrast - np.float32(np.median(contrast[ring]))
    wide = away <= canvas.pixels(_WIDEN_MM)
    around = smooth_within(contrast, (wide & usable).astype(np.float32), canvas.pixels(_FILL_MM))
    contrast = np.where(wide, np.where(usable, contrast, around), np.float32(0))
    rows, columns = (slice(*_ends(np.asarray(wide.any(axis=axis)))) for axis in (1, 0))
    corner = frame_from_canvas_points(np.array([[columns.start, rows.start]]), canvas, Pose())[0]
    return CementShadow(
        np.asarray(contrast[rows, columns], np.float32),
        cement[rows, columns].copy(),
        state.bone[rows, columns].copy(),
        (float(corner[0]), float(corner[1])),
        canvas.binning,
        seen.shown.index,
        float(np.mean(~usable[cement])),
        _is_cut(cement, open_),
    )


def _ends(known: NDArray[np.bool_]) -> tuple[int, int]:
    """First and behind the last of what is True."""
    at = np.flatnonzero(known)
    return int(at[0]), int(at[-1]) + 1


def _is_cut(cement: Mask, open_: Mask) -> bool:
    inner = np.zeros_like(cement)
    inner[_BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX] = True
    return bool((cement & ~inner).any() or (distance_to(cement) <= _BORDER_PX)[~open_].any())
