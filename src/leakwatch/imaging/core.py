"""The causal core: one step per frame, from this frame and earlier ones only.

attenuation -> motion -> reference -> evidence -> cement -> leak -> alarm, in one direction. The state is
frozen; a step returns a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import alarm, decision, limits
from leakwatch.imaging.canvas import (
    Canvas,
    Pose,
    bin_down,
    lay_canvas,
    lay_on_canvas,
    mask_on_canvas,
    mask_on_frame,
    motion_from_pose,
    polygon_on_canvas,
)
from leakwatch.imaging.cement import seed_evidence, segment_cement
from leakwatch.imaging.events import describe_leaks
from leakwatch.imaging.evidence import Evidence, remember, weigh
from leakwatch.imaging.filters import Image, Mask, dilate, pixel_noise
from leakwatch.imaging.leak import distance_outside, find_spreads
from leakwatch.imaging.metal import find_metal
from leakwatch.imaging.motion import MotionState, Tracking, split_bands, start_motion, track
from leakwatch.imaging.reference import (
    ReferenceState,
    close_if_due,
    is_ready,
    offset_to,
    refine,
    start_reference,
)
from leakwatch.imaging.tracks import Track, follow
from leakwatch.nouns import Frame, FrameResult, Outline, Reason, Run, RunSummary, State

_CEMENT_RIM_MM = 0.8
INSIDE, OUTSIDE, UNDECIDED = 1, 2, 3
"""Values of the label picture: cement inside the outline, outside it, and without an outline to tell."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the first frame started and every later frame renews."""

    motion: MotionState
    reference: ReferenceState
    metal: Mask
    memory: Image
    cement: Mask
    bright: Mask
    calm: decision.Calm
    tracks: tuple[Track, ...] = ()
    next_track: int = 1
    null: alarm.Null = field(default_factory=alarm.Null)
    noise: float = 0.0
    per_px: float | None = None


@dataclass(frozen=True, slots=True)
class CoreState:
    """Everything the core carries from frame to frame.

    `bone` is the inside of the outlines on the canvas, or the whole canvas without any, and `outside_px` the
    distance to it; `drawn` tells
    whether every outline's own frame has come, before which the bone's place is only presumed; `seen` is
    None before the first frame.
    """

    run: Run
    outlines: tuple[Outline, ...]
    config: ImagingConfig
    canvas: Canvas
    bone: Mask
    outside_px: Image
    drawn: bool
    seen: Seen | None = None
    times_s: tuple[float, ...] = ()
    poses: tuple[Pose, ...] = ()


def start(run: Run, outlines: Sequence[Outline], config: ImagingConfig) -> CoreState:
    """Prepare for a run's first frame; `outlines` are the treated bones of this run, maybe none."""
    canvas = lay_canvas(run, outlines, config.canvas)
    bone = _lay_bone(outlines, [Pose()] * len(outlines), canvas)
    drawn = all(outline.frame == 0 for outline in outlines)
    return CoreState(run, tuple(outlines), config, canvas, bone, distance_outside(bone), drawn)


def step(state: CoreState, frame: Frame) -> tuple[CoreState, FrameResult]:
    """Analyse the next frame.

    Returns
    -------
    state
        To be given with the frame after this one.
    result
        The row of this frame; `latency_ms` is 0, the caller knows the time.
    """
    working = bin_down(frame.attenuation, state.canvas.binning)
    valid = bin_down(frame.valid.astype(np.float32), state.canvas.binning) > 0.99
    noise = pixel_noise(working, valid)
    if state.seen is None:
        return _first(state, frame, working, valid, noise)
    return _next(state, state.seen, frame, working, valid, noise)


def finish(state: CoreState) -> RunSummary:
    """Say what holds for the whole run."""
    seen = state.seen
    if seen is None:
        return RunSummary(events=())
    events = describe_leaks(
        seen.tracks, np.array(state.times_s), state.poses, state.outlines, state.canvas, state.config.alarm
    )
    if seen.per_px is None:
        return RunSummary(events, seen.noise, None, "no cement was seen, whose contrast would give the scale")
    smallest = limits.smallest_sphere_px(seen.noise, seen.per_px) * state.canvas.binning
    return RunSummary(events, seen.noise, smallest)


