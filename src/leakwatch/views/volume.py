"""How much cement there is, from two views at once: each says how deep the other's shadow is.

One view's contrast is a volume only if it is known what a millimetre of cement adds to it: recipe, beam and
scatter. Two views across each other need none of that. Where the shadow is darkest, cement is about as deep
as it is wide in the other view; that gives each view a scale of its own:

    V = FILL * sqrt(M_a M_b w_a w_b / (p_a p_b))

with M the sum of a view's contrast times the area of a pixel, p how dark its shadow is in the bone, and w how
wide it is there across the axis that both views share. `FILL` makes up for what a bolus is no cylinder, and
for how p and w are read.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.geometry import axes_lps, isocentre_plane_scale
from leakwatch.nouns import Amount, AnalysedRun, CementShadow
from leakwatch.views.scene import MOST_APART_MM
from leakwatch.views.triangulate import Position, triangulate

FILL = 0.93
SPREAD = 0.35
"""Of V over the truth, the standard deviation of the logarithm, for views at right angles; for others it is
this over the sine of their angle. Both were fitted to 38 simulated injections, those with 200 µl or more of
`python -m leakwatch.bench.fusion --seed 4401 --cases 25` and `--seed 4402 --cases 17`; other cases say how
good they are (docs/fusion.md)."""
LEAST_ANGLE_DEG = 30.0
_MOST_HIDDEN = 0.5
_DARKEST_PERCENT = 95.0
"""Of the shadow's contrast: the very largest is noise, or lies under a needle."""
_SHADOW_SHARE = 0.1
_WIDE_SHARE = 0.3
_CORE_SHARE = 0.5
"""Of the largest contrast, what still is shadow and what its width is read at; of the largest sum of a row,
from what on it is of the bolus: thin spread beside that is wide and not deep."""
_FINER = 4
TWO_SIDED_95 = 1.96


@dataclass(frozen=True, slots=True)
class CementVolume:
    """Volume of the cement that came while both views ran.

    Attributes
    ----------
    volume
        µl, with its 95 % interval.
    hull_ul
        Of the visual hull of the cement that was drawn: what both shadows leave room for, µl.
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
    if apart_s > max(a.run.interval_s, b.run.interval_s):
        return f"the last frames that could be judged in the two views lie {apart_s:.1f} s apart"
    try:
        centre = triangulate(a.run, _middle_px(shadow_a), 0.0, b.run, _middle_px(shadow_b), 0.0)
    except ValueError as error:
        return str(error)
    if centre.angle_deg < LEAST_ANGLE_DEG:
        return f"the views are only {centre.angle_deg:.0f} degrees apart: one does not show the other's depth"
    if centre.gap_mm > MOST_APART_MM:
        return f"the cement of the two views lies {centre.gap_mm:.0f} mm apart: one shows only part of it"
    shared = np.cross(axes_lps(a.run.geometry)[2], axes_lps(b.run.geometry)[2])
    along_a, along_b = (
        _measure(view, shadow, shared, centre) for view, shadow in ((a, shadow_a), (b, shadow_b))
    )
    if along_a is None or along_b is None:
        return "in one view no cement is darker than what lies around it"
    square = along_a.mass * along_b.mass * along_a.wide_mm * along_b.wide_mm
    volume_ul = FILL * float(np.sqrt(square / (along_a.dark * along_b.dark)))
    sine = float(np.sin(np.radians(centre.angle_deg)))
    factor = float(np.exp(TWO_SIDED_95 * SPREAD / sine))
    return CementVolume(
        Amount(volume_ul, volume_ul / factor, volume_ul * factor),
        _hull_ul(along_a, along_b) / sine,
        time_s,
    )


@dataclass(frozen=True, slots=True)
class _Along:
    """A shadow measured along the axis that both views share, at the cement's depth.

    `mass` is contrast times mm², `dark` and `wide_mm` are those of the bolus in the bone; `widths_mm` is how
    wide all cement is at `along_mm`, from its middle.
    """

    mass: float
    dark: float
    wide_mm: float
    along_mm: NDArray[np.float64]
    widths_mm: NDArray[np.float64]


def _shadow(view: AnalysedRun) -> CementShadow | str:
    if not view.run.intensity.proportional:
        return "it is not certain that the contrast of a run grows with the depth of cement"
    if view.run.geometry.pixel_mm is None:
        return "the size of a pixel at the isocentre is not known"
    if len(view.outlines) != 1:
        return "it takes exactly one outline in each view to know which cement lies in the bone"
    shadow = view.summary.shadow
    if shadow is None:
        return "one view shows no cement"
    if shadow.cut:
        return "in one view cement reaches the edge of what is seen"
    if shadow.hidden > _MOST_HIDDEN:
        return f"in one view {shadow.hidden:.0%} of the cement lies under metal or is covered"
    return shadow


def _measure(
    view: AnalysedRun, shadow: CementShadow, axis: NDArray[np.float64], centre: Position
) -> _Along | None:
    """Measure a shadow along `axis`, (3,) LPS; None where nothing of it in the bone is dark."""
    right, down, _ = axes_lps(view.run.geometry)
    turn_deg = float(np.degrees(np.arctan2(right @ axis, down @ axis)))
    nearer = isocentre_plane_scale(centre.mm_lps, view.run.geometry)
    row_mm, column_mm = view.run.geometry.pixel_mm or (0.0, 0.0)
    step_mm = np.array([column_mm, row_mm]) * shadow.step_px * nearer
    mass = float(shadow.contrast.sum() * step_mm.prod())
    fine_mm = float(step_mm.mean()) / _FINER
    contrast, in_bone, cement = (
        _turned(picture.astype(np.float32), step_mm / fine_mm, turn_deg)
        for picture in (shadow.contrast, shadow.in_bone, shadow.cement)
    )
    drawn = cement > 0.5
    bolus = np.where(drawn & (in_bone > 0.5), contrast, 0)
    peak = float(bolus.max())
    if peak <= 0 or mass <= 0:
        return None
    dark = float(np.percentile(bolus[bolus > _SHADOW_SHARE * peak], _DARKEST_PERCENT))
    sums = bolus.sum(axis=1)
    # pools side by side lie over each other in the other view, and are as deep as both
    wide_px = (bolus > _WIDE_SHARE * peak).sum(axis=1)[sums > _CORE_SHARE * sums.max()]
    widths_mm = drawn.sum(axis=1) * fine_mm
    along_mm = np.arange(len(widths_mm)) * fine_mm
    middle_mm = float(along_mm @ widths_mm / widths_mm.sum())
    return _Along(
        mass,
        dark,
        float(np.median(wide_px)) * fine_mm,
        np.asarray(along_mm - middle_mm, np.float64),
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


def _hull_ul(a: _Along, b: _Along) -> float:
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
