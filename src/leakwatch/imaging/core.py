"""The causal core: one step per frame, from this frame and earlier ones only.

attenuation -> motion -> reference -> evidence -> cement -> leak -> alarm, in one direction. The state is
frozen; a step returns a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
from leakwatch.imaging.credence import LeakModel, load_leak_model, log_odds, threshold_for
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
from leakwatch.imaging.traits import Surroundings, measure, survey
from leakwatch.nouns import Calibration, Frame, FrameResult, Outline, Reason, Run, RunSummary, State

_CEMENT_RIM_MM = 0.8
_FULL_SIGHT = 0.95
_SUBTRACTED = "the pictures are already subtracted from a mask"
_SHAPED = "the values are shaped for the eye, so contrast does not grow with the depth of cement"
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
    calm: decision.Calm
    learned_at: tuple[tuple[float, float], ...]
    bolus_sum: float = 0.0
    tracks: tuple[Track, ...] = ()
    next_track: int = 1
    watched: Mask | None = None
    judged_from_s: float | None = None
    noise: float = 0.0
    per_px: float | None = None


@dataclass(frozen=True, slots=True)
class CoreState:
    """Everything the core carries from frame to frame.

    `bone` is the inside of the outlines on the canvas, or the whole canvas without any, and `outside_px` the
    distance to it; `drawn` holds,
    per outline, the pose on the frame it was drawn on, None until that frame has come and for good if the
    bone was lost there: until all are known the bone's place is only presumed. `seen` is None before the
    first frame.
    """

    run: Run
    outlines: tuple[Outline, ...]
    config: ImagingConfig
    canvas: Canvas
    bone: Mask
    outside_px: Image
    drawn: tuple[Pose | None, ...]
    leak_model: LeakModel
    threshold: float
    seen: Seen | None = None
    times_s: tuple[float, ...] = ()
    poses: tuple[Pose, ...] = ()


def start(run: Run, outlines: Sequence[Outline], config: ImagingConfig) -> CoreState:
    """Prepare for a run's first frame; `outlines` are the treated bones of this run, maybe none."""
    canvas = lay_canvas(run, outlines, config.canvas)
    bone = _lay_bone(outlines, [Pose()] * len(outlines), canvas)
    drawn = tuple(Pose() if outline.frame == 0 else None for outline in outlines)
    outside_px = distance_outside(bone)
    model = load_leak_model()
    threshold = config.alarm.threshold or threshold_for(config.alarm.false_alarms_per_run, model)
    return CoreState(run, tuple(outlines), config, canvas, bone, outside_px, drawn, model, threshold)


def step(state: CoreState, frame: Frame) -> tuple[CoreState, FrameResult]:
    """Analyse the next frame.

    Returns
    -------
    state
        To be given with the frame after this one.
    result
        The row of this frame; `latency_ms` is 0, the caller knows the time.
    """
    if state.run.intensity.subtracted:
        return _blank(state, frame, Reason.SUBTRACTED)
    working = bin_down(frame.attenuation, state.canvas.binning)
    valid = bin_down(frame.valid.astype(np.float32), state.canvas.binning) > 0.99
    noise = pixel_noise(working, valid)
    if state.seen is None:
        open_ = mask_on_canvas(valid, state.canvas, Pose())
        if noise <= 0 or not decision.is_open(_share_open(open_, state)):
            return _blank(state, frame, Reason.DARK)
        return _first(state, frame, working, valid, noise)
    return _next(state, state.seen, frame, working, valid, noise)


def finish(state: CoreState) -> RunSummary:
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


def _lay_bone(outlines: Sequence[Outline], poses: Sequence[Pose], canvas: Canvas) -> Mask:
    if not outlines:
        return np.ones((canvas.rows, canvas.columns), np.bool_)
    parts = [polygon_on_canvas(o.polygon_xy_px, canvas, p) for o, p in zip(outlines, poses, strict=True)]
    return np.asarray(np.any(parts, axis=0), np.bool_)


def _blank(state: CoreState, frame: Frame, reason: Reason) -> tuple[CoreState, FrameResult]:
    """Pass over a frame that shows nothing before the first that does; motion counts from that one."""
    verdict, why = decision.decide((), reason, _is_outlined(state))
    threshold = state.threshold if _is_outlined(state) else None
    labels = np.zeros((state.run.rows, state.run.columns), np.uint8)
    after = replace(state, times_s=(*state.times_s, frame.time_s), poses=(*state.poses, Pose()))
    return after, FrameResult(
        frame.index, frame.time_s, None, None, None, verdict, why, None, threshold, 0.0, labels
    )


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
        calm=decision.Calm(),
        learned_at=((0.0, 0.0),),
        noise=noise,
    )
    times_s, poses = (*state.times_s, frame.time_s), (*state.poses, Pose())
    after = replace(state, seen=seen, times_s=times_s, poses=poses)
    return after, _row(after, seen, frame, Tracking(Pose(), 1.0, True, False), Reason.SETTLING, False)


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
    reason = decision.before_evidence(ready, tracking, _share_open(open_, state), elapsed_s, state.times_s)
    measured = False
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
                measured = True
                seen = replace(
                    seen,
                    memory=memory,
                    watched=open_ if seen.watched is None else seen.watched | open_,
                    judged_from_s=frame.time_s if seen.judged_from_s is None else seen.judged_from_s,
                )
                seen = _find_cement(state, seen, evidence, open_, frame, tracking.pose, elapsed_s, reason)
        known = bool((seen.cement & state.bone).any())
        reference = close_if_due(seen.reference, frame.time_s, known, config.reference)
        seen = replace(seen, reference=refine(reference, picture, offset, noise))
        if not reference.closed:
            seen = replace(seen, learned_at=(*seen.learned_at, (tracking.pose.dx, tracking.pose.dy)))
    after = replace(
        state, seen=seen, times_s=(*state.times_s, frame.time_s), poses=(*state.poses, tracking.pose)
    )
    return after, _row(after, seen, frame, tracking, reason, measured)


