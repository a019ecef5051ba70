"""A leak, from the first frame it can be traced to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from leakwatch.nouns.amount import Amount


class LeakKind(StrEnum):
    """``SPREAD`` is joined to where it came from; an ``EMBOLUS`` has broken off and travels."""

    SPREAD = "spread"
    EMBOLUS = "embolus"


@dataclass(frozen=True, slots=True)
class LeakEvent:
    """One connected spread of cement outside the bone.

    Attributes
    ----------
    id
        1, 2, ... in order of alarm.
    kind
        Whether any part of it was seen to travel.
    onset_frame, alarm_frame
        The first frame the leak can be traced back to, in hindsight, and the first ``alarm`` row.
    centroid_xy_px
        Where it was at the alarm frame, in that frame's pixels (x = column, y = row).
    direction_deg
        From the bone's centre to the leak, in the picture: 0 right, 90 down.
    frames, area_px, centroids_xy_px
        Its size and place over time, one entry per frame in `frames`.
    at_rest_xy_px
        The same places as they would be had the bone not moved since the first frame; empty where unknown.
    continues
        Whether its alarm stood when the run began: it is the leak of this `id` in the run that this one goes
        on from. Its frames are those of this run alone.
    region
        Name of the outline's region it lies in, or None.
    compartment, compartment_reason, yeom, yeom_reason
        Where it went, and Yeom's type (``B``, ``S``, ``C``); None with the reason where this view cannot
        tell. A compartment that leaves something open, as canal or foramen, has a reason as well.
    confidence
        0 to 1, from the evidence over its threshold.
    evidence, threshold
        The decision statistic at the alarm frame and what it was held against.
    acknowledged_frame, acknowledged_time_s
        When its alarm was reset; None if it never was.
    renewed_of
        `id` of the hardened leak that it grows on from, or None.
    peak_volume, peak_share
        The most that was measured of it outside the outline, µl, and its share of all cement then; or None.
    """

    id: int
    onset_frame: int
    onset_time_s: float
    alarm_frame: int
    alarm_time_s: float
    centroid_xy_px: tuple[float, float]
    direction_deg: float
    frames: tuple[int, ...]
    area_px: tuple[int, ...]
    centroids_xy_px: tuple[tuple[float, float], ...]
    region: str | None
    compartment: str | None
    compartment_reason: str
    yeom: str | None
    yeom_reason: str
    confidence: float
    evidence: float
    threshold: float
    acknowledged_frame: int | None = None
    acknowledged_time_s: float | None = None
    renewed_of: int | None = None
    peak_volume: Amount | None = None
    peak_share: Amount | None = None
    kind: LeakKind = LeakKind.SPREAD
    at_rest_xy_px: tuple[tuple[float, float], ...] = ()
    continues: bool = False
