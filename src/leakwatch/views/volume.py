"""How much cement there is, from two views at once: each says how deep the other's shadow is.

One view's contrast is a volume only if it is known what a millimetre of cement adds to it: recipe, beam and
scatter. Two views across each other need none of that. Where the shadow is darkest, cement is about as deep
as it is wide in the other view; that gives each view a scale of its own:

    V = FILL * sqrt(M_a M_b w_a w_b / (p_a p_b))

with M the sum of a view's contrast times the area of a pixel, p its largest value in the bone, and w the
widest that the shadow is there, across the axis that both views share. `FILL` is what a bolus is thinner
than that.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.geometry import axes_from_angles
from leakwatch.nouns import Amount, AnalysedRun, CementShadow
from leakwatch.views.triangulate import Position, triangulate

FILL = 0.8
SPREAD = 0.3
"""Of V over the truth, the standard deviation of the logarithm, for views at right angles; for others it is
this over the sine of their angle. Both were fitted to 32 simulated injections, those with 200 µl or more of
`python -m leakwatch.bench.fusion --seed 4401 --cases 25` and `--seed 4402 --cases 17`; other cases say how
good they are (docs/fusion.md)."""
LEAST_ANGLE_DEG = 30.0
_MOST_APART_MM = 12.0
"""Between the rays through the middles of two shadows: farther apart they are not of one cement."""
_MOST_HIDDEN = 0.5
_WIDE_SHARE = 0.2
"""Of the largest contrast: so much is still shadow. Below is noise; above, the width tells of the middle
alone."""
_FINER = 4
_TWO_SIDED_95 = 1.96


@dataclass(frozen=True, slots=True)
class CementVolume:
    """Volume of the cement that came while both views ran.

    Attributes
    ----------
    volume
        µl, with its 95 % interval.
    hull_ul
        Of the visual hull, all that both shadows leave room for: there is no more.
    time_s
        Since the first frame of the first view.
    """

    volume: Amount
    hull_ul: float
    time_s: float


def cement_volume(a: AnalysedRun, b: AnalysedRun, behind_s: float) -> CementVolume | str:
    """Measure the cement that two simultaneous views show at their end, or say why it cannot be measured.

    Parameters
    ----------
    behind_s
        What to add to a time of `b` to have it on the clock of `a`.
    """
    shadow_a, shadow_b = _shadow(a), _shadow(b)
    if isinstance(shadow_a, str) or isinstance(shadow_b, str):
        return next(why for why in (shadow_a, shadow_b) if isinstance(why, str))
    time_s = float(a.run.times_s[shadow_a.frame])
    apart_s = abs(time_s - float(b.run.times_s[shadow_b.frame]) - behind_s)
    if apart_s > max(_interval_s(a), _interval_s(b)):
        return f"the last frames that could be judged in the two views lie {apart_s:.1f} s apart"
    try:
        centre = triangulate(a.run, _middle_px(shadow_a), 0.0, b.run, _middle_px(shadow_b), 0.0)
    except ValueError as error:
        return str(error)
    if centre.angle_deg < LEAST_ANGLE_DEG:
        return f"the views are only {centre.angle_deg:.0f} degrees apart: one does not show the other's depth"
    if centre.gap_mm > _MOST_APART_MM:
        return f"the cement of the two views lies {centre.gap_mm:.0f} mm apart: one shows only part of it"
    shared = np.cross(_axes(a)[2], _axes(b)[2])
    turned_a, turned_b = _turn(a, shadow_a, shared, centre), _turn(b, shadow_b, shared, centre)
    if turned_a is None or turned_b is None:
        return "no cement in the bone is seen by both views"
    square = turned_a.mass * turned_b.mass * turned_a.wide_mm * turned_b.wide_mm
    volume_ul = FILL * float(np.sqrt(square / (turned_a.peak * turned_b.peak)))
    sine = float(np.sin(np.radians(centre.angle_deg)))
    factor = float(np.exp(_TWO_SIDED_95 * SPREAD / sine))
    return CementVolume(
        Amount(volume_ul, volume_ul / factor, volume_ul * factor),
        _hull_ul(turned_a, turned_b) / sine,
        time_s,
    )


@dataclass(frozen=True, slots=True)
class _Turned:
    """A shadow measured along the axis that both views share, at the cement's depth.

    `mass` is contrast times mm²; `widths_mm` is how wide the cement is at `along_mm`, from its middle.
    """

    mass: float
    peak: float
    wide_mm: float
    along_mm: NDArray[np.float64]
    widths_mm: NDArray[np.float64]


def _shadow(view: AnalysedRun) -> CementShadow | str:
    if not view.run.intensity.proportional:
        return "it is not certain that the contrast of a run grows with the depth of cement"
    if view.run.geometry.pixel_mm is None:
        return "the size of a pixel at the isocentre is not known"
    if not view.outlines:
        return "without an outline it is not known which cement lies in the bone"
    shadow = view.summary.shadow
    if shadow is None:
        return "one view shows no cement"
    if shadow.cut:
        return "in one view cement reaches the edge of what is seen"
    if shadow.hidden > _MOST_HIDDEN:
        return f"in one view {shadow.hidden:.0%} of the cement lies under metal or is covered"
    return shadow


def _turn(
    view: AnalysedRun, shadow: CementShadow, axis: NDArray[np.float64], centre: Position
) -> _Turned | None:
    """Turn a shadow so that its rows follow each other along `axis`, (3,) LPS, and measure it."""
    right, down, beam = _axes(view)
    turn_deg = float(np.degrees(np.arctan2(right @ axis, down @ axis)))
    sod_mm = view.run.geometry.sod_mm or 1.0
    nearer = (sod_mm + float(np.array(centre.mm_lps) @ beam)) / sod_mm
    row_mm, column_mm = view.run.geometry.pixel_mm or (0.0, 0.0)
    step_mm = np.array([column_mm, row_mm]) * shadow.step_px * nearer
    mass = float(shadow.contrast.sum() * step_mm.prod())
    fine_mm = float(step_mm.mean()) / _FINER
    contrast = _turned(shadow.contrast, step_mm / fine_mm, turn_deg)
    in_bone = _turned(shadow.in_bone.astype(np.float32), step_mm / fine_mm, turn_deg) > 0.5
    cement = _turned(shadow.cement.astype(np.float32), step_mm / fine_mm, turn_deg) > 0.5
    bolus = np.where(in_bone & cement, contrast, 0)
    peak = float(bolus.max())
    if peak <= 0 or mass <= 0:
        return None
    _, pieces = cv2.connectedComponents((bolus > _WIDE_SHARE * peak).astype(np.uint8))
    densest = pieces == pieces.flat[int(np.argmax(bolus))]
    widths_mm = cement.sum(axis=1) * fine_mm
    along_mm = np.arange(len(widths_mm)) * fine_mm
    return _Turned(
        mass,
        peak,
        float(densest.sum(axis=1).max()) * fine_mm,
        np.asarray(along_mm - float(along_mm @ widths_mm / widths_mm.sum()), np.float64),
        widths_mm,
    )


def _turned(picture: NDArray[np.float32], scale: NDArray[np.float64], turn_deg: float) -> NDArray[np.float32]:
    """Enlarge a picture and turn it about its middle; nothing is cut off."""
    rows, columns = picture.shape
    side = int(np.ceil(np.hypot(rows * scale[1], columns * scale[0]))) + 2
    turn = np.radians(turn_deg)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * scale
    middle = np.array([(columns - 1) / 2, (rows - 1) / 2])
    shift = (side - 1) / 2 - matrix @ middle
    return np.asarray(cv2.warpAffine(picture, np.column_stack([matrix, shift]), (side, side)), np.float32)


def _hull_ul(a: _Turned, b: _Turned) -> float:
    """Sum the slices that both widths span, µl for views at right angles; both middles at one height."""
    step_mm = min(a.along_mm[1] - a.along_mm[0], b.along_mm[1] - b.along_mm[0])
    reach = max(np.abs(a.along_mm).max(), np.abs(b.along_mm).max())
    along_mm = np.arange(-reach, reach, step_mm)
    wide_a, wide_b = (np.interp(along_mm, one.along_mm, one.widths_mm, 0, 0) for one in (a, b))
    return float((wide_a * wide_b).sum() * step_mm)


def _middle_px(shadow: CementShadow) -> tuple[float, float]:
    rows, columns = np.nonzero(shadow.cement)
    x, y = shadow.corner_xy_px
    return x + float(columns.mean()) * shadow.step_px, y + float(rows.mean()) * shadow.step_px


def _axes(view: AnalysedRun) -> NDArray[np.float64]:
    return axes_from_angles(view.run.geometry.primary_deg or 0.0, view.run.geometry.secondary_deg or 0.0)


def _interval_s(view: AnalysedRun) -> float:
    frames = view.run.frames
    return float(view.run.times_s[-1]) / (frames - 1) if frames > 1 else 0.0
