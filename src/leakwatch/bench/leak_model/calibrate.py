"""How often the summed evidence reaches each threshold where nothing has leaked.

That is in runs without a leak, and in the others before theirs: an alarm there is as false.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.leak_model.record import CaseRecord, RunRecord
from leakwatch.config.imaging import AlarmConfig
from leakwatch.imaging.alarm import sum_evidence
from leakwatch.imaging.tracks import Track

# the lowest is more than one interval may add: no frame decides alone
_THRESHOLDS = tuple(0.5 * number for number in range(5, 41))
_NO_LIMIT = 1e9


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold, and what it did where nothing had leaked.

    Attributes
    ----------
    alarms
        Runs in which it was reached.
    runs
        How many there were; a run that leaks counts for as much as it has frames before.
    """

    threshold: float
    alarms: int
    runs: float

    @property
    def rate(self) -> float:
        """At most so many false alarms a run, on average, in runs like these.

        One more than was counted, of one more run: the next run may be the worst (conformal prediction, Vovk
        et al. 2005).
        """
        return (self.alarms + 1) / (self.runs + 1)


def largest_evidence(
    run: RunRecord, scores: NDArray[np.float64], config: AlarmConfig, frames: int | None = None
) -> float:
    """Replay the alarm's sum over a run's candidates up to `frames`; scores (candidates,) in their order."""
    by_frame: dict[int, dict[int, float]] = defaultdict(dict)
    for one, score in zip(run.candidates, scores.tolist(), strict=True):
        by_frame[one.frame][one.track] = score
    nowhere = np.zeros((1, 1), np.bool_)
    tracks: dict[int, Track] = {}
    largest, last_s = 0.0, run.times_s[0]
    passed_over = frozenset(run.passed_over)
    for frame, time_s in enumerate(run.times_s[:frames]):
        if frame in passed_over:  # the alarm stands still there
            last_s = time_s
            continue
        seen = by_frame.get(frame, {})
        known = {**{number: Track(number, nowhere, False, time_s) for number in seen}, **tracks}
        weighed = [
            Track(
                number,
                nowhere,
                number in seen,
                track.born_s,
                score=seen.get(number, 0.0),
                evidence=track.evidence,
                peak=track.peak,
            )
            for number, track in known.items()
        ]
        advanced = sum_evidence(weighed, _NO_LIMIT, frame, time_s - last_s, config)
        tracks = {track.id: track for track in advanced}
        largest = max([largest, *(track.evidence for track in advanced)])
        last_s = time_s
    return largest


def calibrate(
    records: Sequence[CaseRecord], scores: NDArray[np.float64], config: AlarmConfig
) -> tuple[Point, ...]:
    """Count false alarms at rising thresholds, until there are none to count.

    Parameters
    ----------
    scores
        Log odds of all candidates, in the order of `fit.gather`, held out.
    """
    reached: list[float] = []
    runs, position = 0.0, 0
    for record in records:
        for run in record.runs:
            mine = scores[position : position + len(run.candidates)]
            position += len(run.candidates)
            before = (
                len(run.times_s)
                if run.first_leak_s is None
                else sum(time_s < run.first_leak_s for time_s in run.times_s)
            )
            if before:
                reached.append(largest_evidence(run, mine, config, before))
                runs += before / len(run.times_s)
    points: list[Point] = []
    for level in _THRESHOLDS:
        point = Point(level, sum(value >= level for value in reached), round(runs, 2))
        # of thresholds with the same count the lowest stands
        if not points or point.alarms < points[-1].alarms:
            points.append(point)
    return tuple(points)
