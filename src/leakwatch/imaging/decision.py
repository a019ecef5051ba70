"""What may be said of a frame: clear, watch, alarm, or nothing and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leakwatch.imaging.alarm import is_latched, leading_evidence
from leakwatch.imaging.motion import Tracking
from leakwatch.imaging.tracks import Track
from leakwatch.nouns import Reason, State

_OPEN_SHARE = 0.8  # of the bone and its rim, where a leak is first seen
_GAP_S = 1.0
_GAP_INTERVALS = 4.0
_UPSET_RATIO = 2.5
_FLOOR_MEMORY = 0.1
_WITHOUT_OUTLINE = (Reason.SETTLING, Reason.MOTION, Reason.SUBTRACTED)
"""Reasons that would hold with an outline as well."""
_UNLIKELY = -2.3  # log odds of one in ten
_EXPOSURE_STEP = 3.0  # in units of one-pixel noise


@dataclass(frozen=True, slots=True)
class Calm:
    """What the spread of the evidence usually is in this run, and the last exposure offset."""

    floor: float | None = None
    offset: float = 0.0


def is_open(share_open: float) -> bool:
    """Whether enough of the bone and its rim is in the picture."""
    return share_open >= _OPEN_SHARE


def before_evidence(
    ready: bool, tracking: Tracking, share_open: float, elapsed_s: float, times_s: Sequence[float]
) -> Reason:
    """Why a frame cannot be decided whatever its evidence; ``NONE`` if it can.

    A gap is a pause of more than a second that is also well above the run's usual interval.

    Parameters
    ----------
    ready
        Whether there is a picture without cement, and the machine has settled.
    """
    if not is_open(share_open):
        return Reason.DARK
    if not tracking.found:
        return Reason.MOTION
    if not ready:
        return Reason.SETTLING
    if tracking.unsteady:
        return Reason.MOTION
    usual_s = times_s[-1] / (len(times_s) - 1) if len(times_s) > 1 else elapsed_s
    return Reason.GAP if elapsed_s > max(_GAP_S, _GAP_INTERVALS * usual_s) else Reason.NONE


def may_learn(reason: Reason) -> bool:
    """Whether a frame with this reason may still enter reference and memory."""
    return reason in (Reason.NONE, Reason.SETTLING, Reason.GAP)


def judge_floor(calm: Calm, floor: float, offset: float, noise: float) -> tuple[Calm, Reason]:
    """Tell frames whose whole background is upset, by exposure or by a displacement that was missed.

    A lasting change becomes the usual one after some frames, so that a run recovers.
    """
    usual = floor if calm.floor is None else calm.floor
    stepped = abs(offset - calm.offset) > _EXPOSURE_STEP * noise
    upset = floor > _UPSET_RATIO * usual
    reason = (Reason.EXPOSURE if stepped else Reason.MOTION) if upset else Reason.NONE
    return replace(calm, floor=usual + _FLOOR_MEMORY * (floor - usual), offset=offset), reason


def decide(
    tracks: Sequence[Track], reason: Reason, outlined: bool, at_edge: bool = False
) -> tuple[State, Reason]:
    """Choose the state of a frame and its reason. An alarm, once raised, stays.

    `at_edge` says that cement lies beyond the outline, but within the error of its edge.
    """
    if is_latched(tracks):
        return State.ALARM, Reason.LEAK
    if not outlined:
        return State.NO_DECISION, reason if reason in _WITHOUT_OUTLINE else Reason.NO_OUTLINE
    if reason is not Reason.NONE:
        return State.NO_DECISION, reason
    if leading_evidence(tracks) > 0:
        return State.WATCH, Reason.EVIDENCE
    # something dark that is more like anything else than a leak, and yet not wholly unlike one
    if any(track.seen and track.score > _UNLIKELY for track in tracks):
        return State.WATCH, Reason.NUISANCE
    if at_edge:
        return State.WATCH, Reason.EDGE
    return State.CLEAR, Reason.NONE
