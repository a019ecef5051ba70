"""Find the pose of a CT's bone from one fluoroscopy view, or from two jointly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.ct.bone import LabelledBone
from leakwatch.ct.drr import beam_lps, drr
from leakwatch.ct.pose import BonePose, mean_distance_mm, mean_in_plane_mm
from leakwatch.ct.search import minimise
from leakwatch.nouns import CArm

_LEVELS_MM = (1.6, 0.8)
"""Pixel at the isocentre, coarse and fine."""
_COARSE_SCALE = (4.0, 4.0, 4.0, 2.5, 2.5, 2.5)
_FINE_SCALE = (0.8, 0.8, 0.8, 0.6, 0.6, 0.6)
_ROOM_MM = 12.0
"""How far from the shadow of the start the picture is looked at."""
_STEEPEST = 0.98
"""Quantile at which the picture's gradients are cut: a needle's edges are steeper than bone's."""
_MOST_SEARCHES = 4
DISAGREEMENT_MM = 1.5
"""Best two searches that end further apart than this, on average over the bone, have failed."""


@dataclass(frozen=True, slots=True)
class View:
    """A picture without cement: attenuation up to scale and offset, dark bone high, (rows, columns)."""

    attenuation: NDArray[np.float32]
    carm: CArm


@dataclass(frozen=True, slots=True)
class Registration:
    """What was found.

    Attributes
    ----------
    pose
        Of the better search.
    similarity
        Mean gradient correlation over the views, at most 1.
    disagreement_mm
        Mean distance over the bone between where the best two searches ended: the error estimate.
        It tells a search that got stuck from one that did not; an error shared by both is not in it.
    in_plane_disagreement_mm
        The same across the central beam of the view where it is largest. One view hardly tells depth, so
        this may be small where `disagreement_mm` is large.
    """

    pose: BonePose
    similarity: float
    disagreement_mm: float
    in_plane_disagreement_mm: float
    views: int

    @property
    def trusted(self) -> bool:
        """Whether two views were used and the error estimate is within `DISAGREEMENT_MM`.

        Never of one view: there both searches have been seen to end together, and many millimetres off.
        """
        return self.views >= 2 and self.disagreement_mm <= DISAGREEMENT_MM


def register(bone: LabelledBone, views: Sequence[View], start: BonePose, seed: int = 0) -> Registration:
    """Lay a bone on its pictures by gradient correlation, coarse to fine, at least twice.

    Gradient correlation: Penney et al., IEEE Trans Med Imaging 1998;17:586. Every search begins at `start`
    and has random numbers of its own; the result with the same `seed` is always the same. While the best two
    do not end together there is another search, up to four.

    Raises
    ------
    ValueError
        There is no view, a geometry is incomplete, or the start lies outside every picture.
    """
    if not views:
        msg = "a registration needs a view"
        raise ValueError(msg)
    ends: list[tuple[BonePose, float]] = []
    for number in range(_MOST_SEARCHES):
        ends.append(_search(bone, views, start, np.random.default_rng([seed, number])))
        ends.sort(key=lambda end: end[1])
        # a search may get stuck; the best two must not have
        if len(ends) >= 2 and mean_distance_mm(bone.points_mm, ends[0][0], ends[1][0]) <= DISAGREEMENT_MM:
            break
    (pose, best), (other, _) = ends[:2]
    in_plane = [mean_in_plane_mm(bone.points_mm, pose, other, beam_lps(view.carm)) for view in views]
    return Registration(pose, -best, mean_distance_mm(bone.points_mm, pose, other), max(in_plane), len(views))


def _search(
    bone: LabelledBone, views: Sequence[View], start: BonePose, rng: np.random.Generator
) -> tuple[BonePose, float]:
    pose, value = start, 0.0
    for pixel_mm, scale, generations, population in zip(
        _LEVELS_MM, (_COARSE_SCALE, _FINE_SCALE), (45, 30), (14, 12), strict=True
    ):
        levels = [_level(bone, view, pose, pixel_mm) for view in views]

        def cost(step: NDArray[np.float64], levels: list[_Level] = levels, pose: BonePose = pose) -> float:
            here = pose.moved(step)
            return -float(np.mean([level.similarity(bone, here) for level in levels]))

        step, value = minimise(cost, scale, generations, population, rng)
        pose = pose.moved(step)
    return pose, value


@dataclass(frozen=True, slots=True)
class _Level:
    """Gradients of a thinned picture, (2, rows, columns), 0 outside of `window`; two vectors of length 1."""

    gradients: NDArray[np.float32]
    window: NDArray[np.float32]
    carm: CArm

    def similarity(self, bone: LabelledBone, pose: BonePose) -> float:
        rows, columns = self.window.shape
        made = _gradients(drr(bone.mineral, pose, self.carm, rows, columns)) * self.window
        length = np.sqrt(np.sum(made**2, axis=(1, 2)))
        return float(np.mean(np.sum(made * self.gradients, axis=(1, 2)) / np.maximum(length, 1e-6)))


def _level(bone: LabelledBone, view: View, pose: BonePose, pixel_mm: float) -> _Level:
    picture, carm = _thinned(view, pixel_mm)
    shadow = drr(bone.mineral, pose, carm, *picture.shape) > 0
    if not shadow.any():
        msg = "the bone is not in the picture where the search starts"
        raise ValueError(msg)
    window = ndimage.distance_transform_edt(~shadow) < _ROOM_MM / pixel_mm
    gradients = _gradients(picture)
    limit = np.quantile(np.abs(gradients[:, window]), _STEEPEST)
    gradients = np.clip(gradients, -limit, limit) * window
    length = np.sqrt(np.sum(gradients**2, axis=(1, 2), keepdims=True))
    return _Level(
        np.asarray(gradients / np.maximum(length, 1e-6), np.float32), np.asarray(window, np.float32), carm
    )


def _thinned(view: View, pixel_mm: float) -> tuple[NDArray[np.float32], CArm]:
    """Block means; the geometry with pixels that much larger, about the same central ray."""
    carm = view.carm
    if carm.pixel_mm is None or carm.imager_spacing_mm is None:
        msg = "the geometry is incomplete: no pixel size"
        raise ValueError(msg)
    factor = max(1, round(pixel_mm / carm.pixel_mm[0]))
    rows, columns = (size // factor for size in view.attenuation.shape)
    # Cut evenly, so that the middle of the matrix stays on the central ray (to half a pixel where odd).
    top = (view.attenuation.shape[0] - rows * factor) // 2
    left = (view.attenuation.shape[1] - columns * factor) // 2
    cut = view.attenuation[top : top + rows * factor, left : left + columns * factor]
    means = cut.reshape(rows, factor, columns, factor).mean(axis=(1, 3), dtype=np.float32)
    row_mm, column_mm = carm.imager_spacing_mm
    return means, replace(carm, imager_spacing_mm=(row_mm * factor, column_mm * factor))


def _gradients(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.stack([ndimage.gaussian_filter(picture, 0.8, order=order) for order in ((0, 1), (1, 0))])
