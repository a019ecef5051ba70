"""Where the treated bone and the needle's tip lie in space, from what two simultaneous views show of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry import axes_lps, isocentre_plane_scale
from leakwatch.nouns import AnalysedRun, Outline, Run
from leakwatch.views.fit import Fit
from leakwatch.views.triangulate import Position, triangulate

Point = tuple[float, float, float]

_LEAST_DEPTH_SHARE = 0.3
"""Of the first view's beam, what must lie across the second's picture for depth to be seen there."""
MOST_APART_MM = 12.0
"""Between the rays through two outlines of one bone: less than half the way to the next vertebra, and more
than isocentres are off by."""


@dataclass(frozen=True, slots=True)
class BoneBox:
    """The box around the treated bone, as wide, high and deep as its two outlines, in patient space.

    Attributes
    ----------
    centre_mm_lps
        Where the rays through the middles of both outlines come nearest.
    axes_lps
        Unit vectors along its sides: the first view's right, beam and up.
    half_mm
        Half its sides, in the order of `axes_lps`.
    ray_gap_mm
        How far those two rays miss each other: what two drawings and the stated geometry disagree by.
    """

    centre_mm_lps: Point
    axes_lps: tuple[Point, Point, Point]
    half_mm: Point
    ray_gap_mm: float


@dataclass(frozen=True, slots=True)
class Scene:
    """What a pair of views shows of bone and needle; None with a reason where it does not.

    `middle` is where the middles of both outlines put that of the bone; there may be one without a box, and
    where there is none, `bone_reason` says why. `warning` is a sentence for whoever reads the results, where
    the two outlines cannot be of one bone.
    """

    bone: BoneBox | None
    bone_reason: str
    tip: Position | None
    tip_reason: str
    warning: str = ""
    middle: Position | None = None


class _Apart(str):
    """That two outlines are not of one bone: a reason which is also a warning."""

    __slots__ = ()


def lay_out(a: AnalysedRun, b: AnalysedRun, fit: Fit, config: ViewsConfig) -> Scene:
    """Find bone and needle tip from the outlines and the needles of the first frames of both views.

    Parameters
    ----------
    a, b
        With the geometry that `fit` found.
    """
    middle, tip = (_middle(a, b), _tip(a, b, config)) if fit.fits else (_Apart(fit.reason), fit.reason)
    bone = middle if isinstance(middle, str) else _box(a, b, middle)
    return Scene(
        None if isinstance(bone, str) else bone,
        bone if isinstance(bone, str) else "",
        None if isinstance(tip, str) else tip,
        tip if isinstance(tip, str) else "",
        f"{a.run.paths[0]} and {b.run.paths[0]}: {bone}" if isinstance(bone, _Apart) else "",
        None if isinstance(middle, str) else middle,
    )


def _middle(a: AnalysedRun, b: AnalysedRun) -> Position | str:
    """Cross the rays through the middles of both outlines."""
    if len(a.outlines) != 1 or len(b.outlines) != 1:
        return "it takes exactly one outline in each view to know which bone is which"
    (middle_a, _), (middle_b, _) = _extent(a.outlines[0]), _extent(b.outlines[0])
    try:
        centre = triangulate(a.run, middle_a, 0.0, b.run, middle_b, 0.0)
    except ValueError as error:
        return str(error)
    if centre.gap_mm > MOST_APART_MM:
        return _Apart(
            f"the outlines of the two views lie {centre.gap_mm:.0f} mm apart: one is of another bone, or the "
            "stated geometry is wrong"
        )
    return centre


def _box(a: AnalysedRun, b: AnalysedRun, centre: Position) -> BoneBox | str:
    (_, size_a), (_, size_b) = _extent(a.outlines[0]), _extent(b.outlines[0])
    right, down, beam = axes_lps(a.run.geometry)
    wide, high = _half_mm(a.run, size_a, centre.mm_lps)
    wide_b, _ = _half_mm(b.run, size_b, centre.mm_lps)
    across = axes_lps(b.run.geometry)[0]
    share = abs(float(beam @ across))
    if share < _LEAST_DEPTH_SHARE:
        return "the second view does not look across the first, so how deep the bone is is not seen"
    # a box is seen as wide as the shadows of its sides together
    deep = (wide_b - abs(float(right @ across)) * wide - abs(float(down @ across)) * high) / share
    if deep <= 0:
        return "no box has the outlines of both views: the two are not of one bone, or the angles are wrong"
    axes = (_point(right), _point(beam), _point(-down))
    return BoneBox(centre.mm_lps, axes, (wide, deep, high), centre.gap_mm)


def _tip(a: AnalysedRun, b: AnalysedRun, config: ViewsConfig) -> Position | str:
    """Cross the rays of the two tips that fit each other best."""
    tips_a, tips_b = ([needle.tip_xy_px for needle in one.summary.needles] for one in (a, b))
    if not tips_a or not tips_b:
        return "no needle was found on the first frame of " + (
            "either view" if not tips_a + tips_b else "one view"
        )
    try:
        crossings = [triangulate(a.run, one, 0.0, b.run, other, 0.0) for one in tips_a for other in tips_b]
    except ValueError as error:
        return str(error)
    best = min(crossings, key=lambda crossing: crossing.gap_mm)
    if best.gap_mm > config.max_ray_gap_mm:
        return (
            f"the rays to the needle's tip miss each other by {best.gap_mm:.1f} mm, more than "
            f"{config.max_ray_gap_mm:g} mm"
        )
    return best


def _extent(outline: Outline) -> tuple[tuple[float, float], tuple[float, float]]:
    """Middle and full size of the upright box around an outline, pixels."""
    low, high = outline.polygon_xy_px.min(axis=0), outline.polygon_xy_px.max(axis=0)
    middle, size = (low + high) / 2, high - low
    return (float(middle[0]), float(middle[1])), (float(size[0]), float(size[1]))


def _half_mm(run: Run, size_px: tuple[float, float], centre_lps: Point) -> tuple[float, float]:
    """Half of what is so wide and high in the picture, mm at the depth of `centre_lps`."""
    row_mm, column_mm = run.geometry.pixel_mm or (0.0, 0.0)
    nearer = isocentre_plane_scale(centre_lps, run.geometry)
    return size_px[0] / 2 * column_mm * nearer, size_px[1] / 2 * row_mm * nearer


def _point(vector: NDArray[np.float64]) -> Point:
    return (float(vector[0]), float(vector[1]), float(vector[2]))
