"""What is said of one frame."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns.amount import FrameVolume


class State(StrEnum):
    """The four things that can be said of a frame."""

    CLEAR = "clear"
    WATCH = "watch"
    ALARM = "alarm"
    NO_DECISION = "no_decision"


class Reason(StrEnum):
    """Why a frame is undecided, or watched."""

    NONE = ""
    SETTLING = "settling"
    MOTION = "motion"
    EXPOSURE = "exposure"
    DARK = "dark"
    NO_OUTLINE = "no_outline"
    GAP = "gap"
    SUBTRACTED = "subtracted"
    OBJECT = "object"
    """Something covers the bone that was not there before: a hand, a syringe, a needle."""
    NUISANCE = "nuisance"
    EDGE = "edge"
    """Cement lies where the bone may end: the outline is not sharp enough to say on which side."""
    EVIDENCE = "evidence"
    LEAK = "leak"


@dataclass(frozen=True, slots=True)
class Motion:
    """Where the bone is now, relative to frame 0.

    Attributes
    ----------
    dx_px, dy_px
        Displacement of the bone's centre: + right, + down, in pixels.
    rotation_deg
        + clockwise as seen.
    quality
        0 (lost) to 1: how well the frame, moved back, agrees with what the bone should look like.
    pivot_xy_px
        The point of frame 0 about which the rotation is counted, before the displacement; None stands
        for the outline's own vertex mean.
    """

    dx_px: float
    dy_px: float
    rotation_deg: float
    quality: float
    pivot_xy_px: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class FrameResult:
    """The row of one frame, computed from this frame and earlier ones only.

    Areas are in pixels of the stored matrix, None where nothing was measured on this frame; the tables
    turn them into mm² where the run says how large a pixel is. `labels` is (rows, columns) uint8: 0 none,
    1 cement inside the bone outline, 2 cement outside it, 3 cement where there is no outline to tell. It
    carries the mask of the last measured frame along with the bone and is empty while the bone is lost.
    `leak_area_px` is None without an outline; `motion` is None while the bone is lost. `volume` is None where
    the run gives none, and where nothing was measured on this frame.
    """

    index: int
    time_s: float
    motion: Motion | None
    cement_area_px: int | None
    leak_area_px: int | None
    state: State
    reason: Reason
    evidence: float | None
    threshold: float | None
    latency_ms: float
    labels: NDArray[np.uint8]
    volume: FrameVolume | None = None
