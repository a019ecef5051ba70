"""One arm that swings between views: which run was followed by which, from where, after how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry import axes_from_angles
from leakwatch.nouns import Plane, Run
from leakwatch.views.pair import pause_s

MIN_TURN_DEG = 10.0
"""A smaller turn is the same view, moved a little."""


@dataclass(frozen=True, slots=True)
class Swing:
    """The arm was turned between two runs.

    Attributes
    ----------
    gap_s
        From the last frame of `before` to the first of `after`.
    turn_deg
        Between the two central rays.
    """

    before: Run
    after: Run
    gap_s: float
    turn_deg: float


def find_swings(runs: Sequence[Run], config: ViewsConfig) -> tuple[Swing, ...]:
    """Find where one run of a single plane follows another from another side, in order of time.

    Neighbours in time count, of one study, at most ``max_swing_gap_s`` apart. Runs that state no start are
    left out, for nothing says what followed what; so are pairs of which one states no angles.
    """
    studies: dict[str, list[Run]] = {}
    for run in runs:
        if run.plane is Plane.SINGLE and run.start is not None:
            studies.setdefault(run.study_instance_uid, []).append(run)
    return tuple(
        swing
        for study in studies.values()
        for before, after in pairwise(sorted(study, key=_when))
        if (swing := _swing(before, after)) is not None
        and 0 <= swing.gap_s <= config.max_swing_gap_s
        and swing.turn_deg >= MIN_TURN_DEG
    )


def _when(run: Run) -> tuple[bool, datetime]:
    # Starts with a zone and without one do not compare: those without come first.
    start = run.start or datetime.max
    return start.tzinfo is not None, start


def _swing(before: Run, after: Run) -> Swing | None:
    gap_s = pause_s(before, after)
    turn = turn_between_deg(before, after)
    return None if gap_s is None or turn is None else Swing(before, after, gap_s, turn)


def turn_between_deg(a: Run, b: Run) -> float | None:
    """Give the angle between the central rays of two runs; None where one states no angles."""
    beams = []
    for arm in (a.geometry, b.geometry):
        if arm.primary_deg is None or arm.secondary_deg is None:
            return None
        try:
            beams.append(axes_from_angles(arm.primary_deg, arm.secondary_deg)[2])
        except ValueError:
            return None
    return float(np.degrees(np.arccos(np.clip(beams[0] @ beams[1], -1.0, 1.0))))
