"""The sequential test: evidence of each leak summed over time against a threshold, then latched.

A one-sided cumulative sum (Page 1954) over the log odds that a track is a leak rather than anything else that
darkens. Frames of one track say much the same again, so the sum is no likelihood ratio: the threshold is
calibrated on recordings without a leak (`leak_model`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from leakwatch.config.imaging import AlarmConfig
from leakwatch.imaging.drift import Drift
from leakwatch.imaging.tracks import Track

_INTERVAL_S = 1 / 7.5  # the unit of one step: the usual pulse rate of vertebral augmentation
_LONGEST_INTERVALS = 3.0  # a pedal gap is not evidence
_ROUNDING = 1e-6  # frame times are rounded; two full steps are two full steps
_CEILING = 4.0  # times the threshold: how much evidence can be on account


def sum_evidence(
    tracks: Sequence[Track], threshold: float, frame: int, elapsed_s: float, config: AlarmConfig
) -> tuple[Track, ...]:
    """Advance every track's test by one frame; tracks without evidence that never alarmed are forgotten.

    Parameters
    ----------
    threshold
        Summed evidence that raises the alarm.
    """
    intervals = min(elapsed_s / _INTERVAL_S, _LONGEST_INTERVALS)
    advanced = []
    for track in tracks:
        believed = track.score if track.seen else -config.max_loss
        gain = float(np.clip(believed, -config.max_loss, config.max_gain))
        evidence = float(np.clip(track.evidence + gain * intervals, 0.0, _CEILING * threshold))
        raised = track.alarm_frame is None and evidence >= threshold - _ROUNDING
        after = replace(
            track,
            evidence=evidence,
            peak=max(track.peak, evidence),
            alarm_frame=frame if raised else track.alarm_frame,
            alarm_evidence=evidence if raised else track.alarm_evidence,
        )
        if after.alarm_frame is not None or evidence > 0 or track.seen:
            advanced.append(after)
    return tuple(advanced)


def raise_travelled(
    tracks: Sequence[Track], drifts: Sequence[Drift], threshold: float, frame: int
) -> tuple[Track, ...]:
    """Raise the alarm for the tracks of what was told to travel on this frame.

    Nothing but cement goes its way as a whole there, and it is gone before its evidence could gather.
    """
    told = [drift.sights[-1].footprint for drift in drifts if drift.told_frame == frame]
    return tuple(
        replace(
            track,
            travelled=True,
            evidence=max(track.evidence, threshold),
            peak=max(track.peak, threshold),
            alarm_frame=frame if track.alarm_frame is None else track.alarm_frame,
            alarm_evidence=max(track.evidence, threshold)
            if track.alarm_frame is None
            else track.alarm_evidence,
        )
        if track.seen and any((track.footprint & one).any() for one in told)
        else track
        for track in tracks
    )


def is_latched(tracks: Sequence[Track]) -> bool:
    """Whether any leak has raised the alarm; it stays raised."""
    return any(track.alarm_frame is not None for track in tracks)


def leading_evidence(tracks: Sequence[Track]) -> float:
    """Find the largest statistic of all tracks: what is held against the threshold."""
    return max((track.evidence for track in tracks), default=0.0)
