"""Going on after a halt: the alarm is acknowledged, and the leak as it is then becomes background.

Hardened cement stays where it is, is drawn and measured as before, and raises no alarm again. What grows
beyond it does, as a leak of its own that says which one it renews.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from leakwatch.config.imaging import ResetConfig
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.cement import keep_components
from leakwatch.imaging.filters import Mask, dilate
from leakwatch.imaging.state import CoreState, Reset
from leakwatch.imaging.tracks import Track
from leakwatch.nouns import Frame

_RIM_MM = 1.0  # registration, blur and lag move the edge of what does not grow
_LEAST_MM2 = 1.0  # of renewed growth: slivers along the rim are none
_TOUCH_MM = 1.5


def resets_of(resets: Sequence[ResetConfig], sop_instance_uid: str) -> tuple[ResetConfig, ...]:
    """Select those that are meant for one run."""
    return tuple(one for one in resets if one.sop_instance_uid in (None, sop_instance_uid))


def acknowledge(state: CoreState, frame: Frame) -> CoreState:
    """Apply the resets that are due on this frame, before anything is made of it."""
    due = [one for one in state.waiting if _is_due(one, frame)]
    if not due:
        return state
    seen = state.seen
    alarmed = [] if seen is None else [track for track in seen.tracks if track.alarm_frame is not None]
    state = replace(
        state,
        waiting=tuple(one for one in state.waiting if one not in due),
        resets=(*state.resets, Reset(frame.index, frame.time_s, len(alarmed))),
    )
    if seen is None or not alarmed:
        return state
    halted = tuple(replace(track, acknowledged_frame=frame.index) for track in alarmed)
    return replace(
        state,
        seen=replace(
            seen,
            tracks=tuple(track for track in seen.tracks if track.alarm_frame is None),
            halted=(*seen.halted, *halted),
            hardened=np.logical_or.reduce([seen.hardened, *(track.footprint for track in alarmed)]),
        ),
    )


def without_hardened(cement: Mask, hardened: Mask, canvas: Canvas) -> Mask:
    """Take what has hardened, and its rim, out of a mask of cement; slivers that are left go as well."""
    if not hardened.any():
        return cement
    rest = cement & ~dilate(hardened, canvas.pixels(_RIM_MM))
    return keep_components(rest, rest, _LEAST_MM2 / canvas.pixel_mm**2)


def name_renewed(tracks: Sequence[Track], halted: Sequence[Track], canvas: Canvas) -> tuple[Track, ...]:
    """Note on tracks that touch a hardened leak which one it is."""
    if not halted:
        return tuple(tracks)
    near = [(track.id, dilate(track.footprint, canvas.pixels(_RIM_MM + _TOUCH_MM))) for track in halted]
    return tuple(
        track
        if track.renews is not None
        else replace(track, renews=next((one for one, mask in near if (mask & track.footprint).any()), None))
        for track in tracks
    )


def _is_due(reset: ResetConfig, frame: Frame) -> bool:
    if reset.frame is not None:
        return frame.index >= reset.frame
    return reset.time_s is not None and frame.time_s >= reset.time_s
