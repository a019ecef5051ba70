"""What an observer says of a run: one number per frame, and where it would have given an alarm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    """One observer's view of one run.

    Attributes
    ----------
    observer
        Which one: ``subtraction``, ``mog2``, ``knn``, ``ideal``, ...
    statistic
        One value per frame, larger where more speaks for a leak; NaN where the observer cannot say. Its
        unit is the observer's own.
    alarm_frame
        First frame with an alarm at the observer's own usual setting; None without.
    """

    observer: str
    sop_instance_uid: str
    statistic: tuple[float, ...]
    alarm_frame: int | None


def first_alarm(statistic: Sequence[float], threshold: float, in_a_row: int = 1) -> int | None:
    """Give the frame that completes the first `in_a_row` neighbours that reach `threshold`.

    A frame of which nothing can be said (NaN) breaks the row.
    """
    reached = 0
    for index, value in enumerate(statistic):
        reached = reached + 1 if not math.isnan(value) and value >= threshold else 0
        if reached == in_a_row:
            return index
    return None
