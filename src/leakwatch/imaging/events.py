"""What is said of each leak at the run's end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import UNMOVED, Canvas, Pose, frame_from_canvas_points, polygon_on_canvas
from leakwatch.imaging.compartment.destination import destination_of
from leakwatch.imaging.compartment.look import Look
from leakwatch.imaging.metal.ahead import Needle
from leakwatch.imaging.tracks import Track, in_order_of_alarm
from leakwatch.nouns import LeakEvent, LeakKind, Outline, Region

_ANY_VIEW = Look(None, reason="it is not known how the view looks at the patient")


def describe_leaks(
    tracks: Sequence[Track],
    times_s: NDArray[np.float64],
    poses: Sequence[Pose],
    outlines: Sequence[tuple[Outline, Pose]],
    canvas: Canvas,
    threshold: float,
    look: Look = _ANY_VIEW,
    needles: tuple[Needle, ...] = (),
    rest: Pose = UNMOVED,
    since: int = 0,
) -> tuple[LeakEvent, ...]:
    """Turn the tracks that raised an alarm into events, in order of alarm.

    Alarms on frames before 0 were raised in the run that this one goes on from: their events keep the number
    they have there. What was acknowledged by the first frame on which the bone is found has no event here.

    Parameters
    ----------
    times_s, poses
        Of every frame so far.
    outlines
        The bones, each with the pose on the frame it was drawn on.
    look, needles
        How the view looks at the patient, and the needles of the reference: they tell compartments.
    rest, since
        The bone's pose on the first frame, or on the frame `since` on which it was found again.
    """
    alarmed = in_order_of_alarm(tracks)
    numbers = {track.id: number for number, track in alarmed.items()}
    here = {
        number: _as_seen_here(track, since)
        for number, track in alarmed.items()
        if not _was_settled_before(track, since)
    }
    return tuple(
        replace(
            _describe(number, track, times_s, poses, outlines, canvas, threshold, look, needles, rest),
            renewed_of=numbers.get(track.renews) if track.renews is not None else None,
            continues=_is_before(alarmed[number].alarm_frame),
        )
        for number, track in here.items()
    )


def _is_before(frame: int | None) -> bool:
    return frame is not None and frame < 0


def _was_settled_before(track: Track, since: int) -> bool:
    """Whether an alarm that stood when the run began was acknowledged before a row could say so."""
    return (
        _is_before(track.alarm_frame)
        and track.acknowledged_frame is not None
        and track.acknowledged_frame <= since
    )


def _as_seen_here(track: Track, since: int) -> Track:
    """Let an alarm that stood when the run began begin on frame `since`."""
    return replace(track, alarm_frame=since) if _is_before(track.alarm_frame) else track


def _describe(
    number: int,
    track: Track,
    times_s: NDArray[np.float64],
    poses: Sequence[Pose],
    outlines: Sequence[tuple[Outline, Pose]],
    canvas: Canvas,
    threshold: float,
    look: Look,
    needles: tuple[Needle, ...],
    rest: Pose,
) -> LeakEvent:
    alarm_frame = track.history[0].frame if track.alarm_frame is None else track.alarm_frame
    at_alarm = next((p for p in reversed(track.history) if p.frame <= alarm_frame), track.history[0])
    places = [
        frame_from_canvas_points(np.array([piece.centroid]), canvas, poses[piece.frame])[0]
        for piece in track.history
    ]
    at_rest = frame_from_canvas_points(np.array([piece.centroid for piece in track.history]), canvas, rest)
    place = frame_from_canvas_points(np.array([at_alarm.centroid]), canvas, poses[alarm_frame])[0]
    away = np.array(at_alarm.centroid) - _nearest_centre(at_alarm.centroid, outlines, canvas)
    region = _region_at(at_alarm.centroid, outlines, canvas)
    bones = [(o.site, polygon_on_canvas(o.polygon_xy_px, canvas, drawn)) for o, drawn in outlines]
    went = destination_of(track.footprint, bones, region, look, needles, canvas)
    return LeakEvent(
        id=number,
        kind=LeakKind.EMBOLUS if track.travelled else LeakKind.SPREAD,
        onset_frame=track.history[0].frame,
        onset_time_s=float(times_s[track.history[0].frame]),
        alarm_frame=alarm_frame,
        alarm_time_s=float(times_s[alarm_frame]),
        centroid_xy_px=(float(place[0]), float(place[1])),
        direction_deg=float(np.degrees(np.arctan2(away[1], away[0]))),
        frames=tuple(piece.frame for piece in track.history),
        area_px=tuple(piece.area_px * canvas.binning**2 for piece in track.history),
        centroids_xy_px=tuple((float(x), float(y)) for x, y in places),
        at_rest_xy_px=tuple((float(x), float(y)) for x, y in at_rest),
        region=region,
        compartment=went.compartment.name,
        compartment_reason=went.compartment.reason,
        yeom=went.yeom.name,
        yeom_reason=went.yeom.reason,
        confidence=track.peak / (track.peak + threshold),
        evidence=track.alarm_evidence,
        threshold=threshold,
        acknowledged_frame=track.acknowledged_frame,
        acknowledged_time_s=None
        if track.acknowledged_frame is None
        else float(times_s[track.acknowledged_frame]),
    )


def _region_at(
    centroid: tuple[float, float], outlines: Sequence[tuple[Outline, Pose]], canvas: Canvas
) -> str | None:
    """Name of the first region that holds a canvas point."""
    for outline, drawn in outlines:
        for region in outline.regions:
            if _holds(region, centroid, drawn, canvas):
                return region.name
    return None


def _nearest_centre(
    centroid: tuple[float, float], outlines: Sequence[tuple[Outline, Pose]], canvas: Canvas
) -> NDArray[np.float64]:
    """Canvas (x, y) of the area centre of the bone nearest to a leak."""
    masks = [polygon_on_canvas(outline.polygon_xy_px, canvas, pose) for outline, pose in outlines]
    centres = [np.argwhere(mask).mean(axis=0)[::-1] for mask in masks if mask.any()]
    return min(centres, key=lambda centre: float(np.hypot(*(centre - np.array(centroid)))))


def _holds(region: Region, centroid: tuple[float, float], drawn: Pose, canvas: Canvas) -> bool:
    mask = polygon_on_canvas(region.polygon_xy_px, canvas, drawn)
    column, row = (round(value) for value in centroid)
    return bool(0 <= row < canvas.rows and 0 <= column < canvas.columns and mask[row, column])
