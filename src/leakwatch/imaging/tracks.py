"""Pieces of cement outside the bone, followed from frame to frame as they grow, merge and split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Mask, dilate
from leakwatch.imaging.leak import Spread
from leakwatch.imaging.traits import Traits

_REACH_MM = 1.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A leak on one frame: `area_px` working pixels around `centroid`, canvas (x, y)."""

    frame: int
    area_px: int
    centroid: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Track:
    """One leak, or what may become one.

    Attributes
    ----------
    id
        Unique within the run, in order of first sight.
    footprint
        Canvas mask of where it was last seen.
    seen
        Whether it was seen on this frame, beyond the outline's uncertainty.
    born_s
        Time of first sight.
    born_reach_mm, born_origin_mm
        How far from the outline it reached then, and from where cement could have come; not a number until
        they have been measured.
    traits
        What it looked like when last seen, or None.
    score
        How far this frame speaks for a leak: log odds; 0 when it was not seen.
    evidence, peak
        The sequential test's statistic now, and the largest it has been.
    alarm_frame, alarm_evidence
        First frame at or above the threshold and the statistic there, or None and 0.
    acknowledged_frame
        Frame on which its alarm was acknowledged, or None.
    renews
        `id` of the hardened leak it grows from, or None.
    travelled
        Whether it was told to travel: an embolus.
    history
        A `Piece` for every frame it was seen on.
    """

    id: int
    footprint: Mask
    seen: bool
    born_s: float
    born_reach_mm: float = np.nan
    born_origin_mm: float = np.nan
    traits: Traits | None = None
    score: float = 0.0
    evidence: float = 0.0
    peak: float = 0.0
    alarm_frame: int | None = None
    alarm_evidence: float = 0.0
    acknowledged_frame: int | None = None
    renews: int | None = None
    travelled: bool = False
    history: tuple[Piece, ...] = ()


def follow(
    tracks: Sequence[Track],
    parts: NDArray[np.int32],
    spreads: Sequence[Spread],
    frame: int,
    time_s: float,
    next_id: int,
    canvas: Canvas,
) -> tuple[tuple[Track, ...], int]:
    """Give every spread to the track it overlaps, or to a new one.

    A spread that touches two tracks merges them: the one in alarm, else the older, lives on and takes the
    other's evidence. A track that splits keeps all its pieces: it is still one leak. A track that is not
    seen stays, so that its evidence can die away.

    Returns
    -------
    tracks
        In order of id.
    next_id
        First number not used yet.
    """
    owners: dict[int, list[Spread]] = {}
    merged: dict[int, int] = {}
    reach = [(track, dilate(track.footprint, canvas.pixels(_REACH_MM))) for track in tracks]
    new: list[Spread] = []
    alarmed = {track.id for track in tracks if track.alarm_frame is not None}
    for spread in spreads:
        here = parts == spread.part
        touched = [track for track, near in reach if np.any(near & here)]
        touched.sort(key=lambda track: (track.alarm_frame is None, track.id))
        if not touched:
            new.append(spread)
            continue
        keeper = _root(touched[0].id, merged)
        for other in touched[1:]:
            # two leaks that are both in alarm have been reported as two, and stay so
            root = _root(other.id, merged)
            if root != keeper and root not in alarmed:
                merged[root] = keeper
        owners.setdefault(keeper, []).append(spread)
    evidence = {track.id: track.evidence for track in tracks}
    for lost, keeper in merged.items():
        root = _root(keeper, merged)
        evidence[root] = max(evidence[root], evidence[lost])
        owners.setdefault(root, []).extend(owners.pop(lost, []))
    kept = [
        _seen(track, owners.get(track.id, []), evidence[track.id], parts, frame)
        for track in tracks
        if track.id not in merged
    ]
    born = [
        _seen(Track(next_id + k, parts == s.part, True, time_s), [s], 0.0, parts, frame)
        for k, s in enumerate(new)
    ]
    return (*kept, *born), next_id + len(born)


def in_order_of_alarm(tracks: Sequence[Track]) -> dict[int, Track]:
    """Give the tracks that raised an alarm by number: from 1, by the frame on which they did."""
    alarmed = [(track.alarm_frame, track.id, track) for track in tracks if track.alarm_frame is not None]
    return {
        number: track for number, (*_, track) in enumerate(sorted(alarmed, key=lambda one: one[:2]), start=1)
    }


def _root(track_id: int, merged: dict[int, int]) -> int:
    while track_id in merged:
        track_id = merged[track_id]
    return track_id


def _seen(
    track: Track, pieces: Sequence[Spread], evidence: float, parts: NDArray[np.int32], frame: int
) -> Track:
    footprint, history = track.footprint, track.history
    if pieces:
        footprint = np.isin(parts, [piece.part for piece in pieces])
        area = sum(piece.area_px for piece in pieces)
        centroid = np.average(
            [piece.centroid for piece in pieces], axis=0, weights=[piece.area_px for piece in pieces]
        )
        history = (*history, Piece(frame, area, (float(centroid[0]), float(centroid[1]))))
    return replace(
        track,
        footprint=footprint,
        seen=any(piece.beyond_px for piece in pieces),
        score=0.0,
        evidence=evidence,
        peak=max(track.peak, evidence),
        history=history,
    )
