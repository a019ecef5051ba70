"""Vary the views that the network learns from: more than the simulator's patients and machines differ.

Real bone, bowel and machines are not the simulator's. What is varied here is what must not matter: size,
place and turn of the picture, its contrast and sharpness (of all of it, and of parts), broad shadows and
gas, lines across it, and how much of it is open.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.bone.gather import BoneView
from leakwatch.imaging.bone.network import SITES
from leakwatch.imaging.bone.planes import GRID_MM, planes_of
from leakwatch.imaging.filters import Image, Mask, smooth

SIDE_PX = 144
"""Rows and columns of what is learned from at a time."""
_SCALE, _TURN_DEG, _SHEAR = 0.12, 8.0, 0.05
_ELASTIC_MM, _ELASTIC_SCALE_MM = 1.5, 22.0
_ASIDE_MM = 30.0
_FADED = 0.4
_CLICKED = 0.5
_UNCLICKED_LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Lesson:
    """Planes (planes, rows, columns), and the class of each pixel (rows, columns)."""

    planes: NDArray[np.float32]
    truth: NDArray[np.int64]


def lesson_of(view: BoneView, rng: np.random.Generator) -> Lesson:
    """Draw one variation of a view, cut to `SIDE_PX`."""
    x, y = _places(view, rng)
    picture = cv2.GaussianBlur(view.attenuation, (0, 0), 0.35 * GRID_MM / view.pixel_mm)
    seen = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    open_ = cv2.remap(view.valid.astype(np.uint8), x, y, cv2.INTER_NEAREST) > 0
    bone = cv2.remap(view.bone.astype(np.float32), x, y, cv2.INTER_LINEAR) > 0.5
    open_ &= _aperture(rng)
    seen = _shaded(np.asarray(seen, np.float32), open_, rng)
    planes = planes_of(seen, open_, _click(bone & open_, rng))
    site = 1 + [one.value for one in SITES].index(view.site)
    truth = np.where(bone & open_, site, 0).astype(np.int64)
    return Lesson(planes, truth)


def _places(view: BoneView, rng: np.random.Generator) -> tuple[Image, Image]:
    """Where in the stored view each pixel of the lesson comes from."""
    rows, columns = np.nonzero(view.bone & view.valid)
    middle = np.array([columns.mean(), rows.mean()]) if len(rows) else np.array(view.bone.shape[::-1]) / 2
    turn = np.deg2rad(rng.normal(0, _TURN_DEG))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[1, rng.normal(0, _SHEAR)], [0, 1]])
    matrix *= np.exp(rng.normal(0, _SCALE)) * np.exp(rng.normal(0, 0.04, 2))
    matrix *= np.where(rng.random(2) < (0.5, 0.3), -1.0, 1.0)  # mirrored; head down
    at = np.arange(SIDE_PX, dtype=np.float64) - (SIDE_PX - 1) / 2
    grid = np.stack(np.meshgrid(at, at)) * GRID_MM
    grid += rng.uniform(-_ASIDE_MM, _ASIDE_MM, 2)[:, None, None]
    grid += _elastic(rng)
    x, y = np.tensordot(matrix, grid, 1) / view.pixel_mm + middle[:, None, None]
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


def _broad(rng: np.random.Generator, length_mm: float) -> Image:
    """Draw a field of unit spread that changes over so many millimetres."""
    field = smooth(rng.standard_normal((SIDE_PX, SIDE_PX)).astype(np.float32), length_mm / GRID_MM)
    return np.asarray(field / field.std(), np.float32)


def _elastic(rng: np.random.Generator) -> NDArray[np.float64]:
    amount = _ELASTIC_MM * rng.uniform()
    return np.stack([_broad(rng, _ELASTIC_SCALE_MM) for _ in range(2)]).astype(np.float64) * amount


def _aperture(rng: np.random.Generator) -> Mask:
    """Sometimes less is open than the machine left open."""
    y, x = np.ogrid[:SIDE_PX, :SIDE_PX]
    if rng.random() < 0.7:
        return np.ones((SIDE_PX, SIDE_PX), np.bool_)
    half = rng.uniform(0.28, 0.5, 2) * SIDE_PX
    middle = SIDE_PX / 2 + rng.uniform(-12, 12, 2)
    across, down = np.abs(x - middle[0]) / half[0], np.abs(y - middle[1]) / half[1]
    if rng.random() < 0.5:
        return np.asarray(np.hypot(across, down) < 1)
    return np.asarray(np.maximum(across, down) < 1)


def _shaded(seen: Image, open_: Mask, rng: np.random.Generator) -> Image:
    """Change contrast, sharpness and noise, and lay shadows over the picture."""
    inside = seen[open_] if open_.any() else seen
    low, high = (float(n) for n in np.percentile(inside, (5, 95)))
    unit = max(high - low, 1e-3)
    share = np.clip((seen - np.float32(low)) / np.float32(unit), -1.5, 4.0)
    if rng.random() < 0.5:  # values shaped for the eye, or squeezed by scatter
        power = float(np.exp(rng.normal(0, 0.3)))
        share = np.sign(share) * np.abs(share) ** np.float32(power)
    if rng.random() < 0.6:
        share = share + np.float32(rng.uniform(0, 0.35)) * _broad(rng, float(rng.uniform(12, 40)))
    if rng.random() < 0.5:
        share = share + np.float32(rng.uniform(0, 0.12)) * _broad(rng, float(rng.uniform(2, 8)))
    if rng.random() < _FADED:
        share = _faded(np.asarray(share, np.float32), rng)
    for _ in range(int(rng.poisson(1.5)) if rng.random() < 0.6 else 0):
        share = share + _pocket(rng)
    for _ in range(int(rng.integers(1, 3)) if rng.random() < 0.2 else 0):
        share = share + _wire(rng)
    blur_mm = float(rng.uniform(0, 1.2)) if rng.random() < 0.5 else 0.0
    if blur_mm > 0.3:
        share = cv2.GaussianBlur(share, (0, 0), blur_mm / GRID_MM)
    elif rng.random() < 0.4:  # sharpened
        share = share + np.float32(rng.uniform(0, 1.2)) * (share - cv2.GaussianBlur(share, (0, 0), 1.5))
    noise = np.float32(rng.uniform(0, 0.06)) * rng.standard_normal(share.shape, np.float32)
    return np.asarray(share + noise, np.float32)


def _faded(share: Image, rng: np.random.Generator) -> Image:
    """Let detail be lost here and there: a front wall fades long before an endplate does."""
    coarse = smooth(share, float(rng.uniform(2.5, 6.0)) / GRID_MM)
    kept = np.clip(0.65 + 0.35 * _broad(rng, float(rng.uniform(8, 20))), rng.uniform(0.05, 0.5), 1)
    return np.asarray(coarse + kept * (share - coarse), np.float32)


def _pocket(rng: np.random.Generator) -> Image:
    """Draw a pocket of gas, or what is denser than its surroundings; with a soft edge."""
    y, x = np.ogrid[:SIDE_PX, :SIDE_PX]
    radii = rng.uniform(4, 16, 2)
    centre = rng.uniform(0, SIDE_PX, 2)
    inside = 1 - ((x - centre[0]) / radii[0]) ** 2 - ((y - centre[1]) / radii[1]) ** 2
    depth = np.sqrt(np.clip(inside, 0, None)) * rng.uniform(0.1, 0.6) * (-1 if rng.random() < 0.75 else 1)
    return np.asarray(depth, np.float32)


def _wire(rng: np.random.Generator) -> Image:
    """Draw a lead or tube that runs across."""
    drawn = np.zeros((SIDE_PX, SIDE_PX), np.float32)
    ends = rng.uniform(-20, SIDE_PX + 20, (2, 2)).astype(int).tolist()
    cv2.line(drawn, ends[0], ends[1], 1.0, 1 if rng.random() < 0.7 else 3, cv2.LINE_AA)
    return drawn * np.float32(rng.uniform(0.1, 0.6))


def _click(bone: Mask, rng: np.random.Generator) -> tuple[float, float] | None:
    """Somewhere in the bone, rather in its middle; often nowhere."""
    if rng.random() >= _CLICKED or bone.mean() < _UNCLICKED_LEAST:
        return None
    depth = cv2.distanceTransform(bone.astype(np.uint8), cv2.DIST_L2, 3)
    rows, columns = np.nonzero(depth > rng.uniform(0.1, 0.7) * depth.max())
    at = int(rng.integers(len(rows)))
    return float(columns[at] + rng.normal(0, 0.5)), float(rows[at] + rng.normal(0, 0.5))