def _lay_bone(outlines: Sequence[Outline], poses: Sequence[Pose], canvas: Canvas) -> Mask:
    if not outlines:
        return np.ones((canvas.rows, canvas.columns), np.bool_)
    parts = [polygon_on_canvas(o.polygon_xy_px, canvas, p) for o, p in zip(outlines, poses, strict=True)]
    return np.asarray(np.any(parts, axis=0), np.bool_)


def _first(
    state: CoreState, frame: Frame, working: Image, valid: Mask, noise: float
) -> tuple[CoreState, FrameResult]:
    canvas, config = state.canvas, state.config
    picture = lay_on_canvas(working, canvas, Pose())
    bands = split_bands(working, canvas, config.motion)
    nothing = np.zeros(picture.shape, np.bool_)
    seen = Seen(
        motion=start_motion(bands, canvas, noise, frame.time_s),
        reference=start_reference(picture, noise, frame.time_s),
        metal=find_metal(picture, mask_on_canvas(valid, canvas, Pose()), noise, canvas),
        memory=np.zeros_like(picture),
        cement=nothing,
        bright=nothing,
        calm=decision.Calm(),
        noise=noise,
    )
    after = replace(state, seen=seen, times_s=(frame.time_s,), poses=(Pose(),))
    return after, _row(after, seen, frame, Tracking(Pose(), 1.0, True, False), Reason.SETTLING)


def _next(
    state: CoreState, seen: Seen, frame: Frame, working: Image, valid: Mask, noise: float
) -> tuple[CoreState, FrameResult]:
    canvas, config = state.canvas, state.config
    elapsed_s = frame.time_s - state.times_s[-1]
    rim = dilate(seen.cement, canvas.pixels(_CEMENT_RIM_MM)) if seen.cement.any() else seen.cement
    near = state.outside_px <= canvas.pixels(config.motion.surround_mm)
    open_ = mask_on_canvas(valid, canvas, seen.motion.pose)
    bands = split_bands(working, canvas, config.motion)
    usable = near & ~seen.metal & ~rim & open_
    motion, tracking = track(seen.motion, bands, usable, canvas, noise, frame.time_s, config.motion)
    state = _draw(state, frame.index, tracking)
    picture = lay_on_canvas(working, canvas, tracking.pose)
    open_ = mask_on_canvas(valid, canvas, tracking.pose)
    open_ &= state.outside_px <= canvas.pixels(config.canvas.margin_mm)
    background = open_ & ~seen.metal & ~rim
    offset = offset_to(seen.reference, picture, background)
    ready = is_ready(seen.reference, frame.time_s, config.reference)
    reason = decision.before_evidence(
        ready, tracking, _share_open(open_, state.bone), elapsed_s, state.times_s
    )
    seen = replace(seen, motion=motion, noise=seen.noise + 0.05 * (noise - seen.noise))
    if decision.may_learn(reason):
        difference = picture - np.float32(offset) - seen.reference.mean
        if ready:
            memory = remember(seen.memory, difference, elapsed_s, config.evidence)
            evidence = weigh(memory, seen.reference.mean, background, canvas, config.evidence)
            calm, upset = decision.judge_floor(seen.calm, evidence.floor, offset, noise)
            seen = replace(seen, calm=calm)
            if upset is not Reason.NONE:
                reason = upset
            else:
                seen = replace(seen, memory=memory)
                seen = _find_cement(state, seen, evidence, open_, frame, elapsed_s, reason)
        known = bool((seen.cement & state.bone).any())
        reference = close_if_due(seen.reference, frame.time_s, known, config.reference)
        seen = replace(seen, reference=refine(reference, picture, offset, noise))
    after = replace(
        state, seen=seen, times_s=(*state.times_s, frame.time_s), poses=(*state.poses, tracking.pose)
    )
    return after, _row(after, seen, frame, tracking, reason)


