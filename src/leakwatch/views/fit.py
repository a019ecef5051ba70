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
from leakwatch.nouns import AnalysedRun, CementShadow, Outline, PoseError, Run
from leakwatch.views.triangulate import MIN_ANGLE_DEG

_TIP_MM = 1.0
_BONE_MM = 1.5
_CEMENT_MM = 1.5
"""What two views may disagree by on each, one standard deviation: they do not see quite the same edge."""
_MOST_SIGMAS = 3.0
"""Nothing is off by more of its standard deviations."""
_BORDER_PX = 3
_BONE = "bone"
_Rays = tuple[NDArray[np.float64], NDArray[np.float64], int]
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

    Nothing of the error along what no view sees is found; that part is 0. What misses by `_MOST_SIGMAS` all
    the same is not one thing in both views, and is left out. Where that is the bone, by itself, or the pose
    would have to be off by more than any machine's is, the views do not fit.
    """
    try:
        sources = [source_lps(one.run.geometry) for one in (a, b)]
    except ValueError as incomplete:
        return Fit(None, reason=str(incomplete))
    angle_deg = _angle_deg(*sources)
    if not MIN_ANGLE_DEG <= angle_deg <= 180 - MIN_ANGLE_DEG:
        return Fit(None, reason=f"the views are {angle_deg:.1f} degrees apart, along one line of sight")
    cues = tuple(_cues(a, b))
    if not cues:
        return Fit(None, reason="no needle, bone or cement is seen by both views")
    bone = tuple(cue for cue in cues if cue.name.startswith(_BONE))
    by_bone = _solve(bone, a.run, b.run, config)
    if bone and (why := _refusal(bone, a.run, b.run, by_bone, config)):
        return Fit(
            None, reason=f"{why}: an outline is of another bone, or the stated geometry is wrong", fits=False
        )
    likely = _solve(cues, a.run, b.run, config)
    alike = tuple(cue for cue in cues if _is_alike(cue, a.run, b.run, _pose_error(likely, config)))
    likely = _solve(alike, a.run, b.run, config)
    if not alike or _refusal((*alike, *bone), a.run, b.run, likely, config):
        # needle and cement were found, not given: where they say something else, the bone alone counts
        alike, likely = bone, by_bone
    if not alike:
        return Fit(None, reason="what both views see of needle and cement does not go together")
    error = _pose_error(likely, config)
    names = tuple(cue.name for cue in alike)
    return Fit(error, names, _rms(alike, a.run, b.run, None), _rms(alike, a.run, b.run, error))


def _refusal(cues: Sequence[_Cue], a: Run, b: Run, likely: NDArray[np.float64], config: ViewsConfig) -> str:
    """Say why so large an error, or what it leaves, cannot be; empty if it can."""
    error = _pose_error(likely, config)
    if any(not _is_alike(cue, a, b, error) for cue in cues):
        worst_mm = max(abs(_gap_mm(cue, a, b, error)) for cue in cues)
        return f"the outlines of the two views miss each other by {worst_mm:.1f} mm with the pose fitted"
    if np.abs(likely).max() > _MOST_SIGMAS:
        turn_deg, shift_mm = (float(np.linalg.norm(part)) for part in (error.turn_deg, error.shift_mm))
        return f"the second view would have to be off by {turn_deg:.1f} degrees and {shift_mm:.0f} mm"
    return ""


def _angle_deg(source_a: NDArray[np.float64], source_b: NDArray[np.float64]) -> float:
    """Give the angle between both sources as seen from the isocentre."""
    cosine = source_a @ source_b / np.linalg.norm(source_a) / np.linalg.norm(source_b)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _solve(cues: Sequence[_Cue], a: Run, b: Run, config: ViewsConfig) -> NDArray[np.float64]:
    """Find the most likely error, (6,) in standard deviations of turn and shift."""
    if not cues:
        return np.zeros(6)
    sigma_mm = np.array([cue.sigma_mm for cue in cues])

    def misfit(error: NDArray[np.float64]) -> NDArray[np.float64]:
        gaps_mm = np.array([_gap_mm(cue, a, b, _pose_error(error, config)) for cue in cues])
        return np.concatenate([_huber(gaps_mm / sigma_mm), error])

    return np.asarray(least_squares(misfit, np.zeros(6)).x, np.float64)


def _is_alike(cue: _Cue, a: Run, b: Run, error: PoseError) -> bool:
    return abs(_gap_mm(cue, a, b, error)) <= _MOST_SIGMAS * cue.sigma_mm


def with_pose_error(view: AnalysedRun, error: PoseError | None) -> AnalysedRun:
    """Give the view the geometry that was found."""
    return replace(view, run=run_with_pose_error(view.run, error))


def run_with_pose_error(run: Run, error: PoseError | None) -> Run:
    """Give the run the geometry that was found."""
    return run if error is None else replace(run, geometry=replace(run.geometry, pose_error=error))


def _pose_error(sigmas: NDArray[np.float64], config: ViewsConfig) -> PoseError:
    turn_x, turn_y, turn_z = map(float, sigmas[:3] * config.angle_error_deg)
    left, back, up = map(float, sigmas[3:] * config.isocentre_error_mm)
    return PoseError((turn_x, turn_y, turn_z), (left, back, up))


def _cues(a: AnalysedRun, b: AnalysedRun) -> Iterator[_Cue]:
    tips = [np.array([n.tip_xy_px for n in one.summary.needles], np.float64) for one in (a, b)]
    if len(tips[0]) and len(tips[1]):
        yield _Cue("needle tip", tips[0], tips[1], _TIP_MM, 0)
    outlines = [_outline(one) for one in (a, b)]
    if outlines[0] is not None and outlines[1] is not None:
        found_mm = [float(np.mean(one.error_mm)) if one.error_mm else 0.0 for one in outlines if one]
        sigma_mm = float(np.linalg.norm([_BONE_MM, *found_mm]))
        edges = outlines[0].polygon_xy_px, outlines[1].polygon_xy_px
        yield from _ends(_BONE, a.run, edges[0], b.run, edges[1], sigma_mm)
    shadows = [one.summary.shadow for one in (a, b)]
    if shadows[0] is not None and shadows[1] is not None and not (shadows[0].cut or shadows[1].cut):
        yield from _ends("cement", a.run, _rim(shadows[0]), b.run, _rim(shadows[1]), _CEMENT_MM)


def _ends(
    name: str, a: Run, a_xy_px: NDArray[np.float64], b: Run, b_xy_px: NDArray[np.float64], sigma_mm: float
) -> Iterator[_Cue]:
    """Give both ends along the line through both sources; not one that a picture may have cut off."""
    for side, which in ((-1, "one end"), (1, "other end")):
        cue = _Cue(f"{name}, {which}", a_xy_px, b_xy_px, sigma_mm, side)
        (_, _, at_a), (_, _, at_b) = _rays(cue, a, b, None)
        if _is_inside(a_xy_px[at_a], a) and _is_inside(b_xy_px[at_b], b):
            yield cue


def _is_inside(xy_px: NDArray[np.float64], run: Run) -> bool:
    """Whether all around a place there is picture."""
    (x, y), reach = np.rint(xy_px).astype(int), _BORDER_PX
    if min(x, y) < reach or x >= run.columns - reach or y >= run.rows - reach:
        return False
    around = slice(y - reach, y + reach + 1), slice(x - reach, x + reach + 1)
    return run.shutter is None or not run.shutter[around].any()


def _outline(view: AnalysedRun) -> Outline | None:
    """Give the only outline, of the first frame; None where there is none such."""
    if len(view.outlines) != 1 or view.outlines[0].frame:
        return None
    return view.outlines[0]


def _rim(shadow: CementShadow) -> NDArray[np.float64]:
    rows, columns = np.nonzero(shadow.cement)
    at = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.int32))[:, 0]
    return np.asarray(shadow.corner_xy_px + at.astype(np.float64) * shadow.step_px, np.float64)


def _gap_mm(cue: _Cue, a: Run, b: Run, error: PoseError | None) -> float:
    """By how much the two rays of a cue miss each other, mm, signed along the axis both views share."""
    (source_a, rays_a, at_a), (source_b, rays_b, at_b) = _rays(cue, a, b, error)
    if cue.side:
        rays_a, rays_b = rays_a[[at_a]], rays_b[[at_b]]
    across = np.cross(rays_a[:, None], rays_b[None])
    across /= np.linalg.norm(across, axis=-1, keepdims=True)
    gaps = across @ (source_b - source_a)
    return float(gaps.flat[np.argmin(np.abs(gaps))])


def _rays(cue: _Cue, a: Run, b: Run, error: PoseError | None) -> tuple[_Rays, _Rays]:
    """Source and rays of each view, and which of them lies at the cue's end."""
    corrected = run_with_pose_error(b, error).geometry
    source_a, rays_a = ray_lps_from_xy_px(cue.a_xy_px, a.geometry, a.rows, a.columns)
    source_b, rays_b = ray_lps_from_xy_px(cue.b_xy_px, corrected, b.rows, b.columns)
    axis = source_b - source_a
    axis /= np.linalg.norm(axis)
    at_a, at_b = (
        _extreme(rays, source, axis, cue.side) for rays, source in ((rays_a, source_a), (rays_b, source_b))
    )
    return (source_a, rays_a, at_a), (source_b, rays_b, at_b)


def _extreme(
    rays: NDArray[np.float64], source: NDArray[np.float64], axis: NDArray[np.float64], side: int
) -> int:
    """Which ray's plane through both sources is turned farthest about `axis`."""
    zero = -source - axis * (-source @ axis)  # towards the isocentre
    zero /= np.linalg.norm(zero)
    angle = np.arctan2(rays @ np.cross(axis, zero), rays @ zero)
    return int(np.argmax(side * angle))


def _huber(misfits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Huber's loss as a residual: beyond `_OUTLIER` its square grows only linearly."""
    large = np.abs(misfits)
    return np.where(
        large <= _OUTLIER,
        misfits,
        np.sign(misfits) * np.sqrt(np.maximum(_OUTLIER * (2 * large - _OUTLIER), 0)),
    )


def _rms(cues: Sequence[_Cue], a: Run, b: Run, error: PoseError | None) -> float:
    return float(np.sqrt(np.mean([_gap_mm(cue, a, b, error) ** 2 for cue in cues])))
