"""What a piece of darkening looks like: the facts on which it is believed to be cement or not.

Every trait is a length, an area, a share or a ratio of the run's own evidence, so that it means the same on
every machine. Cement that leaks comes out of the bolus, begins at the bone's edge, grows no faster than it is
pushed, only darkens, and lies where nothing was to be displaced; the traits ask these things one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.filters import Image, Mask, dilate, disc, gradient, smooth

_NEAR_MM = 12.0  # how far a displaced thing's bright side may lie from its dark one
_TOUCH_MM = 1.5
_GAS_MM = 6.0  # half the width of a bowel loop
_EDGE_MM = 0.8
_BRIGHT_FLOORS = 3.0
_UPSET_SIGMA = 4.0
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Traits:
    """One leak candidate on one frame.

    Attributes
    ----------
    area_mm2
        Of all that lies outside the outline.
    reach_mm, nearest_mm
        Largest and smallest distance to the outline.
    thickness_mm
        Of its widest part.
    evidence
        Mean darkening beyond the outline's uncertainty, in units of its spread.
    attached
        1 where it touches cement inside the bone, else 0.
    paired
        Brightening around it as a share of its darkening: what moves darkens on one side and brightens on
        the other; 2 at most.
    slide_mm
        Mean displacement of the edges under it that would explain it; slopes of less than the noise floor a
        millimetre are none.
    filled
        Share of its darkening that gas would explain which was there before and has left.
    share
        Its summed contrast over that of the cement in the bone.
    washed
        Share of its largest sum that the cement in the bone has lost: cement loses nothing, contrast medium
        does.
    border_mm
        Distance to the edge of what can be seen: hands and syringes come from there.
    upset_mm2
        Area elsewhere outside the bone that is as remarkable, dark or bright.
    stray_mm
        How far the bone is from the nearest place where it was while the reference was learned.
    age_s
        Since it was first seen.
    born_reach_mm
        Its `reach_mm` then.
    origin_mm
        How far from the needle and from cement that was known it began: cement comes out of one of them.
    learned, learned_most
        Mean and largest of the log odds that the network gives its pixels; 0 without the network.
    """

    area_mm2: float
    reach_mm: float
    nearest_mm: float
    thickness_mm: float
    evidence: float
    attached: float
    paired: float
    slide_mm: float
    filled: float
    share: float
    washed: float
    border_mm: float
    upset_mm2: float
    stray_mm: float
    age_s: float
    born_reach_mm: float
    origin_mm: float
    learned: float
    learned_most: float


TRAITS = tuple(field.name for field in fields(Traits))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the traits of all pieces of one frame are measured against.

    Attributes
    ----------
    evidence
        Of this frame.
    odds
        (rows, columns) log odds of cement by the network; zeros without it.
    steep
        (rows, columns) slope of the reference, attenuation per millimetre.
    lucent
        (rows, columns) how much less attenuation the reference has here than around gas that may lie here.
    outside_mm
        Distance to the outline, 0 inside.
    border_mm
        Distance to what is covered or not looked at.
    source_mm
        Distance to the needle and to cement that was known before.
    bolus
        Cement inside the bone.
    bolus_sum, washed
        Its summed contrast, attenuation x mm2, and the share of the largest such sum that is lost.
    bright
        What brightened beyond noise.
    upset_mm2
        Area outside the bone that is remarkable.
    stray_mm
        As in `Traits`.
    """

    evidence: Evidence
    odds: Image
    steep: Image
    lucent: Image
    outside_mm: Image
    border_mm: Image
    source_mm: Image
    bolus: Mask
    bolus_sum: float
    washed: float
    bright: Mask
    upset_mm2: float
    stray_mm: float


def survey(
    evidence: Evidence,
    odds: Image,
    reference: Image,
    open_: Mask,
    cement: Mask,
    bone: Mask,
    outside_px: Image,
    source: Mask,
    largest_bolus: float,
    stray_mm: float,
    canvas: Canvas,
) -> Surroundings:
    """Measure once per frame what all its pieces share.

    Parameters
    ----------
    open_
        What is looked at.
    cement
        What is taken for cement on this frame.
    source
        Where cement can come from: the needle and cement that was known before.
    largest_bolus
        Largest `bolus_sum` of the frames before.
    """
    pixel_mm2 = canvas.pixel_mm**2
    calm = smooth(reference, canvas.pixels(_EDGE_MM))
    slope_x, slope_y = gradient(calm)
    gas = disc(canvas.pixels(_GAS_MM))
    framed = cv2.copyMakeBorder(open_.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    border = cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1]
    contrast, z = evidence.contrast, evidence.z
    beside = open_ & ~bone
    remarkable = beside & ~cement & (np.abs(z) > _UPSET_SIGMA)
    around = Surroundings(
        evidence=evidence,
        odds=odds,
        steep=np.asarray(np.hypot(slope_x, slope_y) / canvas.pixel_mm, np.float32),
        lucent=np.asarray(cv2.morphologyEx(calm, cv2.MORPH_CLOSE, gas) - calm, np.float32),
        outside_mm=np.asarray(outside_px * canvas.pixel_mm, np.float32),
        border_mm=np.asarray(border * canvas.pixel_mm, np.float32),
        source_mm=_distance_mm(source, canvas),
        bolus=source,
        bolus_sum=0.0,
        washed=0.0,
        bright=open_ & (contrast < -_BRIGHT_FLOORS * evidence.floor),
        upset_mm2=float(np.count_nonzero(remarkable)) * pixel_mm2,
        stray_mm=stray_mm,
    )
    return with_bolus(around, source & bone, largest_bolus, canvas)