def _draw(state: CoreState, index: int, tracking: Tracking) -> CoreState:
    """Lay the outlines anew once the last frame on which one was drawn has come."""
    if state.drawn or index < max(outline.frame for outline in state.outlines) or not tracking.found:
        return state
    poses = [(*state.poses, tracking.pose)[outline.frame] for outline in state.outlines]
    bone = _lay_bone(state.outlines, poses, state.canvas)
    return replace(state, bone=bone, outside_px=distance_outside(bone), drawn=True)


def _share_open(open_: Mask, bone: Mask) -> float:
    return float(np.mean(open_[bone])) if bone.any() else 0.0


def _find_cement(
    state: CoreState,
    seen: Seen,
    evidence: Evidence,
    open_: Mask,
    frame: Frame,
    elapsed_s: float,
    reason: Reason,
) -> Seen:
    """Segment cement and its bright twin, follow what is outside and sum its evidence."""
    canvas, config, bone = state.canvas, state.config, state.bone
    z = evidence.z
    needed = seed_evidence(state.outside_px, canvas, config.cement)
    cement = segment_cement(z, seen.cement, needed, seen.metal, open_, canvas, config.cement)
    seen = replace(seen, cement=cement, per_px=_measure_contrast(seen, evidence, cement & bone))
    if not state.outlines or not state.drawn or reason is not Reason.NONE:
        return seen
    bright = segment_cement(-z, seen.bright, needed, seen.metal, open_, canvas, config.cement)
    contact = canvas.pixels(config.cement.contact_mm)
    _, false_spreads = find_spreads(bright, state.outside_px, contact, canvas, config.leak, config.alarm)
    parts, spreads = find_spreads(cement, state.outside_px, contact, canvas, config.leak, config.alarm)
    worst = max((spread.score for spread in false_spreads), default=0.0)
    null = alarm.remember_null(seen.null, worst, elapsed_s, config.alarm)
    tracks, next_track = follow(seen.tracks, parts, spreads, frame.index, seen.next_track, canvas)
    tracks = alarm.sum_evidence(tracks, null, frame.index, elapsed_s, config.alarm)
    return replace(seen, bright=bright, null=null, tracks=tracks, next_track=next_track)


def _measure_contrast(seen: Seen, evidence: Evidence, bolus: Mask) -> float | None:
    """Attenuation per pixel of depth from the bolus in the bone, once it is large enough to tell."""
    clear = bolus & ~seen.metal
    if np.count_nonzero(clear) < 30:
        return seen.per_px
    peak = float(np.percentile(evidence.contrast[clear], 95))
    return limits.contrast_per_px(peak, float(np.count_nonzero(bolus)))


def _row(state: CoreState, seen: Seen, frame: Frame, tracking: Tracking, reason: Reason) -> FrameResult:
    canvas, shape = state.canvas, (state.run.rows, state.run.columns)
    cement = mask_on_frame(seen.cement, canvas, tracking.pose, shape)
    labels = np.zeros(shape, np.uint8)
    outlined = bool(state.outlines) and state.drawn
    if outlined:
        bone = mask_on_frame(state.bone, canvas, tracking.pose, shape)
        labels[cement] = np.where(bone[cement], INSIDE, OUTSIDE)
    else:
        labels[cement] = UNDECIDED
    verdict, why = decision.decide(seen.tracks, reason, outlined)
    return FrameResult(
        index=frame.index,
        time_s=frame.time_s,
        motion=motion_from_pose(tracking.pose, canvas, tracking.quality) if tracking.found else None,
        cement_area_px=int(np.count_nonzero(cement)),
        leak_area_px=int(np.count_nonzero(labels == OUTSIDE)) if outlined else None,
        state=verdict,
        reason=why,
        evidence=None if verdict is State.NO_DECISION else alarm.leading_evidence(seen.tracks),
        threshold=state.config.alarm.threshold if outlined else None,
        latency_ms=0.0,
        labels=labels,
    )
