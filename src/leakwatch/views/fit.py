"""What the stated pose of one view is off by beside the other's, from what both views see.

Angles are off by degrees and isocentres by millimetres on real machines. Whatever both views see lies on
rays of both: the needle's tip, and the two planes through both sources that just touch the bone, or the
cement (its frontier points: Hartley and Zisserman, Multiple View Geometry, 12.6). Rays of one such thing must
not miss each other. That is less than the six numbers of a pose, so what cannot be seen stays as stated:
the most likely pose error is found, given what machines are off by (`views.angle_error_deg`,
`views.isocentre_error_mm`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from leakwatch.config.views import ViewsConfig
from leakwatch.geometry.carm import ray_lps_from_xy_px, source_lps
from leakwatch.nouns import AnalysedRun, CementShadow, PoseError, Run
from leakwatch.views.triangulate import MIN_ANGLE_DEG

_TIP_MM = 1.0
_BONE_MM = 1.5
_CEMENT_MM = 1.5
"""What two views may disagree by on each, one standard deviation: they do not see quite the same edge."""
_MOST_SIGMAS = 3.0
"""Nothing is off by more of its standard deviations."""
_BONE = "bone"
_EITHER = "an outline is of another bone, or the stated geometry is wrong"
_OUTLIER = 2.0
"""Standard deviations from which on what is seen counts less: a tip may be that of another needle."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A pose error and what it leaves.

    Attributes
    ----------
    error
        Of the second view beside the first; None where nothing could be told.
    cues
        What both views see: ``needle tip``, ``bone, one end`` and so on; without what was left out.
    gap_before_mm, gap_after_mm
        By how much its rays miss each other, root mean square, as stated and as fitted; None without.
    reason
        Why there is no error, or why the views do not fit each other; else empty.
    fits
        Whether what both views see can be of one patient: where it cannot, they are not to be joined.
    """

    error: PoseError | None
    cues: tuple[str, ...] = ()
    gap_before_mm: float | None = None
    gap_after_mm: float | None = None
    reason: str = ""
    fits: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Cue:
    """One thing that both views see: candidates in each, (n, 2) pixels, of which one pair is it."""

    name: str
    a_xy_px: NDArray[np.float64]
    b_xy_px: NDArray[np.float64]
    sigma_mm: float
    side: int
    """-1 and +1: of the candidates the lowest and the highest about the line through both sources; 0: any."""


def fit_poses(a: AnalysedRun, b: AnalysedRun, config: ViewsConfig) -> Fit:
    """Find the most likely pose error of `b` beside `a`.

    Nothing of the error along what no view sees is found; that part is 0. What then still misses by
    `_MOST_SIGMAS` is not the same thing in both views, and is left out; where that is the bone, or the pose
    would have to be off by more than any machine's is, the views do not fit.
    """
    try:
        sources = [source_lps(one.run.geometry) for one in (a, b)]
    except ValueError as error:
        return Fit(None, reason=str(error))
    angle_deg = _angle_deg(*sources)
    if not MIN_ANGLE_DEG <= angle_deg <= 180 - MIN_ANGLE_DEG:
        return Fit(None, reason=f"the views are {angle_deg:.1f} degrees apart, along one line of sight")
    cues = tuple(_cues(a, b))
    if not cues:
        return Fit(None, reason="no needle, bone or cement is seen by both views")
    off = _solve(cues, a.run, b.run, config)
    alike = tuple(cue for cue in cues if _is_alike(cue, a.run, b.run, _pose_error(off, config)))
    if alike and alike != cues:
        off = _solve(alike, a.run, b.run, config)
    before = _rms(alike or cues, a.run, b.run, None)
    after = _rms(alike or cues, a.run, b.run, _pose_error(off, config))
    names = tuple(cue.name for cue in alike)
    bone = [cue for cue in cues if cue.name.startswith(_BONE)]
    if any(cue not in alike for cue in bone):
        worst = max(abs(_gap_mm(cue, a.run, b.run, _pose_error(off, config))) for cue in bone)
        why = f"the outlines of the two views miss each other by {worst:.1f} mm with the pose fitted"
        return Fit(None, names, before, after, f"{why}: {_EITHER}", fits=False)
    if np.abs(off).max() > _MOST_SIGMAS or not alike:
        why = "what both views see does not go together" if not alike else _too_far(_pose_error(off, config))
        return Fit(None, names, before, after, f"{why}: {_EITHER}", fits=not bone)
    return Fit(_pose_error(off, config), names, before, after)


def _angle_deg(source_a: NDArray[np.float64], source_b: NDArray[np.float64]) -> float:
    """Give the angle between both sources as seen from the isocentre."""
    cosine = source_a @ source_b / np.linalg.norm(source_a) / np.linalg.norm(source_b)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _solve(cues: Sequence[_Cue], a: Run, b: Run, config: ViewsConfig) -> NDArray[np.float64]:
    """Find the most likely error, (6,) in standard deviations."""
    sigma_mm = np.array([cue.sigma_mm for cue in cues])

    def misfit(off: NDArray[np.float64]) -> NDArray[np.float64]:
        gaps_mm = np.array([_gap_mm(cue, a, b, _pose_error(off, config)) for cue in cues])
        return np.concatenate([_tamed(gaps_mm / sigma_mm), off])

    return np.asarray(least_squares(misfit, np.zeros(6), diff_step=1e-3).x, np.float64)


def _is_alike(cue: _Cue, a: Run, b: Run, error: PoseError) -> bool:
    return abs(_gap_mm(cue, a, b, error)) <= _MOST_SIGMAS * cue.sigma_mm


def with_pose_error(view: AnalysedRun, error: PoseError | None) -> AnalysedRun:
    """Give the view the geometry that was found."""
    return replace(view, run=run_with_pose_error(view.run, error))


def run_with_pose_error(run: Run, error: PoseError | None) -> Run:
    """Give the run the geometry that was found."""
    return run if error is None else replace(run, geometry=replace(run.geometry, pose_error=error))


def _pose_error(off: NDArray[np.float64], config: ViewsConfig) -> PoseError:
    turn_x, turn_y, turn_z = map(float, off[:3] * config.angle_error_deg)
    left, back, up = map(float, off[3:] * config.isocentre_error_mm)
    return PoseError((turn_x, turn_y, turn_z), (left, back, up))


def _cues(a: AnalysedRun, b: AnalysedRun) -> Iterator[_Cue]:
    tips = [np.array([n.tip_xy_px for n in one.summary.needles], np.float64) for one in (a, b)]
    if len(tips[0]) and len(tips[1]):
        yield _Cue("needle tip", tips[0], tips[1], _TIP_MM, 0)
    edges = [_edge(one) for one in (a, b)]
    if edges[0] is not None and edges[1] is not None:
        for side, name in ((-1, f"{_BONE}, one end"), (1, f"{_BONE}, other end")):
            yield _Cue(name, edges[0], edges[1], _BONE_MM, side)
    shadows = [one.summary.shadow for one in (a, b)]
    if shadows[0] is not None and shadows[1] is not None and not (shadows[0].cut or shadows[1].cut):
        for side, name in ((-1, "cement, one end"), (1, "cement, other end")):
            yield _Cue(name, _rim(shadows[0]), _rim(shadows[1]), _CEMENT_MM, side)


def _edge(view: AnalysedRun) -> NDArray[np.float64] | None:
    """Give the only outline as on the first frame; None where there is none such."""
    if len(view.outlines) != 1 or view.outlines[0].frame:
        return None
    return view.outlines[0].polygon_xy_px


def _rim(shadow: CementShadow) -> NDArray[np.float64]:
    rows, columns = np.nonzero(shadow.cement)
    at = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.int32))[:, 0]
    return np.asarray(shadow.corner_xy_px + at.astype(np.float64) * shadow.step_px, np.float64)


def _gap_mm(cue: _Cue, a: Run, b: Run, error: PoseError | None) -> float:
    """By how much the two rays of a cue miss each other, mm, signed along the axis both views share."""
    corrected = run_with_pose_error(b, error).geometry
    source_a, rays_a = ray_lps_from_xy_px(cue.a_xy_px, a.geometry, a.rows, a.columns)
    source_b, rays_b = ray_lps_from_xy_px(cue.b_xy_px, corrected, b.rows, b.columns)
    if cue.side:
        axis = source_b - source_a
        axis /= np.linalg.norm(axis)
        rays_a = rays_a[[_extreme(rays_a, source_a, axis, cue.side)]]
        rays_b = rays_b[[_extreme(rays_b, source_b, axis, cue.side)]]
    across = np.cross(rays_a[:, None], rays_b[None])
    across /= np.linalg.norm(across, axis=-1, keepdims=True)
    gaps = across @ (source_b - source_a)
    return float(gaps.flat[np.argmin(np.abs(gaps))])


def _extreme(
    rays: NDArray[np.float64], source: NDArray[np.float64], axis: NDArray[np.float64], side: int
) -> int:
    """Which ray's plane through both sources is turned farthest about `axis`."""
    zero = -source - axis * (-source @ axis)  # towards the isocentre
    zero /= np.linalg.norm(zero)
    angle = np.arctan2(rays @ np.cross(axis, zero), rays @ zero)
    return int(np.argmax(side * angle))


def _tamed(misfits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Huber's loss as a residual: beyond `_OUTLIER` its square grows only linearly."""
    large = np.abs(misfits)
    return np.where(
        large <= _OUTLIER,
        misfits,
        np.sign(misfits) * np.sqrt(np.maximum(_OUTLIER * (2 * large - _OUTLIER), 0)),
    )


def _too_far(error: PoseError) -> str:
    turn_deg, shift_mm = float(np.linalg.norm(error.turn_deg)), float(np.linalg.norm(error.shift_mm))
    return f"the second view would have to be off by {turn_deg:.1f} degrees and {shift_mm:.0f} mm"


def _rms(cues: Sequence[_Cue], a: Run, b: Run, error: PoseError | None) -> float:
    return float(np.sqrt(np.mean([_gap_mm(cue, a, b, error) ** 2 for cue in cues])))