def _draw(state: CoreState, index: int, tracking: Tracking) -> CoreState:
    """Note the pose on frames on which an outline was drawn, and lay the bone once all are known."""
    if not tracking.found or all(outline.frame != index for outline in state.outlines):
        return state
    drawn = tuple(
        tracking.pose if outline.frame == index else pose
        for outline, pose in zip(state.outlines, state.drawn, strict=True)
    )
    known = [pose for pose in drawn if pose is not None]
    if len(known) < len(drawn):
        return replace(state, drawn=drawn)
    bone = _lay_bone(state.outlines, known, state.canvas)
    return replace(state, bone=bone, outside_px=distance_outside(bone), drawn=drawn)


def _is_outlined(state: CoreState) -> bool:
    return bool(state.outlines) and None not in state.drawn


def _share_open(open_: Mask, state: CoreState) -> float:
    """How much of the bone and of the rim where leaks begin is in the picture; 1 without an outline."""
    if not state.outlines:
        return 1.0 if open_.mean() > 0.5 else 0.0
    rim = state.outside_px <= state.canvas.pixels(state.config.cement.contact_mm)
    return float(np.mean(open_[rim]))


def _find_cement(
    state: CoreState,
    seen: Seen,
    evidence: Evidence,
    open_: Mask,
    frame: Frame,
    pose: Pose,
    elapsed_s: float,
    reason: Reason,
) -> Seen:
    """Segment cement, follow what is outside and sum its evidence."""
    canvas, config, bone = state.canvas, state.config, state.bone
    z = evidence.z
    needed = seed_evidence(state.outside_px, canvas, config.cement)
    cement = segment_cement(z, seen.cement, needed, seen.metal, open_, canvas, config.cement)
    seen = replace(seen, cement=cement, per_px=_measure_contrast(seen, evidence, cement & bone))
    if not _is_outlined(state) or reason is not Reason.NONE:
        return seen
    parts, spreads = find_spreads(cement, state.outside_px, canvas, config.leak)
    tracks, next_track = follow(
        seen.tracks, parts, spreads, frame.index, frame.time_s, seen.next_track, canvas
    )
    stray_mm = _stray_mm(seen, pose, canvas)
    around = survey(
        evidence, seen.reference.mean, open_, cement, bone, state.outside_px, seen.bolus_sum, stray_mm, canvas
    )
    tracks = tuple(_believe(track, around, frame.time_s, state) for track in tracks)
    tracks = alarm.sum_evidence(tracks, state.threshold, frame.index, elapsed_s, config.alarm)
    bolus_sum = max(seen.bolus_sum, around.bolus_sum)
    return replace(seen, bolus_sum=bolus_sum, tracks=tracks, next_track=next_track)


def _believe(track: Track, around: Surroundings, time_s: float, state: CoreState) -> Track:
    """Weigh what a track looks like on this frame."""
    if not track.seen:
        return track
    uncertainty_mm = state.config.leak.outline_error_mm
    traits = measure(
        track.footprint, around, uncertainty_mm, time_s - track.born_s, track.born_reach_mm, state.canvas
    )
    score = log_odds(traits, state.leak_model)
    return replace(track, score=score, traits=traits, born_reach_mm=traits.born_reach_mm)


def _stray_mm(seen: Seen, pose: Pose, canvas: Canvas) -> float:
    """How far the bone is from the nearest place where it was while the reference was learned."""
    return min(float(np.hypot(pose.dx - x, pose.dy - y)) for x, y in seen.learned_at) * canvas.pixel_mm


def _measure_contrast(seen: Seen, evidence: Evidence, bolus: Mask) -> float | None:
    """Attenuation per pixel of depth from the bolus in the bone, once it is large enough to tell."""
    clear = bolus & ~seen.metal
    if np.count_nonzero(clear) < 30:
        return seen.per_px
    peak = float(np.percentile(evidence.contrast[clear], 95))
    return limits.contrast_per_px(peak, float(np.count_nonzero(bolus)))


def _row(
    state: CoreState, seen: Seen, frame: Frame, tracking: Tracking, reason: Reason, measured: bool
) -> FrameResult:
    canvas, shape = state.canvas, (state.run.rows, state.run.columns)
    outlined = _is_outlined(state)
    believed = _believed_cement(state, seen) if outlined else seen.cement
    cement = mask_on_frame(believed, canvas, tracking.pose, shape) & tracking.found
    labels = np.zeros(shape, np.uint8)
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
        cement_area_px=int(np.count_nonzero(cement)) if measured else None,
        leak_area_px=int(np.count_nonzero(labels == OUTSIDE)) if outlined and measured else None,
        state=verdict,
        reason=why,
        evidence=None if verdict is State.NO_DECISION else alarm.leading_evidence(seen.tracks),
        threshold=state.threshold if outlined else None,
        latency_ms=0.0,
        labels=labels,
    )


def _believed_cement(state: CoreState, seen: Seen) -> Mask:
    """Cement in the bone, and outside it what has evidence on its side or has alarmed."""
    believed = state.bone.copy()
    for one in seen.tracks:
        if one.evidence > 0 or one.alarm_frame is not None:
            believed |= one.footprint
    return seen.cement & believed
