"""Where along the bone's outline a leak would not have stood out, counted over the frames of a run.

Breathing blinds a place on one frame and not on the next, and cement that has come out stays. So each place
is counted by itself: what is said of a run does not hang on the frame that happened to be its last.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging import limits
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Mask, disc
from leakwatch.imaging.sight import NO_OUTLINE, NO_SCALE, NOTHING_JUDGED, Shown, nuisance_of
from leakwatch.nouns.summary import BlindShare

_BLIND_PART = 0.5
_MOST_FRAMES = 0.5

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rim:
    """The places along a bone's outline, and what lies outside the bone within a leak's reach of each.

    Attributes
    ----------
    bone
        (rows, columns) whose outline it is.
    pixels
        (places, reach) indices into the raveled canvas.
    outside, beyond
        (places, reach) whether such a pixel is outside the bone, and whether it is beyond the canvas.
    """

    bone: Mask
    pixels: NDArray[np.int64]
    outside: Mask
    beyond: Mask


@dataclass(frozen=True, slots=True)
class Blindness:
    """How often each place of the outline was blind, (places,), on `frames` judged frames.

    `covered`, `metal` and `noise` exclude each other. Once cement was seen, whose contrast is the scale,
    counting begins anew: `scaled`. `first` and `last` are the shares of the outline on those two frames.
    """

    rim: Rim
    frames: int
    scaled: bool
    covered: Counts
    metal: Counts
    noise: Counts
    first: float
    last: float


def lay_rim(bone: Mask, leak_mm: float, canvas: Canvas) -> Rim:
    """Find the places: every pixel of the bone's contour, and the disc as wide as the leak around it."""
    contour = bone & ~(cv2.erode(bone.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0) > 0)
    kernel = disc(canvas.pixels(leak_mm / 2))
    offsets = np.argwhere(kernel) - kernel.shape[0] // 2
    at = np.argwhere(contour)[:, None, :] + offsets[None, :, :]
    rows, columns = at[..., 0], at[..., 1]
    beyond = (rows < 0) | (rows >= bone.shape[0]) | (columns < 0) | (columns >= bone.shape[1])
    pixels = np.where(beyond, 0, rows * bone.shape[1] + columns)
    return Rim(bone, pixels, beyond | ~bone.ravel()[pixels], beyond)


def look_round(
    before: Blindness | None,
    shown: Shown,
    noise: float,
    per_px: float | None,
    bone: Mask,
    metal: Mask,
    leak_mm: float,
    canvas: Canvas,
) -> Blindness:
    """Count one more judged frame.

    At each place the half disc outside is looked at, as wide as the leak; where more than half of it is
    covered, metal or too noisy, the place is blind. Covered goes before metal, metal before noise.

    Parameters
    ----------
    before
        What was counted so far; left behind if the bone lies elsewhere now, or the scale has become known.
    noise
        One-pixel noise of this frame.
    per_px
        Attenuation per pixel of cement depth; None where it is not known: noise is not counted.
    """
    scaled = per_px is not None
    rim = before.rim if before is not None and before.rim.bone is bone else lay_rim(bone, leak_mm, canvas)
    blocked = ~shown.open_
    noisy = np.zeros_like(bone)
    if per_px is not None:
        most = limits.largest_nuisance(noise, per_px, canvas.pixels(leak_mm))
        noisy = nuisance_of(shown.evidence) > most
    hidden = _mostly(blocked, rim)
    under = _mostly(blocked | metal, rim)
    lost = _mostly(blocked | metal | noisy, rim)
    share = float(lost.mean()) if lost.size else 0.0
    one = Blindness(
        rim,
        1,
        scaled,
        hidden.astype(np.int64),
        (under & ~hidden).astype(np.int64),
        (lost & ~under).astype(np.int64),
        share,
        share,
    )
    if before is None or before.rim is not rim or before.scaled is not scaled:
        return one
    return Blindness(
        rim,
        before.frames + 1,
        scaled,
        before.covered + one.covered,
        before.metal + one.metal,
        before.noise + one.noise,
        before.first,
        share,
    )


def blind_share(blindness: Blindness | None, *, outlined: bool, leak_mm: float) -> BlindShare:
    """Say of a run where a leak of `leak_mm` across would not have stood out on most frames, and on none."""
    if not outlined:
        return BlindShare(leak_mm, reason=NO_OUTLINE)
    if blindness is None:
        return BlindShare(leak_mm, reason=NOTHING_JUDGED)
    if not len(blindness.covered):
        return BlindShare(leak_mm, reason="no part of the outline is in the picture")
    under = blindness.covered + blindness.metal
    lost = under + blindness.noise
    most = _MOST_FRAMES * blindness.frames
    covered, metal, share = (float(np.mean(count > most)) for count in (blindness.covered, under, lost))
    return BlindShare(
        leak_mm,
        share,
        covered,
        metal - covered,
        share - metal if blindness.scaled else None,
        "" if blindness.scaled else f"noise not counted: {NO_SCALE}",
        throughout=float(np.mean(lost == blindness.frames)),
        first=blindness.first,
        last=blindness.last,
        frames=blindness.frames,
    )


def _mostly(mask: Mask, rim: Rim) -> Mask:
    """(places,) whether more than half of what is outside within reach is in the mask, or off the canvas."""
    hit = (mask.ravel()[rim.pixels] | rim.beyond) & rim.outside
    return np.asarray(np.sum(hit, axis=1) > _BLIND_PART * np.sum(rim.outside, axis=1), np.bool_)
