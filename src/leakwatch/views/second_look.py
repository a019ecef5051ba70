"""What the other plane says of a leak that only one of two simultaneous views saw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry.epipolar import epipolar_xy_px
from leakwatch.nouns import AnalysedRun, LeakEvent, Run, State

_REACH_MM = 150.0
"""Half the length of ray that is looked along: more than a patient is thick from the isocentre."""
_TIMES_SMALLEST = 2.0
"""A leak this many times as wide as the smallest that shows is sure to show."""


class Verdict(StrEnum):
    """What two views say of one leak.

    ``confirmed``: both saw it. ``contradicted``: the other view shows every place where it could be, and
    nothing there. ``not_visible``: the other view could not have shown it, or may not have; it says nothing.
    """

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NOT_VISIBLE = "not_visible"


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What the other view says, and why.

    Attributes
    ----------
    reason
        Empty where it is confirmed.
    line_xy_px
        Both ends of where it could be in the other view, x = column, y = row; None where that is not known.
    """

    verdict: Verdict
    reason: str = ""
    line_xy_px: tuple[tuple[float, float], tuple[float, float]] | None = None


def look_again(
    event: LeakEvent, seen_by: AnalysedRun, other: AnalysedRun, behind_s: float, config: ViewsConfig
) -> SecondLook:
    """Look along the epipolar line of a leak in the view that did not see it.

    It is contradicted only if all of the line within `config.leak_reach_mm` of the bone lies in the open
    picture and at least `config.line_guard_mm` off the outline, and every frame for `config.second_look_s`
    after the alarm was clear, and the leak is twice as wide as what that view can just show.

    Parameters
    ----------
    behind_s
        What to take from a time of `seen_by` to have it on the clock of `other`.
    """
    line = _line(event, seen_by.run, other, config)
    if isinstance(line, str):
        return SecondLook(Verdict.NOT_VISIBLE, line)
    reason = (
        _began_with_it(seen_by, other)
        or _unseen(line, other, config)
        or _undecided(event.alarm_time_s - behind_s, other, config)
        or _too_small(event, seen_by.run, other)
    )
    if reason:
        return SecondLook(Verdict.NOT_VISIBLE, reason, line.ends)
    return SecondLook(
        Verdict.CONTRADICTED, "wherever it could be, the other view is clear and would show it", line.ends
    )


def look_after_swing(event: LeakEvent, seen_by: Run, after: AnalysedRun, config: ViewsConfig) -> SecondLook:
    """Say where in the view after a swing a leak must be that was seen before it.

    That view begins with the leak in it and takes it for background, unless it goes on from an earlier run.
    It neither confirms nor contradicts.
    """
    line = _line(event, seen_by, after, config)
    if isinstance(line, str):
        return SecondLook(Verdict.NOT_VISIBLE, line)
    reason = (
        "the next view goes on from one before the leak: whether it shows it, its own leaks say"
        if after.summary.goes_on_from
        else "the next view begins with it, and takes what is there for background"
    )
    return SecondLook(Verdict.NOT_VISIBLE, reason, line.ends)


@dataclass(frozen=True, slots=True)
class _Line:
    """Where a leak could be in the other view: (n, 2) pixels, and (n,) mm off its bones."""

    points_xy_px: NDArray[np.float64]
    off_mm: NDArray[np.float64]

    @property
    def ends(self) -> tuple[tuple[float, float], tuple[float, float]]:
        return _point(self.points_xy_px[0]), _point(self.points_xy_px[-1])


def _line(event: LeakEvent, first: Run, other: AnalysedRun, config: ViewsConfig) -> _Line | str:
    """Find where a leak could be in the other view, or why that is not known."""
    second = other.run
    try:
        points = epipolar_xy_px(
            event.centroid_xy_px,
            first.geometry,
            (first.rows, first.columns),
            second.geometry,
            (second.rows, second.columns),
            _REACH_MM,
        )
    except ValueError as error:
        return str(error)
    if not other.outlines:
        return "the other view has no outline, so where its bone is it cannot say"
    off_mm = _off_bones_mm(points, other)
    near = off_mm <= config.leak_reach_mm
    if not near.any():
        return (
            f"its line passes the other view's bone by more than {config.leak_reach_mm:g} mm: the stated "
            "angles and distances of the two cannot both be right"
        )
    return _Line(points[near], off_mm[near])


