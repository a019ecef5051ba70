"""How fast a run was taken, and where it paused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_GAP_S = 1.0
_GAP_INTERVALS = 4.0
_EVEN = 0.1
"""Intervals that differ from the median by less than this share are even: files round to milliseconds."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The times of a run in short.

    Attributes
    ----------
    duration_s
        From the first frame to the last.
    frames_per_s
        One over the median interval; None for a single frame.
    slowest_per_s, fastest_per_s
        One over the longest and the shortest interval, pauses left out; None where there is none.
    even
        Whether all intervals but pauses are the same.
    pauses, longest_pause_s
        Intervals of more than 4 times the median and more than 1 s, and the longest of them (None without).
    """

    duration_s: float
    frames_per_s: float | None
    slowest_per_s: float | None
    fastest_per_s: float | None
    even: bool
    pauses: int
    longest_pause_s: float | None


def measure_pace(times_s: NDArray[np.float64]) -> Pace:
    """Sum up frame times.

    Parameters
    ----------
    times_s
        (frames,) strictly increasing seconds from 0.
    """
    intervals = np.diff(times_s)
    if not len(intervals):
        return Pace(0.0, None, None, None, True, 0, None)
    usual = float(np.median(intervals))
    pausing = (intervals > _GAP_INTERVALS * usual) & (intervals > _GAP_S)
    # half or more of the intervals are no longer than the median, so that some are always left
    running = intervals[~pausing]
    return Pace(
        duration_s=float(times_s[-1]),
        frames_per_s=1.0 / usual,
        slowest_per_s=1.0 / float(running.max()),
        fastest_per_s=1.0 / float(running.min()),
        even=bool((np.abs(running - usual) <= _EVEN * usual).all()),
        pauses=int(pausing.sum()),
        longest_pause_s=float(intervals[pausing].max()) if pausing.any() else None,
    )
