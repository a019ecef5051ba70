"""Where the bone is: registration of each frame to a template of the bone, kept from drifting.

The template is the mean of registered frames. What moves with the bone stays sharp in it; gas and soft
tissue, which move otherwise, blur away and show up as variance instead, and variance lowers a pixel's say.
After `template_s` the template is fixed, so that errors cannot add up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leakwatch.config.imaging import MotionConfig
from leakwatch.imaging.canvas import Canvas, Pose, lay_on_canvas
from leakwatch.imaging.filters import Image, Mask, band, smooth
from leakwatch.imaging.registration import prepare_target, refine_pose
from leakwatch.imaging.search import search_pose

_BANDS = (1.0, 3.0)  # multiples of the finest detail: one to measure with, one to find a lost bone with
_MIN_DETAIL_PX = 0.8
_VARIANCE_FROM_FRAMES = 4
_VARIANCE_SMOOTHING_PX = 3.0
_AGREEMENT_MEMORY = 0.05
_MIN_USABLE_PX = 200
_DOUBTFUL = 0.75  # of the usual agreement: look further before believing the pose


@dataclass(frozen=True, slots=True)
class MotionState:
    """The bone's template and where it was last.

    Attributes
    ----------
    template, squares
        Per band: mean of the registered frames, and summed squared residuals of `seen` frames.
    weight
        Sum of the frames' weights in the template; a noisy frame weighs less.
    agreement
        Running mean of the correlation of good frames: what "good" means in this run.
    lost
        Frames since the bone was last found.
    """

    template: tuple[Image, ...]
    squares: tuple[Image, ...]
    seen: int
    weight: float
    agreement: float
    pose: Pose
    time_s: float
    start_s: float
    jump_s: float
    lost: int


@dataclass(frozen=True, slots=True)
class Tracking:
    """Result of one frame: the pose, its quality 0..1, whether it is to be trusted, and if it jumped."""

    pose: Pose
    quality: float
    found: bool
    unsteady: bool


def split_bands(working: Image, canvas: Canvas, config: MotionConfig) -> tuple[Image, ...]:
    """Make the band-passed pictures that registration works on."""
    detail = max(_MIN_DETAIL_PX, canvas.pixels(config.detail_mm))
    return tuple(band(working, detail * multiple) for multiple in _BANDS)


def start_motion(bands: tuple[Image, ...], canvas: Canvas, noise: float, time_s: float) -> MotionState:
    """Take the first frame as the first template."""
    template = tuple(lay_on_canvas(picture, canvas, Pose()) for picture in bands)
    empty = tuple(np.zeros_like(picture) for picture in template)
    weight = 1.0 / max(noise, 1e-9) ** 2
    return MotionState(template, empty, 0, weight, 0.0, Pose(), time_s, time_s, -np.inf, 0)


def track(
    state: MotionState,
    bands: tuple[Image, ...],
    usable: Mask,
    canvas: Canvas,
    noise: float,
    time_s: float,
    config: MotionConfig,
) -> tuple[MotionState, Tracking]:
    """Find the bone in the next frame and learn from it.

    Parameters
    ----------
    usable
        Canvas mask of bone that may drive the motion: no metal, no cement, nothing under the shutter.
    noise
        One-pixel noise of this frame; weighs it in the template.
    """
    if not config.follow:
        return replace(state, time_s=time_s), Tracking(state.pose, 1.0, True, False)
    if np.count_nonzero(usable) < _MIN_USABLE_PX:  # covered, not lost
        return replace(state, time_s=time_s), Tracking(state.pose, 0.0, False, True)
    weights = _weights(state, usable)
    target = prepare_target(state.template[:1], weights[:1], canvas)
    if target is None:
        return replace(state, lost=state.lost + 1, time_s=time_s), Tracking(state.pose, 0.0, False, True)
    pose, agreement = refine_pose(bands[:1], target, canvas, state.pose)
    usual = state.agreement if state.agreement > 0 else agreement
    if agreement < _DOUBTFUL * usual or _is_far(pose, state, canvas, time_s, config):
        for guess in _coarse_poses(state, bands, usable, weights, canvas, config):
            again, second = refine_pose(bands[:1], target, canvas, guess)
            if second > agreement:
                pose, agreement = again, second
    quality = float(np.clip(agreement / usual, 0, 1)) if usual > 0 else 0.0
    if quality < config.min_quality:
        lost = replace(state, lost=state.lost + 1, time_s=time_s)
        return lost, Tracking(state.pose, quality, False, True)
    jumped = state.lost > 0 or _is_far(pose, state, canvas, time_s, config)
    jump_s = time_s if jumped else state.jump_s
    learned = _learn(state, bands, canvas, pose, noise, time_s, config)
    memory = _AGREEMENT_MEMORY if state.agreement > 0 else 1.0
    known = replace(
        learned,
        agreement=state.agreement + memory * (agreement - state.agreement),
        pose=pose,
        time_s=time_s,
        jump_s=jump_s,
        lost=0,
    )
    return known, Tracking(pose, quality, True, time_s - jump_s < config.jump_hold_s)


def _coarse_poses(
    state: MotionState,
    bands: tuple[Image, ...],
    usable: Mask,
    weights: tuple[Image, ...],
    canvas: Canvas,
    config: MotionConfig,
) -> list[Pose]:
    """Where the coarse band puts the bone: starting near the last pose, and after a search around it."""
    target = prepare_target(state.template[1:], weights[1:], canvas)
    if target is None:
        return []
    radius = min(canvas.pixels(config.search_mm) * (1 + state.lost), float(max(bands[1].shape)))
    found = search_pose(bands[1], state.template[1], usable, canvas, state.pose, radius)
    return [refine_pose(bands[1:], target, canvas, start)[0] for start in (state.pose, found)]


def _weights(state: MotionState, usable: Mask) -> tuple[Image, ...]:
    if state.seen < _VARIANCE_FROM_FRAMES:
        spread = [np.full(usable.shape, float(np.var(t[usable])) + 1e-12, np.float32) for t in state.template]
    else:
        spread = [
            smooth(s / np.float32(state.seen), _VARIANCE_SMOOTHING_PX) + np.float32(1e-12)
            for s in state.squares
        ]
    return tuple(np.where(usable, 1.0 / picture, 0.0).astype(np.float32) for picture in spread)


def _is_far(pose: Pose, state: MotionState, canvas: Canvas, time_s: float, config: MotionConfig) -> bool:
    """Whether the bone moved further since the last frame than breathing explains."""
    step = float(np.hypot(pose.dx - state.pose.dx, pose.dy - state.pose.dy)) * canvas.pixel_mm
    return step > config.jump_mm + config.breathing_mm_s * min(1.0, time_s - state.time_s)


def _learn(
    state: MotionState,
    bands: tuple[Image, ...],
    canvas: Canvas,
    pose: Pose,
    noise: float,
    time_s: float,
    config: MotionConfig,
) -> MotionState:
    """Refine template and variance while the template is still open."""
    if time_s - state.start_s > config.template_s:
        return state
    here = tuple(lay_on_canvas(picture, canvas, pose) for picture in bands)
    weight = 1.0 / max(noise, 1e-9) ** 2
    total = state.weight + weight
    share = np.float32(weight / total)
    return replace(
        state,
        template=tuple(old + share * (new - old) for old, new in zip(state.template, here, strict=True)),
        squares=tuple(
            s + (new - old) ** 2 for s, old, new in zip(state.squares, state.template, here, strict=True)
        ),
        seen=state.seen + 1,
        weight=total,
    )
