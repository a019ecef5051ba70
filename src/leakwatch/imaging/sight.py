"""How small a leak this run could show: at the bone's edge, and behind the bolus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.imaging import limits
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.filters import Image, Mask, dilate, pixel_noise
from leakwatch.nouns.summary import Smallest

_ENOUGH_PX = 80
_NO_BOLUS = "no cement was believed in the bone that is large enough to measure the noise behind it"
NO_SCALE = "no cement was seen, whose contrast would give the scale"
NO_OUTLINE = "without an outline it is not known where the bone ends"
NOTHING_JUDGED = "no frame was judged"


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
        Where there was picture, and nothing in front.
    added
        Attenuation added to the reference, averaged over frames.
    in_picture
        Where there was picture, be something in front or not.
    metal
        Where metal was known.
    index
        Number of that frame.
    """

    picture: Image
    difference: Image
    evidence: Evidence
    open_: Mask
    added: Image
    in_picture: Mask
    metal: Mask
    index: int


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
        return Smallest(None, NO_OUTLINE)
    if shown is None:
        return Smallest(None, NOTHING_JUDGED)
    if per_px is None:
        return Smallest(None, NO_SCALE)
    place = rim & shown.open_ & ~metal
    if not place.any():
        return Smallest(None, "the bone's edge was covered")
    nuisance = float(np.median(nuisance_of(shown.evidence)[place]))
    return Smallest(limits.smallest_sphere_px(noise, per_px, nuisance))


def smallest_behind_bolus(
    shown: Shown | None, noise: float, per_px: float | None, bolus: Mask, metal: Mask
) -> Smallest:
    """Smallest sphere behind the denser half of the cement, where fewer photons arrive.

    The noise there is measured; relative to the noise beside it, so that what resampling took from both
    does not matter.
    """
    if shown is None:
        return Smallest(None, NOTHING_JUDGED)
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
    nuisance = float(np.median(nuisance_of(shown.evidence)[dense]))
    return Smallest(limits.smallest_sphere_px(noise * ratio, per_px, nuisance))


def nuisance_of(evidence: Evidence) -> Image:
    """Spread beyond what the noise floor explains."""
    return np.asarray(np.sqrt(np.maximum(evidence.sigma**2 - evidence.floor**2, 0)), np.float32)
