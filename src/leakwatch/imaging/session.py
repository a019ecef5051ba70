"""One run from its first frame: the bone is found where no outline of it is given, then the core begins.

While the bone is searched for, the core goes on without: its rows decide nothing. From the frame on which the
bone is found another core takes over, which has seen nothing before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.config.imaging import ImagingConfig
from leakwatch.imaging import core
from leakwatch.imaging.bone.search import Search, search_on, start_search
from leakwatch.imaging.state import CoreState
from leakwatch.nouns import Frame, FrameResult, Motion, Outline, Run, RunSummary


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
    """

    core: CoreState
    search: Search | None = None
    before: Motion | None = None
    said: str = ""


def start(run: Run, outlines: Sequence[Outline], config: ImagingConfig) -> Session:
    """Prepare for a run's first frame; `outlines` are those that were given for it, maybe none."""
    begun = core.start(run, outlines, config)
    if outlines or not config.bone.find or run.intensity.subtracted:
        return Session(begun)
    return Session(begun, start_search(run, config.bone, config.canvas.assumed_width_mm))


def step(session: Session, frame: Frame) -> tuple[Session, FrameResult]:
    """Analyse the next frame, as `core.step` does."""
    if session.search is not None:
        session = _search_on(session, session.search, frame)
    state, result = core.step(session.core, frame)
    if session.before is not None and result.motion is not None:
        result = replace(result, motion=after(session.before, result.motion))
    return replace(session, core=state), result


def outlines_of(session: Session) -> tuple[Outline, ...]:
    """Give the bones that are known by now, given or found."""
    return session.core.outlines


def finish(session: Session) -> RunSummary:
    """Say what holds for the whole run."""
    summary = core.finish(session.core)
    said = session.said or (session.search.said if session.search is not None else "")
    return replace(summary, warnings=(*summary.warnings, said)) if said else summary


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