def with_bolus(around: Surroundings, bolus: Mask, largest_bolus: float, canvas: Canvas) -> Surroundings:
    """Measure the cement in the bone, once it is known which of the dark pieces there are."""
    bolus_sum = float(around.evidence.contrast[bolus].sum()) * canvas.pixel_mm**2
    washed = max(0.0, 1.0 - bolus_sum / largest_bolus) if largest_bolus > _TINY else 0.0
    return replace(around, bolus=bolus, bolus_sum=bolus_sum, washed=washed)


def measure(
    piece: Mask,
    around: Surroundings,
    uncertainty_mm: float,
    age_s: float,
    born_reach_mm: float,
    born_origin_mm: float,
    canvas: Canvas,
) -> Traits:
    """Measure one piece, (rows, columns) bool on the canvas, all of it outside the bone or all inside.

    Parameters
    ----------
    uncertainty_mm
        Of the outline: `evidence` is taken beyond it, where anything is; below 0 for a piece inside.
    born_reach_mm, born_origin_mm
        Not a number where this frame is its first.
    """
    rows, columns = _window(piece, canvas.pixels(_NEAR_MM), piece.shape)
    part = piece[rows, columns]
    contrast = around.evidence.contrast[rows, columns]
    z = around.evidence.darkest[rows, columns]
    distance = around.outside_mm[rows, columns][part]
    dark = np.maximum(contrast[part], 0.0)
    total = float(dark.sum()) + _TINY
    beyond = z[part][distance > uncertainty_mm]
    near = dilate(part, canvas.pixels(_NEAR_MM))
    bright = float(-contrast[near & around.bright[rows, columns]].sum())
    width = cv2.distanceTransform(np.pad(part, 1).astype(np.uint8), cv2.DIST_L2, 5).max()
    touched = dilate(part, canvas.pixels(_TOUCH_MM)) & around.bolus[rows, columns]
    reach = float(distance.max())
    return Traits(
        area_mm2=float(np.count_nonzero(part)) * canvas.pixel_mm**2,
        reach_mm=reach,
        nearest_mm=float(distance.min()),
        thickness_mm=float(2.0 * width * canvas.pixel_mm),
        evidence=float(beyond.mean()) if beyond.size else 0.0,
        attached=float(touched.any()),
        paired=min(bright / total, 2.0),
        slide_mm=float(np.mean(dark / (around.steep[rows, columns][part] + around.evidence.floor))),
        filled=float(np.minimum(dark, np.maximum(around.lucent[rows, columns][part], 0)).sum()) / total,
        share=total * canvas.pixel_mm**2 / (around.bolus_sum + _TINY) if around.bolus_sum > 0 else 1e3,
        washed=around.washed,
        border_mm=float(around.border_mm[rows, columns][part].min()),
        upset_mm2=around.upset_mm2,
        stray_mm=around.stray_mm,
        age_s=age_s,
        born_reach_mm=born_reach_mm if np.isfinite(born_reach_mm) else reach,
        origin_mm=born_origin_mm
        if np.isfinite(born_origin_mm)
        else float(around.source_mm[rows, columns][part].min()),
        learned=float(around.odds[rows, columns][part].mean()),
        learned_most=float(around.odds[rows, columns][part].max()),
    )


def _distance_mm(source: Mask, canvas: Canvas) -> Image:
    """Distance to the nearest pixel of `source`; the width of the canvas where there is none."""
    if not source.any():
        return np.full(source.shape, max(source.shape) * canvas.pixel_mm, np.float32)
    distance = cv2.distanceTransform((~source).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(distance * canvas.pixel_mm, np.float32)


def _window(piece: Mask, margin: float, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns that hold the piece and `margin` pixels around it."""
    sides: list[NDArray[np.intp]] = [np.flatnonzero(piece.any(axis=axis)) for axis in (1, 0)]
    spare = int(np.ceil(margin)) + 1
    first, second = (
        slice(max(0, int(side[0]) - spare), min(size, int(side[-1]) + spare + 1))
        for side, size in zip(sides, shape, strict=True)
    )
    return first, second
