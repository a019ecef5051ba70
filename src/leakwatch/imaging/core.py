"""The causal core: one step per frame, from this frame and earlier ones only.

attenuation -> motion -> reference -> evidence -> cement -> leak -> alarm, in one direction. The state is
frozen; a step returns a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import decision
from leakwatch.imaging.acknowledge import acknowledge, resets_of
from leakwatch.imaging.amount.frame import with_amounts
from leakwatch.imaging.amount.gauge import make_gauge
from leakwatch.imaging.blind import look_round
from leakwatch.imaging.canvas import (
    Pose,
    bin_down,
    lay_canvas,
    lay_on_canvas,
    mask_on_canvas,
)
from leakwatch.imaging.credence import load_leak_model, threshold_for
from leakwatch.imaging.evidence import remember, weigh, weigh_broadly
from leakwatch.imaging.filters import Image, Mask, dilate, pixel_noise
from leakwatch.imaging.metal.ahead import find_needles
from leakwatch.imaging.metal.find import find_metal
from leakwatch.imaging.metal.objects import no_intruders
from leakwatch.imaging.metal.uncovered import start_ground
from leakwatch.imaging.metal.watch import note_cover, watch_objects
from leakwatch.imaging.motion import Tracking, split_bands, start_motion, track
from leakwatch.imaging.network.network import network_for
from leakwatch.imaging.network.trend import no_trend
from leakwatch.imaging.reference import (
    close_if_due,
    is_ready,
    offset_to,
    refine,
    start_reference,
)
from leakwatch.imaging.row import write_blank, write_row
from leakwatch.imaging.sight import Shown
from leakwatch.imaging.spread import find_cement
from leakwatch.imaging.state import CoreState, Seen, is_outlined, lay_bone, share_open, surely_outside
from leakwatch.imaging.whole_run import summarise
from leakwatch.nouns import Calibration, Frame, FrameResult, Outline, Reason, Run, RunSummary

_CEMENT_RIM_MM = 0.8


def start(run: Run, outlines: Sequence[Outline], config: ImagingConfig, at: int = 0) -> CoreState:
    """Prepare for frame `at`, the first that is looked at.

    Parameters
    ----------
    outlines
        The treated bones of this run, maybe none; one that was drawn on frame `at` lies as it was drawn.
    """
    canvas = lay_canvas(run, outlines, config.canvas)
    bone = lay_bone(outlines, [Pose()] * len(outlines), canvas)
    drawn = tuple(Pose() if outline.frame == at else None for outline in outlines)
    outside_px = surely_outside(bone, outlines, [Pose()] * len(outlines), canvas, config)
    model = load_leak_model(config.cement.network)
    threshold = config.alarm.threshold or threshold_for(config.alarm.false_alarms_per_run, model)
    return CoreState(
        run,
        tuple(outlines),
        config,
        canvas,
        bone,
        outside_px,
        drawn,
        network_for(config.cement.network),
        model,
        threshold,
        gauge=make_gauge(run, canvas, config.amount),
        waiting=resets_of(config.alarm.resets, run.sop_instance_uid),
    )


def step(state: CoreState, frame: Frame) -> tuple[CoreState, FrameResult]:
    """Analyse the next frame.

    Returns
    -------
    state
        To be given with the frame after this one.
    result
        The row of this frame; `latency_ms` is 0, the caller knows the time.
    """
    state = acknowledge(state, frame)
    if state.run.intensity.subtracted:
        return write_blank(state, frame, Reason.SUBTRACTED)
    working = bin_down(frame.attenuation, state.canvas.binning)
    valid = bin_down(frame.valid.astype(np.float32), state.canvas.binning) > 0.99
    noise = pixel_noise(working, valid)
    if state.seen is None:
        open_ = mask_on_canvas(valid, state.canvas, Pose())
        if noise <= 0 or not decision.is_open(share_open(open_, state)):
            return write_blank(state, frame, Reason.DARK)
        return _first(state, frame, working, valid, noise)
    return _next(state, state.seen, frame, working, valid, noise)


def finish(state: CoreState) -> RunSummary:
    """Say what holds for the whole run."""
    return summarise(state)


def _first(
    state: CoreState, frame: Frame, working: Image, valid: Mask, noise: float
) -> tuple[CoreState, FrameResult]:
    canvas, config = state.canvas, state.config
    picture = lay_on_canvas(working, canvas, Pose())
    open_ = mask_on_canvas(valid, canvas, Pose())
    bands = split_bands(working, canvas, config.motion)
    nothing = np.zeros(picture.shape, np.bool_)
    metal = find_metal(picture, open_, noise, canvas)
    ground = start_ground(picture, metal, open_, canvas)
    seen = Seen(
        motion=start_motion(bands, canvas, noise, frame.time_s),
        reference=start_reference(picture, open_, noise, frame.time_s),
        metal=metal,
        ground=ground,
        needles=find_needles(metal, ground.height, open_, canvas),
        intruders=no_intruders(picture.shape),
        memory=np.zeros_like(picture),
        slow=np.zeros_like(picture) if config.evidence.broad else None,
        trend=no_trend(picture.shape),
        cement=nothing,
        wide=nothing,
        believed=nothing,
        sketch=None,
        hardened=nothing,
        calm=decision.Calm(),
        learned_at=((0.0, 0.0),),
        noise=noise,
    )
    times_s, poses = (*state.times_s, frame.time_s), (*state.poses, Pose())
    after = replace(state, seen=seen, times_s=times_s, poses=poses)
    return after, write_row(after, seen, frame, Tracking(Pose(), 1.0, True, False), Reason.SETTLING, False)


def _next(
    state: CoreState, seen: Seen, frame: Frame, working: Image, valid: Mask, noise: float
) -> tuple[CoreState, FrameResult]:
    canvas, config = state.canvas, state.config
    elapsed_s = frame.time_s - state.last_s
    rim = dilate(seen.believed, canvas.pixels(_CEMENT_RIM_MM)) if seen.believed.any() else seen.believed
    near = state.outside_px <= canvas.pixels(config.motion.surround_mm)
    open_ = mask_on_canvas(valid, canvas, seen.motion.pose)
    bands = split_bands(working, canvas, config.motion)
    usable = near & ~seen.ground.metal & ~seen.intruders.mask & ~rim & open_
    motion, tracking = track(seen.motion, bands, usable, canvas, noise, frame.time_s, config.motion)
    state = _draw(state, frame.index, tracking)
    picture = lay_on_canvas(working, canvas, tracking.pose)
    shown = mask_on_canvas(valid, canvas, tracking.pose)
    open_ = shown & seen.reference.known
    open_ &= state.outside_px <= canvas.pixels(config.canvas.margin_mm)
    in_picture = open_
    background = open_ & ~seen.metal & ~seen.intruders.mask & ~rim
    offset = offset_to(seen.reference, picture, background)
    ready = is_ready(seen.reference, frame.time_s, config.reference)
    # exposure and blades are new to a run that goes on from another, whatever its picture without cement
    settled = ready and (state.pause_s is None or frame.time_s >= config.reference.min_s)
    reason = decision.before_evidence(settled, tracking, share_open(open_, state), elapsed_s, state.times_s)
    measured = False
    seen = replace(seen, motion=motion)
    if decision.may_learn(reason):
        difference = np.where(open_, picture - np.float32(offset) - seen.reference.mean, np.float32(0))
        if ready:
            seen, difference = watch_objects(state, seen, difference, open_, noise, frame.time_s)
            shown, open_ = shown & ~seen.intruders.mask, open_ & ~seen.intruders.mask
            background &= open_ & ~seen.metal
            difference = np.where(open_, difference, np.float32(0))
            seen, covered = note_cover(state, seen, open_, frame.time_s)
            if covered:
                # what is remembered may hold the object's edge from before it was known as one
                slow = None if seen.slow is None else difference
                reason, seen = Reason.OBJECT, replace(seen, memory=difference, slow=slow)
        if ready and reason is not Reason.OBJECT:
            memory = remember(seen.memory, difference, elapsed_s, config.evidence.memory_s)
            evidence = weigh(memory, seen.reference.mean, background, canvas, config.evidence)
            slow = seen.slow
            if slow is not None:
                slow = remember(slow, difference, elapsed_s, config.evidence.broad_memory_s)
            if slow is not None and is_outlined(state):
                beside = open_ & ~seen.metal
                beside &= state.outside_px > canvas.pixels(config.leak.outline_error_mm)
                broad = weigh_broadly(slow, seen.reference.mean, background, beside, canvas, config.evidence)
                evidence = replace(evidence, broad=broad)
            calm, upset = decision.judge_floor(seen.calm, evidence.floor, offset, noise)
            seen = replace(seen, calm=calm)
            if upset is not Reason.NONE:
                reason = upset
            else:
                measured = True
                seen = replace(
                    seen,
                    memory=memory,
                    slow=slow,
                    noise=noise,
                    shown=Shown(
                        picture,
                        difference,
                        evidence,
                        open_,
                        memory,
                        in_picture,
                        seen.metal,
                        frame.index,
                    ),
                    watched=open_ if seen.watched is None else seen.watched | open_,
                    judged_from_s=frame.time_s if seen.judged_from_s is None else seen.judged_from_s,
                )
                seen = find_cement(state, seen, evidence, open_, frame, tracking.pose, elapsed_s, reason)
                seen = with_amounts(state, seen, frame.index)
                seen = _count_blind(state, seen)
        known = bool((seen.believed & state.bone).any())
        reference = close_if_due(seen.reference, frame.time_s, known, config.reference)
        if reason is not Reason.OBJECT:  # cement that no one looks for must not be learned
            reference = refine(reference, picture, shown, offset, noise, frame.time_s, config.reference)
        # what is remembered are differences to the mean, which has just changed
        if ready:
            moved = reference.mean - seen.reference.mean
            slow = None if seen.slow is None else seen.slow - moved
            seen = replace(seen, memory=seen.memory - moved, slow=slow)
        seen = replace(seen, reference=reference)
        if not reference.closed:
            seen = replace(seen, learned_at=(*seen.learned_at, (tracking.pose.dx, tracking.pose.dy)))
    after = replace(
        state, seen=seen, times_s=(*state.times_s, frame.time_s), poses=(*state.poses, tracking.pose)
    )
    return after, write_row(after, seen, frame, tracking, reason, measured)


def _count_blind(state: CoreState, seen: Seen) -> Seen:
    """Count where along the outline this frame would not have shown a leak."""
    if seen.shown is None or not is_outlined(state):
        return seen
    shaped = state.run.intensity.calibration is Calibration.DISPLAY
    counted = look_round(
        seen.blindness,
        seen.shown,
        seen.noise,
        None if shaped else seen.per_px,  # contrast does not grow with depth there
        state.bone,
        seen.metal,
        state.config.limits.leak_mm,
        state.canvas,
    )
    return replace(seen, blindness=counted)


def _draw(state: CoreState, index: int, tracking: Tracking) -> CoreState:
    """Note the pose on frames on which an outline was drawn, and lay the bone once all are known."""
    if not tracking.found or all(outline.frame != index for outline in state.outlines):
        return state
    drawn = tuple(
        tracking.pose if outline.frame == index and pose is None else pose
        for outline, pose in zip(state.outlines, state.drawn, strict=True)
    )
    known = [pose for pose in drawn if pose is not None]
    if len(known) < len(drawn):
        return replace(state, drawn=drawn)
    bone = lay_bone(state.outlines, known, state.canvas)
    outside_px = surely_outside(bone, state.outlines, known, state.canvas, state.config)
    return replace(state, bone=bone, outside_px=outside_px, drawn=drawn)
