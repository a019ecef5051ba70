"""What is said of a run as a whole once its last frame has been seen."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from leakwatch.imaging import limits
from leakwatch.imaging.events import describe_leaks
from leakwatch.imaging.state import CoreState, Seen
from leakwatch.nouns import Calibration, RunSummary

_FULL_SIGHT = 0.95
_SUBTRACTED = "the pictures are already subtracted from a mask"
_SHAPED = "the values are shaped for the eye, so contrast does not grow with the depth of cement"


def summarise(state: CoreState) -> RunSummary:
    """Say what holds for the whole run."""
    seen = state.seen
    if seen is None:
        return RunSummary((), smallest_reason=_SUBTRACTED if state.run.intensity.subtracted else "")
    outlines = [
        (outline, pose) for outline, pose in zip(state.outlines, state.drawn, strict=True) if pose is not None
    ]
    times_s = np.array(state.times_s)
    events = describe_leaks(seen.tracks, times_s, state.poses, outlines, state.canvas, state.threshold)
    warnings = tuple(_limits_of_sight(state, seen))
    if state.run.intensity.calibration is Calibration.DISPLAY:
        return RunSummary(events, seen.noise, None, _SHAPED, warnings)
    if seen.per_px is None:
        reason = "no cement was seen, whose contrast would give the scale"
        return RunSummary(events, seen.noise, None, reason, warnings)
    smallest = limits.smallest_sphere_px(seen.noise, seen.per_px) * state.canvas.binning
    return RunSummary(events, seen.noise, smallest, warnings=warnings)


def _limits_of_sight(state: CoreState, seen: Seen) -> Iterator[str]:
    """Say what this run could not have shown, one sentence each."""
    if seen.judged_from_s is None:
        yield "no frame could be judged: too short, or never steady enough, for a picture without cement"
    else:
        yield f"cement that was there before {seen.judged_from_s:.1f} s counts as background and is not seen"
    for outline, pose in zip(state.outlines, state.drawn, strict=True):
        if pose is None:
            yield f"the bone was not found on frame {outline.frame}, on which {outline.label!r} was outlined"
    around = state.outside_px <= state.canvas.pixels(state.config.canvas.margin_mm)
    share = 0.0 if seen.watched is None else float(np.mean(seen.watched[around]))
    if state.outlines and share < _FULL_SIGHT:
        reach = state.config.canvas.margin_mm
        yield f"{1 - share:.0%} of what lies within {reach:g} mm of the bone was never in the picture"
