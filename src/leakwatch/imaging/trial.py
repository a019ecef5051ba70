"""Is it the same bone? What an earlier run left is tried on the first frames of one that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leakwatch.imaging import core
from leakwatch.imaging.canvas import motion_from_pose
from leakwatch.imaging.field.follow import Followed
from leakwatch.imaging.filters import Mask
from leakwatch.imaging.state import CoreState
from leakwatch.imaging.take_up import settle, take_up
from leakwatch.nouns import Frame, FrameResult, Motion, Outline, Run

NOTHING_LEFT = "it left no bone and no picture without cement to go on from"
TOO_SHORT = "this one ended before the bone was found"
_OTHER_BONE = "this run's own outline is drawn on another bone, or where the bone was lost"


@dataclass(frozen=True, slots=True)
class Left:
    """What a run leaves for a later one of the same view.

    Attributes
    ----------
    core
        What it learned of the bone; None where that was nothing.
    blades
        The collimator, which stays where it is until somebody moves it.
    """

    core: CoreState | None
    blades: Followed


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier run of the same view.

    Attributes
    ----------
    after_start_s, pause_s
        From its first frame, and from its last, to the first frame of the run that follows.
    left
        None where it failed.
    """

    sop_instance_uid: str
    after_start_s: float
    pause_s: float
    left: Left | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What is carried from frame to frame while it is tried.

    Attributes
    ----------
    state
        The core that goes on from the earlier run.
    given
        Outlines of this run, maybe none.
    bone
        (rows, columns) of the canvas: the bone as the earlier run left it.
    settled
        That core, once it has found the bone.
    moved_px
        How far the bone then lay from where the earlier run saw it last.
    refused
        Why it is given up; empty while it is not.
    """

    state: CoreState
    given: tuple[Outline, ...]
    bone: Mask
    settled: CoreState | None = None
    moved_px: tuple[float, float] | None = None
    refused: str = ""


def start_trial(left: CoreState, run: Run, outlines: Sequence[Outline], after_start_s: float) -> Trial:
    """Prepare for the first frame."""
    return Trial(take_up(left, run, outlines, after_start_s), tuple(outlines), left.bone)


def try_on(trial: Trial, frame: Frame, anew: CoreState, motion: Motion | None) -> tuple[Trial, FrameResult]:
    """Look for the bone on one more frame.

    Parameters
    ----------
    anew
        The core that begins anew with this run, after this frame.
    motion
        Of the bone since frame 0 by that core: only where it is known can motion be told from frame 0 on, and
        nothing is settled elsewhere.

    Returns
    -------
    trial
        Whether it is settled, refused, or to be given the next frame.
    result
        The row of this frame if it is settled now, its motion that since this frame: none.
    """
    before = trial.state.seen.motion.pose if trial.state.seen is not None else trial.state.rest
    state, result = core.step(trial.state, frame)
    trial = replace(trial, state=state)
    quality = 0.0 if result.motion is None else result.motion.quality
    if quality >= state.config.motion.same_quality and (motion is not None or not frame.index):
        settled = settle(state, trial.given, trial.bone, anew)
        if settled is None:
            return replace(trial, refused=_OTHER_BONE), result
        rest, canvas = settled.rest, settled.canvas
        moved_px = ((rest.dx - before.dx) * canvas.binning, (rest.dy - before.dy) * canvas.binning)
        result = replace(result, motion=motion_from_pose(rest, canvas, quality, rest))
        return replace(trial, settled=settled, moved_px=moved_px), result
    if frame.time_s >= state.config.bone.search_s:
        reach_mm = state.config.motion.search_mm
        return replace(
            trial, refused=f"the bone was not found within {reach_mm:g} mm of where it was"
        ), result
    return trial, result
