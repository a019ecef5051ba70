"""Detached pieces outside the bone, followed by where they are going, and told when one travels as a whole.

Tracks (`tracks`) follow pieces by overlap, which suits what grows. A piece that blood carries off may lie
where nothing was a frame ago; it keeps its summed contrast and its way instead. So a piece is looked for
where it was going, as far as blood could have carried it, and only among pieces of like contrast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import Canvas, Pose, frame_from_canvas_points
from leakwatch.imaging.filters import Image, Mask
from leakwatch.imaging.leak import Spread
from leakwatch.nouns import Frame

FASTEST_MM_S = 60.0
"""Blood in a large vein carries a piece no faster than about this."""
_ALIKE = 2.0  # a piece keeps its summed contrast within this factor from sight to sight
_SLACK_MM = 1.0  # of a centroid: noise, and the trail that averaging leaves
_TURN = 0.5  # a prediction may be off by this share of the step
_LOST_S = 0.35  # a piece not seen for so long is given up
_WINDOW_S = 1.0  # it is judged by its way in the last second
_LEAST_SIGHTS = 3
_LEAST_MM2 = 1.0  # what is smaller is mostly noise
_LEAST_MM_S = 4.0
_STRAIGHT = 0.8  # net way over the sum of its steps
_STEADY = 2.5  # largest over smallest summed contrast on the way
_LEFT = 0.5  # at most this share of where it was may still be covered


@dataclass(frozen=True, slots=True)
class Sight:
    """A detached piece on one judged frame.

    Attributes
    ----------
    footprint
        (rows, columns) bool on the canvas.
    centroid
        Canvas (x, y): where it is by the bone.
    on_detector
        Frame (x, y), stored pixels: where it is in the picture.
    mass
        Summed contrast, attenuation x working pixels.
    """

    frame: int
    time_s: float
    footprint: Mask
    centroid: tuple[float, float]
    on_detector: tuple[float, float]
    area_px: int
    mass: float


@dataclass(frozen=True, slots=True)
class Drift:
    """A detached piece that may be on its way.

    Attributes
    ----------
    sights
        Of the last second, oldest first.
    way
        (frame, canvas (x, y)) of all its sights.
    told_frame
        When it was first told to travel, or None.
    """

    id: int
    sights: tuple[Sight, ...]
    way: tuple[tuple[int, tuple[float, float]], ...] = ()
    told_frame: int | None = None


def follow_drifts(
    drifts: Sequence[Drift],
    parts: NDArray[np.int32],
    pieces: Sequence[Spread],
    contrast: Image,
    frame: Frame,
    pose: Pose,
    next_id: int,
    canvas: Canvas,
) -> tuple[tuple[Drift, ...], int]:
    """Follow the pieces outside the bone on one frame; what travels is kept for the run's end.

    Parameters
    ----------
    parts, pieces
        From `leak.find_spreads`.
    contrast
        (rows, columns) attenuation.
    pose
        Of the bone on this frame.

    Returns
    -------
    drifts
        Those that were told to travel and are out of sight, then those that may be on their way.
    next_id
        First number not used yet.
    """
    sights = []
    for piece in pieces:
        if piece.area_px < _LEAST_MM2 / canvas.pixel_mm**2:
            continue
        footprint = parts == piece.part
        mass = float(contrast[footprint].sum())
        if mass > 0:
            x, y = frame_from_canvas_points(np.array([piece.centroid]), canvas, pose)[0]
            place = (float(x), float(y))
            sights.append(
                Sight(frame.index, frame.time_s, footprint, piece.centroid, place, piece.area_px, mass)
            )
    alive = [one for one in drifts if frame.time_s - one.sights[-1].time_s <= _LOST_S]
    still = {one.id for one in alive}
    past = [one for one in drifts if one.told_frame is not None and one.id not in still]
    followed, next_id = associate(alive, sights, next_id, canvas)
    told = [
        replace(one, told_frame=frame.index) if one.told_frame is None and travels(one, canvas) else one
        for one in followed
    ]
    return (*past, *told), next_id


def associate(
    drifts: Sequence[Drift], pieces: Sequence[Sight], next_id: int, canvas: Canvas
) -> tuple[tuple[Drift, ...], int]:
    """Give every piece to the drift that was to come there, or to a new one; each to one at most.

    Of all pairs that are possible the nearest go first, so that the order of pieces decides nothing.

    Returns
    -------
    drifts
        Those that were, then new ones.
    next_id
        First number not used yet.
    """
    pairs = [
        (miss, drift.id, number)
        for drift in drifts
        for number, piece in enumerate(pieces)
        if (miss := _miss_px(drift, piece, canvas)) is not None
    ]
    taken: dict[int, int] = {}
    for _, drift_id, number in sorted(pairs):
        if drift_id not in taken and number not in taken.values():
            taken[drift_id] = number
    kept = [_with_sight(drift, pieces[taken[drift.id]]) if drift.id in taken else drift for drift in drifts]
    new = [piece for number, piece in enumerate(pieces) if number not in taken.values()]
    born = [_with_sight(Drift(next_id + k, ()), piece) for k, piece in enumerate(new)]
    return (*kept, *born), next_id + len(born)


def travels(drift: Drift, canvas: Canvas) -> bool:
    """Whether a piece has gone on its way as a whole: fast, straight, unchanged, and gone from where it was.

    The reach of a growing strand moves as well, but leaves cement behind it. What lies on the detector moves
    by the bone when the table does, what lies on the table moves in the picture: a piece that travels does
    both. Asked of the sights of the last second, three at least; it must have come as far as it is long.
    """
    sights = drift.sights
    if len(sights) < _LEAST_SIGHTS:
        return False
    by_bone = np.array([one.centroid for one in sights]) * canvas.pixel_mm
    in_picture = np.array([one.on_detector for one in sights]) * canvas.pixel_mm / canvas.binning
    seconds = sights[-1].time_s - sights[0].time_s
    masses = [one.mass for one in sights]
    size_mm = float(np.sqrt(4 / np.pi * min(one.area_px for one in sights))) * canvas.pixel_mm
    first, last = sights[0].footprint, sights[-1].footprint
    return bool(
        all(_goes(places, seconds, size_mm) for places in (by_bone, in_picture))
        and max(masses) <= _STEADY * min(masses)
        and np.count_nonzero(first & last) <= _LEFT * np.count_nonzero(first)
    )


def _goes(places_mm: NDArray[np.float64], seconds: float, size_mm: float) -> bool:
    """Whether places, (n, 2), are those of something that goes its way."""
    net_mm = float(np.hypot(*(places_mm[-1] - places_mm[0])))
    way_mm = float(np.hypot(*np.diff(places_mm, axis=0).T).sum())
    far = max(size_mm, 2 * _SLACK_MM, _LEAST_MM_S * seconds)
    return net_mm >= far and net_mm >= _STRAIGHT * way_mm


def _miss_px(drift: Drift, piece: Sight, canvas: Canvas) -> float | None:
    """How far a piece is from where a drift was to come, working pixels; None where it cannot be it."""
    last = drift.sights[-1]
    elapsed_s = piece.time_s - last.time_s
    if not last.mass / _ALIKE <= piece.mass <= last.mass * _ALIKE:
        return None
    gone = np.array(piece.centroid) - last.centroid
    slack = canvas.pixels(_SLACK_MM)
    if np.hypot(*gone) > canvas.pixels(FASTEST_MM_S) * elapsed_s + slack:
        return None
    if len(drift.sights) == 1:
        return float(np.hypot(*gone))
    before = drift.sights[-2]
    step = (np.array(last.centroid) - before.centroid) * elapsed_s / (last.time_s - before.time_s)
    miss = float(np.hypot(*(gone - step)))
    return miss if miss <= slack + _TURN * float(np.hypot(*step)) else None


def _with_sight(drift: Drift, sight: Sight) -> Drift:
    recent = tuple(one for one in drift.sights if sight.time_s - one.time_s <= _WINDOW_S)
    return replace(drift, sights=(*recent, sight), way=(*drift.way, (sight.frame, sight.centroid)))
