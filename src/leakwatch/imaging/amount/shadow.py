"""The cement's shadow at the end of a run, for another view to say how deep it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.amount.measure import ENOUGH_PX, FILL_MM, RING_MM, WIDEN_MM
from leakwatch.imaging.canvas import frame_from_canvas_points
from leakwatch.imaging.filters import Image, Mask, smooth, smooth_within
from leakwatch.imaging.leak import distance_outside
from leakwatch.imaging.state import CoreState, Seen, drawn, is_outlined
from leakwatch.nouns import CementShadow

_SMOOTHING_MM = 0.5
_BORDER_PX = 2


def cement_shadow(state: CoreState, seen: Seen) -> CementShadow | None:
    """Cut out what the last judged frame shows.

    None without cement or without knowing where the bone is, and where contrast is not attenuation.
    """
    shown = seen.shown
    if shown is None or not is_outlined(state) or not state.run.intensity.proportional:
        return None
    cement, canvas = drawn(seen), state.canvas
    usable = shown.open_ & ~shown.metal
    if not cement.any():
        return None
    contrast = np.where(shown.open_, smooth(shown.added, canvas.pixels(_SMOOTHING_MM)), np.float32(0))
    away = distance_outside(cement)
    near, far = (canvas.pixels(reach) for reach in RING_MM)
    ring = usable & (away >= near) & (away <= far)
    if np.count_nonzero(ring) >= ENOUGH_PX:
        contrast = contrast - np.float32(np.median(contrast[ring]))
    wide = away <= canvas.pixels(WIDEN_MM)
    around = smooth_within(contrast, (wide & usable).astype(np.float32), canvas.pixels(FILL_MM))
    contrast = np.where(wide, np.where(usable, contrast, around), np.float32(0))
    rows, columns = (slice(*_ends(np.asarray(wide.any(axis=axis)))) for axis in (1, 0))
    corner = frame_from_canvas_points(np.array([[columns.start, rows.start]]), canvas, state.rest)[0]
    return CementShadow(
        np.asarray(contrast[rows, columns], np.float32),
        cement[rows, columns].copy(),
        state.bone[rows, columns].copy(),
        (float(corner[0]), float(corner[1])),
        canvas.binning,
        shown.index,
        float(np.mean(~usable[cement])),
        _is_cut(cement, away, shown.in_picture),
    )


def _ends(known: NDArray[np.bool_]) -> tuple[int, int]:
    """First and behind the last of what is True."""
    at = np.flatnonzero(known)
    return int(at[0]), int(at[-1]) + 1


def _is_cut(cement: Mask, away: Image, in_picture: Mask) -> bool:
    inner = np.zeros_like(cement)
    inner[_BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX] = True
    return bool((cement & ~inner).any() or (away <= _BORDER_PX)[~in_picture].any())