def _off_bones_mm(points_xy_px: NDArray[np.float64], view: AnalysedRun) -> NDArray[np.float64]:
    """Distance of (n, 2) points from the nearest outline, mm at the isocentre; negative inside."""
    row_mm, column_mm = view.run.geometry.pixel_mm or (1.0, 1.0)
    scale = np.array([column_mm, row_mm])
    bones = [(outline.polygon_xy_px * scale).astype(np.float32) for outline in view.outlines]
    return np.array(
        [
            min(-cv2.pointPolygonTest(bone, (float(x), float(y)), measureDist=True) for bone in bones)
            for x, y in points_xy_px * scale
        ]
    )


def _unseen(line: _Line, view: AnalysedRun, config: ViewsConfig) -> str:
    """Why the view may not show all of these places; empty if it does."""
    run = view.run
    if line.off_mm.min() < config.line_guard_mm:
        return "in the other view it may lie before or behind the bone"
    columns, rows = np.rint(line.points_xy_px).astype(int).T
    inside = (columns >= 0) & (columns < run.columns) & (rows >= 0) & (rows < run.rows)
    if not inside.all():
        return "in the other view it may lie outside the picture"
    covers = [cover for cover in (view.field.first, view.field.last) if cover is not None]
    if any(cover.picture > 0 or cover.text > 0 for cover in covers):
        return "part of the other view's picture is covered"
    if run.shutter is not None and run.shutter[rows, columns].any():
        return "in the other view it may lie under the shutter"
    return ""


def _began_with_it(seen_by: AnalysedRun, other: AnalysedRun) -> str:
    """Why the leak may be background to the other view; empty if it is not."""
    if seen_by.summary.goes_on_from is None or other.summary.goes_on_from is not None:
        return ""
    return "the other view began anew, and may have taken for background what came in the pause"


def _undecided(alarm_s: float, view: AnalysedRun, config: ViewsConfig) -> str:
    """Why the view's frames from `alarm_s` on, on its own clock, do not speak; empty if all are clear."""
    times_s = view.run.times_s[: len(view.states)]
    at = np.flatnonzero((times_s >= alarm_s) & (times_s <= alarm_s + config.second_look_s))
    if not len(at) or times_s[-1] < alarm_s + config.second_look_s:
        return f"the other view was not running for {config.second_look_s:g} s from the alarm on"
    said = {view.states[frame] for frame in at}
    if State.NO_DECISION in said:
        return "the other view was undecided"
    if State.ALARM in said:
        return "the other view shows a leak as well, but not on the same line"
    return "evidence was gathering in the other view" if State.WATCH in said else ""


def _too_small(event: LeakEvent, run: Run, view: AnalysedRun) -> str:
    """Why the leak may be too small for the other view; empty if it is not."""
    if run.geometry.pixel_mm is None or view.run.geometry.pixel_mm is None:
        return "without the size of a pixel, sizes of two views cannot be compared"
    smallest = view.summary.smallest_at_edge
    if smallest is None or smallest.diameter_px is None:
        return "how small a leak the other view can show is not known"
    area_px = max(
        (area for frame, area in zip(event.frames, event.area_px, strict=True) if frame <= event.alarm_frame),
        default=0,
    )
    wide_mm = 2.0 * np.sqrt(area_px * np.prod(run.geometry.pixel_mm) / np.pi)
    shown_mm = smallest.diameter_px * np.sqrt(np.prod(view.run.geometry.pixel_mm))
    if wide_mm < _TIMES_SMALLEST * shown_mm:
        return f"at {wide_mm:.1f} mm it is too small to be sure to show in the other view ({shown_mm:.1f} mm)"
    return ""


def _point(xy: NDArray[np.float64]) -> tuple[float, float]:
    return float(xy[0]), float(xy[1])
