"""Going on in a view that an earlier run has looked at: what it learned, by the new run's clock.

The core goes on as after a pause: picture without cement, cement, leaks and an alarm that stands are those of
the earlier run. What belongs to one recording is not taken along: exposure, what was in the way, what was
counted, where a leak was frame by frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging import decision
from leakwatch.imaging.acknowledge import resets_of
from leakwatch.imaging.amount.gauge import make_gauge
from leakwatch.imaging.canvas import (
    UNMOVED,
    Pose,
    affine,
    canvas_from_frame_points,
    frame_from_canvas_points,
    pose_of,
    working_from_canvas,
)
from leakwatch.imaging.drawing import Sketch
from leakwatch.imaging.filters import Mask
from leakwatch.imaging.metal.objects import no_intruders
from leakwatch.imaging.metal.uncovered import Ground
from leakwatch.imaging.motion import MotionState
from leakwatch.imaging.network.network import network_for
from leakwatch.imaging.reference import ReferenceState
from leakwatch.imaging.state import CoreState, Seen, is_outlined, lay_bone, surely_outside
from leakwatch.imaging.tracks import Piece, Track
from leakwatch.nouns import Outline, Region, Run

_SHORTEST_PAUSE_S = 0.1  # starts may be stamped to the second
_SAME_BONE = 0.5
"""Least overlap (intersection over union) of an outline drawn in the new run with the one taken along."""


def leave(state: CoreState) -> CoreState | None:
    """Give what a later run of the same view can take up; None where nothing was learned.

    It holds no network, for OpenCV's cannot be sent to another process.
    """
    seen = state.seen
    if seen is None or seen.judged_from_s is None or not is_outlined(state):
        return None
    return replace(state, network=None)


def take_up(left: CoreState, run: Run, outlines: Sequence[Outline], after_start_s: float) -> CoreState:
    """Prepare for the first frame of a run that goes on from an earlier one.

    Parameters
    ----------
    left
        What the earlier run left.
    outlines
        Those given for `run`; without, those of the earlier run hold.
    after_start_s
        From the earlier run's first frame to that of `run`.

    Returns
    -------
    CoreState
        Whose bone has yet to be found: its pose is that of the earlier run's last frame.

    Raises
    ------
    ValueError
        `left` has seen nothing.
    """
    if left.seen is None:
        msg = "a run that saw nothing leaves nothing to take up"
        raise ValueError(msg)
    return replace(
        left,
        run=run,
        outlines=tuple(outlines) or left.outlines,
        drawn=tuple(None for _ in outlines) or left.drawn,
        network=network_for(left.config.cement.network),
        gauge=make_gauge(run, left.canvas, left.config.amount),
        seen=_seen(left.seen, after_start_s, len(left.times_s)),
        waiting=resets_of(left.config.alarm.resets, run.sop_instance_uid),
        resets=(),
        times_s=(),
        poses=(),
        rest=UNMOVED,
        since=0,
        pause_s=max(after_start_s - left.last_s, _SHORTEST_PAUSE_S),
        laid=False,
    )


def settle(
    state: CoreState, frame: int, given: Sequence[Outline], bone: Mask, anew: CoreState
) -> CoreState | None:
    """Count from the frame just looked at, on which the bone was found where the earlier run had it.

    Outlines that were taken along are laid where the bone is now. The bone of the earlier run holds until the
    last that was given has come.

    Parameters
    ----------
    state
        After that frame alone.
    frame
        Its number.
    given
        Outlines of this run, maybe none.
    bone
        (rows, columns) of the canvas: the bone as the earlier run left it.
    anew
        The core that began anew with this run, after the same frame: it knows where the bone was on the
        frames before.

    Returns
    -------
    CoreState | None
        None where a given outline is of another bone, or was drawn on a frame on which the bone was lost.
    """
    rest = state.poses[-1]
    state = replace(
        state,
        rest=rest,
        since=frame,
        seen=_standing(state.seen, frame),
        times_s=anew.times_s,
        poses=(rest,) * len(anew.times_s),  # of those before nothing is told
    )
    if not given:
        moved = tuple(
            _moved(outline, pose, frame, state)
            for outline, pose in zip(state.outlines, state.drawn, strict=True)
            if pose is not None
        )
        return replace(state, outlines=moved, drawn=(rest,) * len(moved))
    drawn = tuple(
        None if outline.frame > frame or pose is None else _pose_then(pose, anew, state)
        for outline, pose in zip(given, anew.drawn, strict=True)
    )
    known = [pose for pose in drawn if pose is not None]
    if len(known) < sum(outline.frame <= frame for outline in given):
        return None
    state = replace(state, drawn=drawn)
    if len(known) < len(given):
        return replace(state, laid=True)
    mine = lay_bone(given, known, state.canvas)
    if np.count_nonzero(mine & bone) < _SAME_BONE * np.count_nonzero(mine | bone):
        return None
    return replace(
        state, bone=mine, outside_px=surely_outside(mine, given, known, state.canvas, state.config)
    )


def _standing(seen: Seen | None, frame: int) -> Seen | None:
    """Let each leak in alarm be on this frame where it was last seen, until it is seen again."""
    if seen is None:
        return None
    return replace(seen, tracks=_known(seen.tracks, frame), halted=_known(seen.halted, frame))


def _known(tracks: Sequence[Track], frame: int) -> tuple[Track, ...]:
    return tuple(
        replace(track, history=(_piece(track, frame),))
        if track.alarm_frame is not None and not track.history
        else track
        for track in tracks
    )


def _piece(track: Track, frame: int) -> Piece:
    y, x = np.argwhere(track.footprint).mean(axis=0)
    return Piece(frame, int(np.count_nonzero(track.footprint)), (float(x), float(y)))


def _pose_then(pose: Pose, anew: CoreState, state: CoreState) -> Pose:
    """Where the bone was on an earlier frame of this run, given its pose there by `anew`."""
    now = affine(working_from_canvas(anew.canvas, anew.poses[-1]))
    then = affine(working_from_canvas(anew.canvas, pose))
    back = then @ np.linalg.inv(now)
    return pose_of(back @ affine(working_from_canvas(state.canvas, state.rest)), state.canvas)


def _moved(outline: Outline, drawn: Pose, frame: int, state: CoreState) -> Outline:
    def carried(xy_px: NDArray[np.float64]) -> NDArray[np.float64]:
        on_canvas = canvas_from_frame_points(xy_px, state.canvas, drawn)
        return frame_from_canvas_points(on_canvas, state.canvas, state.rest)

    return replace(
        outline,
        sop_instance_uid=state.run.sop_instance_uid,
        frame=frame,
        polygon_xy_px=carried(outline.polygon_xy_px),
        regions=tuple(Region(region.name, carried(region.polygon_xy_px)) for region in outline.regions),
    )


def _seen(seen: Seen, by_s: float, frames: int) -> Seen:
    """Tell times by a clock that starts `by_s` later, and frames by a count that starts `frames` later."""
    return replace(
        seen,
        motion=_motion(seen.motion, by_s),
        reference=_reference(seen.reference, by_s),
        ground=_ground(seen.ground),
        intruders=no_intruders(seen.cement.shape),
        sketch=None if seen.sketch is None else _sketch(seen.sketch, by_s, frames),
        calm=decision.Calm(),
        pools=_tracks(seen.pools, by_s, frames),
        tracks=_tracks(seen.tracks, by_s, frames),
        halted=_tracks(seen.halted, by_s, frames),
        drifts=(),
        watched=None,
        judged_from_s=None if seen.judged_from_s is None else seen.judged_from_s - by_s,
        covered_s=-np.inf,
        shown=None,
        blindness=None,
        amounts=None,
    )


def _motion(motion: MotionState, by_s: float) -> MotionState:
    return replace(
        motion,
        time_s=motion.time_s - by_s,
        start_s=motion.start_s - by_s,
        jump_s=motion.jump_s - by_s,
        lost=0,
    )


def _reference(reference: ReferenceState, by_s: float) -> ReferenceState:
    # what waited in it may hold cement that came at the end, and what comes now may as well
    return replace(reference, parts=(), closed=True, start_s=reference.start_s - by_s)


def _ground(ground: Ground) -> Ground:
    """Watch it anew: nobody saw whether it stayed bare."""
    return replace(ground, since_s=np.full_like(ground.since_s, np.inf), frames=np.zeros_like(ground.frames))


def _sketch(sketch: Sketch, by_s: float, frames: int) -> Sketch:
    return replace(sketch, pools=_tracks(sketch.pools, by_s, frames))


def _tracks(tracks: Sequence[Track], by_s: float, frames: int) -> tuple[Track, ...]:
    """Frames of what happened before are negative; where a track was on them is forgotten."""
    return tuple(
        replace(
            track,
            born_s=track.born_s - by_s,
            alarm_frame=None if track.alarm_frame is None else track.alarm_frame - frames,
            acknowledged_frame=None
            if track.acknowledged_frame is None
            else track.acknowledged_frame - frames,
            history=(),
        )
        for track in tracks
    )
