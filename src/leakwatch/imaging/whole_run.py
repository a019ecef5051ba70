"""What is said of a run as a whole once its last frame has been seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from leakwatch.imaging import limits
from leakwatch.imaging.amount.shadow import cement_shadow
from leakwatch.imaging.amount.whole import run_volume, volume_warning, with_peaks
from leakwatch.imaging.blind import blind_share
from leakwatch.imaging.compartment.look import look_of
from leakwatch.imaging.events import describe_leaks
from leakwatch.imaging.metal.ahead import seen_needles
from leakwatch.imaging.sight import smallest_at_edge, smallest_behind_bolus
from leakwatch.imaging.state import CoreState, Seen, is_outlined
from leakwatch.nouns import Calibration, RunSummary
from leakwatch.nouns.summary import Smallest

_FULL_SIGHT = 0.95
_SUBTRACTED = "the pictures are already subtracted from a mask"
_SHAPED = "the values are shaped for the eye, so contrast does not grow with the depth of cement"


def summarise(state: CoreState) -> RunSummary:
    """Say what holds for the whole run."""
    seen = state.seen
    if seen is None:
        why = _SUBTRACTED if state.run.intensity.subtracted else ""
        return RunSummary((), smallest_reason=why, volume=run_volume(None, state))
    outlines = [
        (outline, pose) for outline, pose in zip(state.outlines, state.drawn, strict=True) if pose is not None
    ]
    times_s = np.array(state.times_s)
    events = describe_leaks(
        (*seen.halted, *seen.tracks),
        times_s,
        state.poses,
        outlines,
        state.canvas,
        state.threshold,
        look_of(state.run, seen.needles),
        seen.needles,
        rest=state.rest,
        since=state.since,
    )
    events = with_peaks(events, (*seen.halted, *seen.tracks), seen.amounts)
    warnings = tuple(_limits_of_sight(state, seen))
    told = RunSummary(
        events,
        seen.noise,
        warnings=warnings,
        volume=run_volume(seen.amounts, state),
        shadow=cement_shadow(state, seen),
        needles=seen_needles(seen.needles, state.canvas, state.rest),
        blind=blind_share(seen.blindness, outlined=is_outlined(state), leak_mm=state.config.limits.leak_mm),
    )
    if state.run.intensity.calibration is Calibration.DISPLAY:
        shaped = Smallest(None, _SHAPED)
        return replace(
            told,
            smallest_reason=_SHAPED,
            smallest_at_edge=shaped,
            smallest_behind_bolus=shaped,
        )
    rim = None
    if is_outlined(state):
        rim = (state.outside_px > 0) & (state.outside_px <= state.canvas.pixels(state.config.limits.leak_mm))
    edge = smallest_at_edge(seen.shown, seen.noise, seen.per_px, rim, seen.metal)
    behind = smallest_behind_bolus(
        seen.shown, seen.noise, seen.per_px, seen.believed & state.bone, seen.metal
    )
    told = replace(
        told,
        smallest_at_edge=_stored(edge, state),
        smallest_behind_bolus=_stored(behind, state),
    )
    blind = told.blind
    if blind and blind.share is not None and blind.share > state.config.limits.warn_share:
        large = (
            f"at {blind.share:.0%} of the outline a leak of {blind.leak_mm:g} mm would not have stood out "
            f"on most of the judged frames, and at {blind.throughout or 0:.0%} on none of them"
        )
        told = replace(told, warnings=(*warnings, large))
    if seen.per_px is None:
        return replace(told, smallest_reason="no cement was seen, whose contrast would give the scale")
    smallest = limits.smallest_sphere_px(seen.noise, seen.per_px) * state.canvas.binning
    return replace(told, smallest_diameter_px=smallest)


def _stored(smallest: Smallest, state: CoreState) -> Smallest:
    """From working pixels to stored ones."""
    if smallest.diameter_px is None:
        return smallest
    return Smallest(smallest.diameter_px * state.canvas.binning)


def _limits_of_sight(state: CoreState, seen: Seen) -> Iterator[str]:
    """Say what this run could not have shown, one sentence each."""
    if seen.judged_from_s is None:
        yield "no frame could be judged: too short, or never steady enough, for a picture without cement"
    elif state.pause_s is not None:
        yield (
            "goes on from an earlier run of this view: cement that was there "
            f"{-seen.judged_from_s:.0f} s before this run began counts as background and is not seen"
        )
    else:
        yield f"cement that was there before {seen.judged_from_s:.1f} s counts as background and is not seen"
    if said := volume_warning(state):
        yield said
    for reset in state.resets:
        if not reset.acknowledged:
            yield f"the reset at {reset.time_s:.1f} s (frame {reset.frame}) met no alarm and changes nothing"
    for late in state.waiting:
        moment = f"frame {late.frame}" if late.time_s is None else f"{late.time_s:g} s"
        yield f"the reset at {moment} lies after the last frame and changes nothing"
    for outline, pose in zip(state.outlines, state.drawn, strict=True):
        if pose is None:
            yield f"the bone was not found on frame {outline.frame}, on which {outline.label!r} was outlined"
    around = state.outside_px <= state.canvas.pixels(state.config.canvas.margin_mm)
    share = 0.0 if seen.watched is None else float(np.mean(seen.watched[around]))
    if state.outlines and share < _FULL_SIGHT:
        reach = state.config.canvas.margin_mm
        yield f"{1 - share:.0%} of what lies within {reach:g} mm of the bone was never in the picture"
