"""What a needle uncovers when it is drawn back: unknown at first, learned once it has been in sight.

The reference knows the needle and not what lay under it. Where the needle has left, the picture brightens by
all that the needle stood out with; a stylet that is pulled out of its cannula takes only a part of it. Bare
ground is watched for a while and then taken for background, but never beside cement, which may lie in the
needle's track, and never in the bone, where the cement's outline is worth more than a strip of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, Mask, dilate, smooth, smooth_within

_SURROUND_MM = 6.5
_BARE_SHARE = 0.85
_WATCHED_S = 1.0
_RIM_MM = 0.8
_CEMENT_MM = 2.0
_SMOOTHING_PX = 1.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What the metal of the reference covers, pixel by pixel.

    Attributes
    ----------
    metal
        (rows, columns) metal and its rim, as it is in the reference.
    height
        How much it stands out of its surroundings; 0 beside it.
    since_s
        Time from which the pixel has been bare without a break; infinite where it is covered.
    mean, frames
        Mean picture since then, at the reference's exposure, and of how many frames.
    learned
        What has been taken for background.
    """

    metal: Mask
    height: Image
    since_s: Image
    mean: Image
    frames: Image
    learned: Mask

    @property
    def hidden(self) -> Mask:
        """Where nothing can be judged."""
        return self.metal & ~self.learned


def start_ground(picture: Image, metal: Mask, valid: Mask, canvas: Canvas) -> Ground:
    """Begin with the metal of the first frame, marked with its rim as `find_metal` does."""
    around = smooth_within(picture, (valid & ~metal).astype(np.float32), canvas.pixels(_SURROUND_MM))
    height = np.where(metal, np.maximum(smooth(picture, _SMOOTHING_PX) - around, 0), np.float32(0))
    zeros = np.zeros_like(picture)
    return Ground(metal, height, np.full_like(picture, np.inf), zeros, zeros, np.zeros(metal.shape, np.bool_))


def watch_ground(
    ground: Ground,
    difference: Image,
    reference: Image,
    open_: Mask,
    kept: Mask,
    cement: Mask,
    time_s: float,
    canvas: Canvas,
) -> tuple[Ground, Mask]:
    """Watch what was under the metal for one more frame.

    Parameters
    ----------
    difference
        (rows, columns) float32: this frame minus the reference.
    kept
        Never learned: the bone.
    cement
        What is taken for cement; nothing beside it is learned.

    Returns
    -------
    ground
        To be given with the next frame.
    fresh
        What has just been learned: `ground.mean` holds it.
    """
    waiting = ground.hidden & ~kept
    nothing = np.zeros_like(waiting)
    if not waiting.any():
        return ground, nothing
    tall = ground.height > 0.5 * _typical(ground.height)
    gone = tall & open_ & (smooth(difference, _SMOOTHING_PX) < -_BARE_SHARE * ground.height)
    if not gone.any():
        broken = np.full_like(ground.since_s, np.inf)
        return replace(ground, since_s=broken, frames=np.zeros_like(ground.frames)), nothing
    rim = canvas.pixels(2 * _RIM_MM)
    bare = dilate(gone, rim) & ~dilate(tall & ~gone, canvas.pixels(_RIM_MM)) & waiting & open_
    bare &= ~dilate(cement, canvas.pixels(_CEMENT_MM))
    since = np.where(bare, np.minimum(ground.since_s, np.float32(time_s)), np.float32(np.inf))
    frames = np.where(bare, ground.frames + 1, np.float32(0))
    share = 1 / np.maximum(frames, 1)
    mean = np.where(bare, ground.mean + share * (difference + reference - ground.mean), np.float32(0))
    fresh = bare & (time_s - since >= _WATCHED_S)
    after = replace(
        ground,
        since_s=since.astype(np.float32),
        mean=mean.astype(np.float32),
        frames=frames.astype(np.float32),
        learned=ground.learned | fresh,
    )
    return after, fresh


def _typical(height: Image) -> float:
    """How much the metal stands out where it does."""
    return float(np.percentile(height[height > 0], 75)) if (height > 0).any() else np.inf
