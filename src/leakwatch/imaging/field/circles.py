"""Round fields: the circle of an image intensifier, or of an iris."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.field.falls import REACH, clear_after, falls_of, placed
from leakwatch.imaging.field.lines import lacks_structure
from leakwatch.imaging.filters import Image

_TRIES = 80
_LEAST_RADIUS = 0.3
_AGREE_PX = 1.5
_LEAST_SHARE = 0.22
_RAYS = 180
_WEAK = 0.6
_WITHIN = 0.999


@dataclass(frozen=True, slots=True)
class Circle:
    """Centre and radius in small pixels; the picture is within."""

    x: float
    y: float
    radius: float
    blur: float


def vote_circle(points: NDArray[np.float64], shape: tuple[int, int]) -> Circle | None:
    """Find a circle on which a good share of edge points lie.

    Parameters
    ----------
    points
        (n, 2) x and y of first falls, small pixels.
    """
    longest = max(shape)
    if len(points) < 40:
        return None
    # three points at a time, drawn the same way for every frame
    chosen = np.random.default_rng(0).integers(0, len(points), (_TRIES, 3))
    centres, radii = _through(points[chosen])
    sound = np.isfinite(radii) & (radii > _LEAST_RADIUS * min(shape)) & (radii < longest)
    sound &= _is_central(centres, shape)
    if not sound.any():
        return None
    centres, radii = centres[sound], radii[sound]
    away = np.hypot(*(points[:, None] - centres).transpose(2, 0, 1))
    counts = np.count_nonzero(np.abs(away - radii) < _AGREE_PX, axis=0)
    best = int(counts.argmax())
    if counts[best] < _LEAST_SHARE * len(points):
        return None
    centre, radius = centres[best], float(radii[best])
    for _ in range(2):
        off = np.hypot(*(points - centre).T) - radius
        near = points[np.abs(off) < _AGREE_PX]
        # least squares of x^2 + y^2 = 2 a x + 2 b y + c (Kasa 1976)
        design = np.column_stack([2 * near, np.ones(len(near))])
        answer, *_ = np.linalg.lstsq(design, (near**2).sum(axis=1), rcond=None)
        centre, radius = answer[:2], float(np.sqrt(max(answer[2] + (answer[:2] ** 2).sum(), 0.0)))
    if not (_LEAST_RADIUS * min(shape) < radius < longest and _is_central(centre[None], shape)[0]):
        return None
    return Circle(float(centre[0]), float(centre[1]), radius, 1.0)


def _is_central(centres: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Say which centres (n, 2) lie in the middle half of the picture, as those of round fields do."""
    share = centres / (np.array(shape[::-1]) - 1.0)
    return np.asarray(((share > 0.25) & (share < 0.75)).all(axis=1), np.bool_)


def arc_points(circle: Circle) -> NDArray[np.float64]:
    """Points (rays, 2) on the circle, x and y, evenly spaced from 3 o'clock, clockwise as seen."""
    angle = np.arange(_RAYS) * (2 * np.pi / _RAYS)
    return np.column_stack(
        [circle.x + circle.radius * np.cos(angle), circle.y + circle.radius * np.sin(angle)]
    )


def unrolled(small: Image, circle: Circle) -> Image:
    """Lay out the small picture along rays, from 1.4 radii outside to the centre: (rays, steps)."""
    steps = int(np.ceil(1.4 * circle.radius))
    how = cv2.INTER_LINEAR | cv2.WARP_POLAR_LINEAR | cv2.WARP_FILL_OUTLIERS
    polar = cv2.warpPolar(small, (steps, _RAYS), (circle.x, circle.y), float(steps), how)
    return np.asarray(polar[:, ::-1], np.float32)


def falls_along(circle: Circle, small: Image, least: float) -> NDArray[np.bool_]:
    """Say for each ray whether the picture falls from dense to clear at the circle."""
    polar = unrolled(small, circle)
    border = round(polar.shape[1] - circle.radius)
    fall = falls_of(polar)[:, border - 1 : border + 2]
    return np.asarray(fall.max(axis=1) >= _WEAK * least, np.bool_)


def is_featureless_around(circle: Circle, small: Image, seen: NDArray[np.bool_], noise: float) -> bool:
    """Whether the picture beyond the circle lacks the structure of that within."""
    polar = unrolled(small, circle)
    # what is interpolated across the picture's border is none of it
    there = unrolled(np.ones(small.shape, np.float32), circle) > _WITHIN
    border = round(polar.shape[1] - circle.radius)
    step = np.arange(polar.shape[1])
    chosen = there & seen[:, None]
    beyond, before = chosen & (step < border - 2), chosen & (step > border + 2)
    if np.count_nonzero(beyond) < 3 * np.count_nonzero(seen):
        return True
    height = float(np.median(falls_of(polar)[seen, border]))
    return lacks_structure(polar, beyond, before, height, noise)


def refined(circle: Circle, small: Image, seen: NDArray[np.bool_]) -> Circle:
    """Measure the blur on the rays that see the edge, and the radius: the smaller of two estimates."""
    polar = unrolled(small, circle)[seen]
    steps = polar.shape[1]
    border = round(steps - circle.radius)
    if border < 2 * REACH or border > steps - 2 * REACH:
        return circle
    borders = np.full(len(polar), border)
    # warpPolar: column c of the unreversed picture is c pixels from the centre
    radius = steps - 1 - float(np.median(placed(polar, borders)))
    # a slope beyond the edge draws its place outwards, where the field's shade would be taken for picture
    return replace(circle, radius=min(radius, circle.radius), blur=clear_after(polar, borders))


def _through(triples: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Circumcentres (n, 2) and radii (n,) of (n, 3, 2) points; infinite where they lie on a line."""
    a, b, c = triples[:, 0], triples[:, 1], triples[:, 2]
    ab, ac = b - a, c - a
    twice = 2 * (ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0])
    twice = np.where(np.abs(twice) < 1e-6, np.nan, twice)
    ab2, ac2 = (ab**2).sum(axis=1), (ac**2).sum(axis=1)
    ux = (ac[:, 1] * ab2 - ab[:, 1] * ac2) / twice
    uy = (ab[:, 0] * ac2 - ac[:, 0] * ab2) / twice
    return a + np.column_stack([ux, uy]), np.hypot(ux, uy)
