"""The sequential test: evidence of each leak summed over time against a threshold, then latched.

A one-sided cumulative sum (Page 1954) over the score of a track, less a drift and less the score that
brightening of the same shape reached lately. Brightening is treated exactly as darkening is, but cement
cannot cause it: it is this run's own record of how often nothing looks like a leak. The threshold is not yet
calibrated to a false-alarm rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from leakwatch.config.imaging import AlarmConfig
from leakwatch.imaging.tracks import Track

_INTERVAL_S = 1 / 7.5  # the unit of one step: the usual pulse rate of vertebral augmentation
_LONGEST_INTERVALS = 3.0  # a pedal gap is not evidence
_ROUNDING = 1e-6  # frame times are rounded; two full steps are two full steps
_CEILING = 4.0  # times the threshold: how much evidence can be on account


@dataclass(frozen=True, slots=True)
class Null:
    """The largest score that brightening reached, forgotten over `null_memory_s`."""

    score: float = 0.0


def remember_null(null: Null, bright_score: float, elapsed_s: float, config: AlarmConfig) -> Null:
    """Let the record fade and raise it to the present score."""
    return Null(max(null.score * float(np.exp(-elapsed_s / config.null_memory_s)), bright_score))


def sum_evidence(
    tracks: Sequence[Track], null: Null, frame: int, elapsed_s: float, config: AlarmConfig
) -> tuple[Track, ...]:
    """Advance every track's test by one frame; tracks without evidence that never alarmed are forgotten."""
    intervals = min(elapsed_s / _INTERVAL_S, _LONGEST_INTERVALS)
    ceiling = _CEILING * config.threshold
    advanced = []
    for track in tracks:
        gain = min(track.score, config.max_step) - config.drift - null.score
        evidence = float(np.clip(track.evidence + gain * intervals, 0.0, ceiling))
        raised = track.alarm_frame is None and evidence >= config.threshold - _ROUNDING
        after = replace(
            track,
            evidence=evidence,
            peak=max(track.peak, evidence),
            alarm_frame=frame if raised else track.alarm_frame,
            alarm_evidence=evidence if raised else track.alarm_evidence,
        )
        if after.alarm_frame is not None or evidence > 0 or track.score > 0:
            advanced.append(after)
    return tuple(advanced)


def is_latched(tracks: Sequence[Track]) -> bool:
    """Whether any leak has raised the alarm; it stays raised."""
    return any(track.alarm_frame is not None for track in tracks)


def leading_evidence(tracks: Sequence[Track]) -> float:
    """Find the largest statistic of all tracks: what is held against the threshold."""
    return max((track.evidence for track in tracks), default=0.0)
