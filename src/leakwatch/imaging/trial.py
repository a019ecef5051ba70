"""Is it the same bone? What an earlier run left is tried on the first frames of one that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leakwatch.imaging import core
from leakwatch.imaging.canvas import motion_from_pose
from leakwatch.imaging.field.follow import Followed
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
    """What is tried on each of the first frames, always the same: it must not learn from another bone.

    Attributes
    ----------
    left
        What the earlier run left.
    state
        The core as it would go on from there.
    given
        Outlines of this run, maybe none.
    """

    left: CoreState
    state: CoreState
    given: tuple[Outline, ...]

    @property
    def passed_on(self) -> CoreState:
        """What the earlier run left, by this run's clock and without this run's outlines."""
        return replace(self.state, outlines=self.left.outlines, drawn=self.left.drawn)


@dataclass(frozen=True, slots=True)
class Settled:
    """The bone was found where the earlier run had it.

    Attributes
    ----------
    core
        What goes on with the next frame.
    row
        Of this frame; its motion is that since this frame: none.
    moved_px
        How far the bone lies from where the earlier run saw it last.
    """

    core: CoreState
    row: FrameResult
    moved_px: tuple[float, float]


def start_trial(left: CoreState, run: Run, outlines: Sequence[Outline], after_start_s: float) -> Trial:
    """Prepare for the first frame."""
    return Trial(left, take_up(left, run, outlines, after_start_s), tuple(outlines))


def try_on(trial: Trial, frame: Frame, anew: CoreState, motion: Motion | None) -> Settled | str:
    """Look for the bone on one frame.

    Parameters
    ----------
    anew
        The core that begins anew with this run, after this frame.
    motion
        Of the bone since frame 0 by that core: only where it is known can motion be told from frame 0 on, and
        nothing is settled elsewhere.

    Returns
    -------
    Settled | str
        Or why it is given up; empty where the next frame is to be tried.
    """
    config, before = trial.state.config, trial.state.last_pose
    state, row = core.step(trial.state, frame)
    quality = 0.0 if row.motion is None else row.motion.quality
    if quality >= config.motion.same_quality and (motion is not None or not frame.index):
        settled = settle(state, frame.index, trial.given, trial.state.bone, anew)
        if settled is None:
            return _OTHER_BONE
        rest, binning = settled.rest, settled.canvas.binning
        return Settled(
            settled,
            replace(row, motion=motion_from_pose(rest, settled.canvas, quality, rest)),
            ((rest.dx - before.dx) * binning, (rest.dy - before.dy) * binning),
        )
    if frame.time_s >= config.bone.search_s:
        return f"the bone was not found within {config.motion.search_mm:g} mm of where it was"
    return ""
