"""What the core carries from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from leakwatch.config.imaging import ImagingConfig, ResetConfig
from leakwatch.imaging import decision
from leakwatch.imaging.amount.gauge import NO_PRODUCT, Gauge
from leakwatch.imaging.amount.keep import Amounts
from leakwatch.imaging.blind import Blindness
from leakwatch.imaging.canvas import UNMOVED, Canvas, Pose, canvas_from_frame_points, polygon_on_canvas
from leakwatch.imaging.credence import LeakModel
from leakwatch.imaging.drawing import Sketch
from leakwatch.imaging.drift import Drift
from leakwatch.imaging.filters import Image, Mask, dilate
from leakwatch.imaging.leak import distance_outside
from leakwatch.imaging.metal.ahead import Needle
from leakwatch.imaging.metal.objects import Intruders
from leakwatch.imaging.metal.uncovered import Ground
from leakwatch.imaging.motion import MotionState
from leakwatch.imaging.network.network import CementNetwork
from leakwatch.imaging.network.trend import Trend
from leakwatch.imaging.reference import ReferenceState
from leakwatch.imaging.sight import Shown
from leakwatch.imaging.tracks import Track
from leakwatch.nouns import Outline, Run

_DOUBTFUL_MM2 = 3.0
"""As much as counts as a leak that can be seen."""


@dataclass(frozen=True, slots=True)
class Reset:
    """A reset that was applied: on which frame, when, and how many alarms it acknowledged."""

    frame: int
    time_s: float
    acknowledged: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the first frame started and every later frame renews."""

    motion: MotionState
    reference: ReferenceState
    metal: Mask
    ground: Ground
    needles: tuple[Needle, ...]
    intruders: Intruders
    memory: Image
    slow: Image | None  # None unless `evidence.broad`
    trend: Trend
    cement: Mask
    wide: Mask
    calm: decision.Calm
    learned_at: tuple[tuple[float, float], ...]
    believed: Mask
    sketch: Sketch | None
    hardened: Mask
    bolus_sum: float = 0.0
    pools: tuple[Track, ...] = ()
    next_pool: int = 1
    tracks: tuple[Track, ...] = ()
    next_track: int = 1
    halted: tuple[Track, ...] = ()
    drifts: tuple[Drift, ...] = ()
    next_drift: int = 1
    watched: Mask | None = None
    judged_from_s: float | None = None
    covered_s: float = -np.inf
    noise: float = 0.0
    per_px: float | None = None
    shown: Shown | None = None
    blindness: Blindness | None = None
    amounts: Amounts | None = None


@dataclass(frozen=True, slots=True)
class CoreState:
    """Everything the core carries from frame to frame.

    `bone` is the inside of the outlines on the canvas, or the whole canvas without any, and `outside_px` the
    distance to it as `surely_outside` has it; `drawn` holds,
    per outline, the pose on the frame it was drawn on, None until that frame has come and for good if the
    bone was lost there: until all are known the bone's place is only presumed. `gauge` measures volumes, or
    says why there are none. `seen` is None before the first frame.

    A run that goes on from an earlier one of the same view (`take_up`) begins `pause_s` after its end; the
    bone was found again on frame `since`, in the pose `rest`. Else these are None, 0 and no displacement.
    `laid` says that the bone's place is known whatever outlines are still to come.
    """

    run: Run
    outlines: tuple[Outline, ...]
    config: ImagingConfig
    canvas: Canvas
    bone: Mask
    outside_px: Image
    drawn: tuple[Pose | None, ...]
    network: CementNetwork | None
    leak_model: LeakModel
    threshold: float
    gauge: Gauge | str = NO_PRODUCT
    seen: Seen | None = None
    waiting: tuple[ResetConfig, ...] = ()
    resets: tuple[Reset, ...] = ()
    times_s: tuple[float, ...] = ()
    poses: tuple[Pose, ...] = ()
    rest: Pose = UNMOVED
    since: int = 0
    pause_s: float | None = None
    laid: bool = False

    @property
    def last_s(self) -> float:
        """Time of the frame before; below 0 on the first frame of a run that goes on from another."""
        return self.times_s[-1] if self.times_s else -(self.pause_s or 0.0)

    @property
    def last_pose(self) -> Pose:
        """Where the bone was found last; unmoved before it ever was."""
        return UNMOVED if self.seen is None else self.seen.motion.pose


def lay_bone(outlines: Sequence[Outline], poses: Sequence[Pose], canvas: Canvas) -> Mask:
    """Lay the inside of the outlines on the canvas; all of it where there is none."""
    if not outlines:
        return np.ones((canvas.rows, canvas.columns), np.bool_)
    parts = [polygon_on_canvas(o.polygon_xy_px, canvas, p) for o, p in zip(outlines, poses, strict=True)]
    return np.asarray(np.any(parts, axis=0), np.bool_)


def surely_outside(
    bone: Mask, outlines: Sequence[Outline], poses: Sequence[Pose], canvas: Canvas, config: ImagingConfig
) -> Image:
    """Distance to the bone in working pixels, 0 within it and within what its edge's error adds to it.

    Of an edge that is not sharply known so much is added that spread beyond it and beyond
    `leak.outline_error_mm` has passed `bone.error_sigmas` standard deviations of the edge.
    """
    outside_px = distance_outside(bone)
    points, bands_mm = [], []
    for outline, pose in zip(outlines, poses, strict=True):
        if outline.error_mm:
            points.append(canvas_from_frame_points(outline.polygon_xy_px, canvas, pose))
            bands_mm.append(config.bone.error_sigmas * np.array(outline.error_mm))
    if not points:
        return outside_px
    rim = outside_px > 0
    _, nearest = cKDTree(np.concatenate(points)).query(np.argwhere(rim)[:, ::-1])
    added_mm = np.maximum(np.concatenate(bands_mm) - config.leak.outline_error_mm, 0)[nearest]
    outside_px[rim] = np.maximum(outside_px[rim] - canvas.pixels(1.0) * added_mm, 0)
    return outside_px


def lies_at_edge(state: CoreState, seen: Seen) -> bool:
    """Whether cement lies beyond the outline and what is always allowed for it, yet not surely outside."""
    if not any(outline.error_mm for outline in state.outlines):
        return False
    allowed = dilate(state.bone, state.canvas.pixels(state.config.leak.outline_error_mm))
    doubtful = seen.believed & ~allowed & (state.outside_px <= 0)
    return bool(np.count_nonzero(doubtful) * state.canvas.pixel_mm**2 >= _DOUBTFUL_MM2)


def is_outlined(state: CoreState) -> bool:
    """Whether it is known where the bone is, so that inside and outside can be told apart."""
    return bool(state.outlines) and (state.laid or None not in state.drawn)


def drawn(seen: Seen) -> Mask:
    """Cement as it is drawn and measured; what the decision believes, where no network draws."""
    return seen.believed if seen.sketch is None else seen.sketch.mask


def share_open(open_: Mask, state: CoreState) -> float:
    """How much of the bone and of the rim where leaks begin is in the picture; 1 without an outline."""
    if not state.outlines:
        return 1.0 if open_.mean() > 0.5 else 0.0
    rim = state.outside_px <= state.canvas.pixels(state.config.cement.contact_mm)
    return float(np.mean(open_[rim]))
