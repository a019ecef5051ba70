"""What comes in over the border: a hand, a glove, a syringe, a needle that is brought later.

Cement comes out of the bone, and slowly. What lies at the border of the picture and was not there before
came from outside, and so did all that hangs together with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, Mask, dilate, disc, smooth

_SMOOTHING_PX = 1.0
_NOISE_LEFT = 0.28  # of white noise, by that smoothing
_STRONG_SIGMA, _WEAK_SIGMA = 10.0, 6.0
_SLID_MM = 3.0  # what is no denser than something so near has only been displaced
_BORDER_MM = 1.5
_LEAST_MM2 = 3.0
_FAST_MM2 = 15.0  # more than the fastest flow of cement covers from one frame to the next
_RIM_MM = 0.8
_BULKY_MM = 2.5  # half the width of what is thicker than any needle
_FAINT_SHARE, _HALF_SHARE = 0.1, 0.5  # of an object's own density: its blurred edge, and its width
_SOFT_RIM_MM = 2.5  # round things thin out towards their edge, and scatter around them


@dataclass(frozen=True, slots=True)
class Intruders:
    """What came in, on the canvas.

    Attributes
    ----------
    mask
        (rows, columns) where nothing can be judged: the objects with their rims.
    core
        The same without the rims.
    bulky
        Those of them that are thicker than any needle, with their rims.
    dark
        All that hung together with them on the last frame, leaks that touch them included.
    """

    mask: Mask
    core: Mask
    bulky: Mask
    dark: Mask


def no_intruders(shape: tuple[int, ...]) -> Intruders:
    """Start with nothing."""
    nothing = np.zeros(shape, np.bool_)
    return Intruders(nothing, nothing, nothing, nothing)


def find_intruders(
    before: Intruders,
    difference: Image,
    reference: Image,
    open_: Mask,
    cement: Mask,
    noise: float,
    canvas: Canvas,
) -> Intruders:
    """Mark what came in over the border.

    A piece is new if most of it was not taken for cement before: a leak that has grown as far as the border
    is not. It grows as an object only by leaps; what grows on slowly at its side may be cement, and stays
    in sight.

    Parameters
    ----------
    difference
        (rows, columns) float32: this frame minus the reference, larger = more material.
    open_
        What the picture shows, and what the reference knows.
    cement
        What was taken for cement on the last frame.
    noise
        One-pixel noise of the frame.
    """
    risen = smooth(difference, _SMOOTHING_PX)
    spread = max(_spread(risen[open_]), _NOISE_LEFT * noise)
    weak = (risen > _WEAK_SIGMA * spread) & open_ & ~cement
    border = _border(open_, canvas)
    if not (weak & border).any():
        return no_intruders(open_.shape)
    side = 2 * round(canvas.pixels(_SLID_MM)) + 1
    highest = cv2.dilate(reference, np.ones((side, side), np.uint8))
    over = smooth(difference + reference, _SMOOTHING_PX) - highest
    strong = (over > _STRONG_SIGMA * spread) & weak
    if not strong.any() and not before.core.any():
        return no_intruders(open_.shape)
    weak = cv2.morphologyEx(weak.astype(np.uint8), cv2.MORPH_OPEN, disc(canvas.pixels(0.5))) > 0
    count, parts, stats, _ = cv2.connectedComponentsWithStats(weak.astype(np.uint8), connectivity=8)
    least = _LEAST_MM2 / canvas.pixel_mm**2
    # what is known stays known while any of it is at the border; what is new must stand out there
    chosen = np.isin(np.arange(count), parts[before.core]) | np.isin(np.arange(count), parts[strong])
    chosen &= np.isin(np.arange(count), parts[border])
    chosen &= stats[:, cv2.CC_STAT_AREA] >= least
    chosen[0] = False
    if not chosen.any():
        return no_intruders(open_.shape)
    core, dark, broad = (np.zeros_like(open_) for _ in range(3))
    near = dilate(before.dark, canvas.pixels(_RIM_MM)) if before.dark.any() else before.dark
    fast = _FAST_MM2 / canvas.pixel_mm**2
    for part in np.flatnonzero(chosen):
        piece = parts == part
        dark |= piece
        density = float(np.percentile(risen[piece], 75))
        known = bool((piece & before.core).any())
        leapt = np.count_nonzero(piece & ~near) > fast
        # the little that is added keeps noise from eating it away; it never passes what was there before
        here = piece if leapt or not known else before.core & dilate(piece, canvas.pixels(_RIM_MM))
        core |= here & (~piece | (risen > _FAINT_SHARE * density))
        broad |= here & (risen > _HALF_SHARE * density)
    thick = cv2.morphologyEx(broad.astype(np.uint8), cv2.MORPH_OPEN, disc(canvas.pixels(_BULKY_MM))) > 0
    bulky = dilate(thick, canvas.pixels(_SOFT_RIM_MM)) & ~cement
    mask = bulky | dilate(core, canvas.pixels(_RIM_MM)) & ~cement
    return Intruders(mask, core, bulky, dark)


def _spread(risen: NDArray[np.float32]) -> float:
    """Spread of what is no object: nothing that comes in brightens."""
    bright = risen[risen < 0]
    return float(1.4826 * np.median(-bright)) if bright.size else 0.0


def _border(open_: Mask, canvas: Canvas) -> Mask:
    """Mark the open field's edge, the canvas's included."""
    kernel = disc(canvas.pixels(_BORDER_MM))
    inner = cv2.erode(open_.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    return open_ & ~inner
