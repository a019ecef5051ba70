"""What is drawn and written of one frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns import FrameResult, Run, State
from leakwatch.results.millimetres import area_mm2


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame of an analysis, without its picture.

    Attributes
    ----------
    time_s
        Since the run's first frame.
    cement_mm2, leak_mm2
        None where they are not known.
    outlines_xy_px
        Where the outlines are now: (n, 2) each, x = column, y = row, 0-based, pixel centres at integers.
    """

    index: int
    time_s: float
    state: State
    cement_mm2: float | None
    leak_mm2: float | None
    outlines_xy_px: tuple[NDArray[np.float64], ...]


def moment_of(result: FrameResult, run: Run, outlines_xy_px: Sequence[NDArray[np.float64]]) -> Moment:
    """Keep of a frame's result what objects say of it."""
    return Moment(
        result.index,
        result.time_s,
        result.state,
        area_mm2(result.cement_area_px, run),
        area_mm2(result.leak_area_px, run),
        tuple(outlines_xy_px),
    )
