"""What this run could show, and where along the bone's outline it could show nothing."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from leakwatch.imaging import limits
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.filters import Image, Mask, dilate, disc, pixel_noise
from leakwatch.nouns.summary import BlindShare, Smallest

_BLIND_PART = 0.5
_ENOUGH_PX = 80
_NO_BOLUS = "no cement was believed in the bone that is large enough to measure the noise behind it"
_NO_SCALE = "no cement was seen, whose contrast would give the scale"
_NO_OUTLINE = "without an outline it is not known where the bone ends"
_NOTHING_JUDGED = "no frame was judged"


@dataclass(frozen=True, slots=True)
class Shown:
    """The last judged frame on the canvas, each (rows, columns).

    Attributes
    ----------
    picture
        Attenuation as the bone sees it.
    difference
        The same minus the reference, in one frame, neither averaged nor smoothed.
    evidence
        Averaged contrast and its spread.
    open_
        Where there was picture.
    """

    picture: Image
    difference: Image
    evidence: Evidence
    open_: Mask


def smallest_at_edge(
    shown: Shown | None, noise: float, per_px: float | None, rim: Mask | None, metal: Mask
) -> Smallest:
    """Smallest sphere next to the bone, where its edge and what slides over it raise the spread.

    Parameters
    ----------
    noise
        One-frame noise of one working pixel.
    rim
        Just outside the bone; None without an outline.
    """
    if rim is None:
        return Smallest(None, _NO_OUTLINE)
    if shown is None:
        return Smallest(None, _NOTHING_JUDGED)
    if per_px is None:
        return Smallest(None, _NO_SCALE)
    place = rim & shown.open_ & ~metal
    if not place.any():
        return Smallest(None, "the bone's edge was covered")
    nuisance = float(np.median(_nuisance(shown.evidence)[place]))
    return Smallest(limits.smallest_sphere_px(noise, per_px, nuisance))


def smallest_behind_bolus(
    shown: Shown | None, noise: float, per_px: float | None, bolus: Mask, metal: Mask
) -> Smallest:
    """Smallest sphere behind the denser half of the cement, where fewer photons arrive.

    The noise there is measured; relative to the noise beside it, so that what resampling took from both
    does not matter.
    """
    if shown is None:
        return Smallest(None, _NOTHING_JUDGED)
    place = bolus & shown.open_ & ~metal
    if per_px is None or not place.any():
        return Smallest(None, _NO_BOLUS)
    dense = place & (shown.evidence.contrast >= np.median(shown.evidence.contrast[place]))
    beside = shown.open_ & ~metal & ~dilate(bolus, 3)
    if np.count_nonzero(dense) < _ENOUGH_PX or np.count_nonzero(beside) < _ENOUGH_PX:
        return Smallest(None, _NO_BOLUS)
    clear = pixel_noise(shown.picture, beside)
    # no fewer than beside: cement takes photons away, and a small patch measures noise badly
    ratio = max(1.0, pixel_noise(shown.picture, dense) / clear) if clear > 0 else 1.0
    nuisance = float(np.median(_nuisance(shown.evidence)[dense]))
    return Smallest(limits.smallest_sphere_px(noise * ratio, per_px, nuisance))


def blind_share(
    shown: Shown | None,
    noise: float,
    per_px: float | None,
    bone: Mask | None,
    metal: Mask,
    watched: Mask | None,
    leak_mm: float,
    canvas: Canvas,
) -> BlindShare:
    """Share of the bone's contour at which a leak of `leak_mm` across would not stand out.

    At each pixel of the contour the half disc outside is looked at, as wide as the leak; where more than
    half of it is covered, metal or too noisy, the place is blind. Covered goes before metal, metal before
    noise, so that the three add up.
    """
    if bone is None:
        return BlindShare(leak_mm, reason=_NO_OUTLINE)
    if shown is None or watched is None:
        return BlindShare(leak_mm, reason=_NOTHING_JUDGED)
    contour = bone & ~_shrunk(bone)
    if not contour.any():
        return BlindShare(leak_mm, reason="no part of the outline is in the picture")
    covered = ~watched
    if per_px is None:
        noisy = np.zeros_like(bone)
    else:
        smallest = limits.smallest_spheres_px(noise, per_px, _nuisance(shown.evidence))
        noisy = smallest > canvas.pixels(leak_mm)
    parts, outside, radius = [], ~bone, canvas.pixels(leak_mm / 2)
    blind = np.zeros_like(bone)
    for cause in (covered, metal, noisy):
        before = _mostly(blind, outside, radius)
        blind = blind | cause
        parts.append(float(np.mean((_mostly(blind, outside, radius) & ~before)[contour])))
    reason = "" if per_px is not None else f"noise not counted: {_NO_SCALE}"
    return BlindShare(leak_mm, sum(parts), parts[0], parts[1], None if per_px is None else parts[2], reason)


def _nuisance(evidence: Evidence) -> Image:
    """Spread beyond what the noise floor explains."""
    return np.asarray(np.sqrt(np.maximum(evidence.sigma**2 - evidence.floor**2, 0)), np.float32)


def _shrunk(mask: Mask) -> Mask:
    return cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0) > 0


def _mostly(mask: Mask, where: Mask, radius_px: float) -> Mask:
    """Whether more than half of `where` within reach of a pixel is in the mask; beyond the canvas counts."""
    kernel = disc(radius_px).astype(np.float32)
    inside = cv2.filter2D(
        (mask & where).astype(np.float32), cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT
    )
    whole = cv2.filter2D(where.astype(np.float32), cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(inside > _BLIND_PART * np.maximum(whole, 1e-6), np.bool_)
