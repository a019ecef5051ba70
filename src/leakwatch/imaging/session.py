"""One run from its first frame: the bone is found where no outline of it is given, then the core begins.

While the bone is searched for, the core goes on without: its rows decide nothing. From the frame on which the
bone is found another core takes over, which has seen nothing before.

Where an earlier run of the same view left what it had learned, that is tried beside it, and takes over from
the frame on which the bone is found where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import core, take_up
from leakwatch.imaging.bone.search import Search, search_on, start_search
from leakwatch.imaging.state import CoreState
from leakwatch.imaging.trial import NOTHING_LEFT, TOO_SHORT, Earlier, Settled, Trial, start_trial, try_on
from leakwatch.nouns import Frame, FrameResult, Motion, Outline, Run, RunSummary, TakenUp


@dataclass(frozen=True, slots=True)
class Session:
    """What is carried from frame to frame.

    Attributes
    ----------
    core
        The core that is at work.
    search
        While the bone is searched for; else None.
    before
        Where the core that was at work before had the bone when this one took over; None if there was none.
    said
        Why no bone was found; empty if it was, or is still searched for, or was not looked for.
    trial
        While it is tried to go on from an earlier run; else None.
    taken_up
        What has become of that; None where there is no earlier run.
    passed_on
        What was tried and given up, by this run's clock; else None.
    """

    core: CoreState
    search: Search | None = None
    before: Motion | None = None
    said: str = ""
    trial: Trial | None = None
    taken_up: TakenUp | None = None
    passed_on: CoreState | None = None


def start(
    run: Run, outlines: Sequence[Outline], config: ImagingConfig, earlier: Earlier | None = None
) -> Session:
    """Prepare for a run's first frame.

    Parameters
    ----------
    outlines
        Those that were given for it, maybe none.
    earlier
        An earlier run of the same view; None where there is none.
    """
    begun = core.start(run, outlines, config)
    search = None
    if not outlines and config.bone.find and not run.intensity.subtracted:
        search = start_search(run, config.bone, config.canvas.assumed_width_mm)
    session = Session(begun, search)
    if earlier is None:
        return session
    begun_after = TakenUp(earlier.sop_instance_uid, earlier.pause_s)
    if earlier.left is None or earlier.left.core is None:
        return replace(session, taken_up=replace(begun_after, reason=NOTHING_LEFT))
    trial = start_trial(earlier.left.core, run, outlines, earlier.after_start_s)
    return replace(session, taken_up=begun_after, trial=trial)


def step(session: Session, frame: Frame) -> tuple[Session, FrameResult]:
    """Analyse the next frame, as `core.step` does."""
    session, result = _step(session, frame)
    if session.trial is None or session.taken_up is None:
        return session, result
    found = try_on(session.trial, frame, session.core, result.motion)
    if isinstance(found, Settled):
        taken_up = replace(session.taken_up, frame=frame.index, moved_px=found.moved_px)
        before = result.motion if frame.index else None
        return Session(found.core, before=before, taken_up=taken_up), _since_first(before, found.row)
    if found:
        taken_up = replace(session.taken_up, reason=found)
        return replace(session, trial=None, passed_on=session.trial.passed_on, taken_up=taken_up), result
    return session, result


def leave(session: Session) -> CoreState | None:
    """Give what a later run of the same view can go on from; None where nothing was learned.

    What a run could not go on from, and learned nothing beside, it passes on.
    """
    passed_on = session.passed_on if session.trial is None else session.trial.passed_on
    return take_up.leave(session.core) or (None if passed_on is None else take_up.leave(passed_on))


def _step(session: Session, frame: Frame) -> tuple[Session, FrameResult]:
    if session.search is not None:
        session = _search_on(session, session.search, frame)
    state, result = core.step(session.core, frame)
    return replace(session, core=state), _since_first(session.before, result)


def _since_first(before: Motion | None, result: FrameResult) -> FrameResult:
    """Tell motion from frame 0, given the bone's up to where the core took over."""
    if before is None or result.motion is None:
        return result
    return replace(result, motion=after(before, result.motion))


def outlines_of(session: Session) -> tuple[Outline, ...]:
    """Give the bones that are known by now, given or found."""
    return session.core.outlines


def finish(session: Session) -> RunSummary:
    """Say what holds for the whole run."""
    summary = core.finish(session.core)
    said = session.said or (session.search.said if session.search is not None else "")
    warnings = (*summary.warnings, *filter(None, (said, _not_taken_up(session.taken_up))))
    return replace(summary, warnings=warnings, taken_up=session.taken_up)


def _not_taken_up(taken_up: TakenUp | None) -> str:
    if taken_up is None or taken_up.frame is not None:
        return ""
    why = taken_up.reason or TOO_SHORT
    return (
        f"begins anew, though an earlier run looked from the same side {taken_up.pause_s:.0f} s before: {why}"
    )


def after(first: Motion, then: Motion) -> Motion:
    """Join two motions: the bone's up to a frame, and from that frame on about a pivot of its own.

    Raises
    ------
    ValueError
        A motion does not say what it turns about.
    """
    if first.pivot_xy_px is None or then.pivot_xy_px is None:
        msg = "motions without a pivot cannot be joined"
        raise ValueError(msg)
    # where on frame 0 lay what the second motion turns about?
    pivot = _turned(
        np.subtract(then.pivot_xy_px, first.pivot_xy_px) - (first.dx_px, first.dy_px), -first.rotation_deg
    ) + np.array(first.pivot_xy_px)
    dx, dy = np.add(then.pivot_xy_px, (then.dx_px, then.dy_px)) - pivot
    return Motion(
        float(dx),
        float(dy),
        first.rotation_deg + then.rotation_deg,
        then.quality,
        (float(pivot[0]), float(pivot[1])),
    )


def _search_on(session: Session, search: Search, frame: Frame) -> Session:
    """Search on a frame more; once the bone is found, let a core that knows it take over."""
    search = search_on(search, frame)
    if search.found is None:
        if frame.time_s >= search.config.search_s:
            return replace(session, search=None, said=f"no bone was found: {search.said}")
        return replace(session, search=search)
    old = session.core
    begun = core.start(old.run, (search.found,), old.config, at=frame.index)
    begun = replace(begun, times_s=old.times_s, poses=old.poses, waiting=old.waiting, resets=old.resets)
    before = core.step(old, frame)[1].motion if frame.index else None
    return replace(session, core=begun, search=None, before=before)


def _turned(vector: NDArray[np.float64], angle_deg: float) -> NDArray[np.float64]:
    """Turn (x, y) clockwise as seen: y points down."""
    angle = np.deg2rad(angle_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.asarray(turn @ vector, np.float64)
