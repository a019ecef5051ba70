"""What the network looks at: planes on a grid of its own, in units that no machine's gain changes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.evidence import Evidence
from leakwatch.imaging.filters import Image, Mask, smooth, smooth_within
from leakwatch.imaging.network.trend import Trend

GRID_MM = 0.5
"""Pixel of the grid: the coarsest recordings have about this, and finer ones are averaged down to it."""
MULTIPLE = 16
"""The network halves its picture four times."""
PLANES = (
    "contrast",
    "evidence",
    "memory",
    "level",
    "unrest",
    "reference",
    "outside",
    "metal",
    "from_metal",
    "open",
    "judged",
)
"""Names of the planes, in order."""
_ANATOMY_MM = 10.0
_FARTHEST_MM = 20.0
_LONGEST_S = 5.0
_SQUEEZED = 3.0
_MOST = 4.0


@dataclass(frozen=True, slots=True)
class Looked:
    """One judged frame on the canvas, all pictures (rows, columns).

    Attributes
    ----------
    evidence
        Of this frame.
    memory
        Averaged difference to the reference; neither smoothed nor freed of sliding.
    trend
        Of the contrast.
    reference
        What frames are held against.
    outside_px
        Distance to the outline, 0 inside.
    bone
        Inside of the outline.
    metal
        The needle.
    open_
        Where there is picture.
    judged_s
        Since the first judged frame.
    """

    evidence: Evidence
    memory: Image
    trend: Trend
    reference: Image
    outside_px: Image
    bone: Mask
    metal: Mask
    open_: Mask
    judged_s: float


def planes_of(looked: Looked, canvas: Canvas) -> NDArray[np.float32]:
    """Give the planes, (len(PLANES), rows, columns) on the grid, each within about -4 and 4.

    Attenuations are counted in noise floors and squeezed, lengths in tens of millimetres. Rows and columns
    are multiples of 16; beyond the canvas all planes are 0.
    """
    noise = looked.evidence.floor
    inside = cv2.distanceTransform(looked.bone.astype(np.uint8), cv2.DIST_L2, 5)
    outside_mm = np.clip((looked.outside_px - inside) * canvas.pixel_mm, -_FARTHEST_MM, _FARTHEST_MM)
    open_ = looked.open_.astype(np.float32)
    anatomy = _anatomy(looked, open_, canvas)
    usual = float(np.median(np.abs(anatomy[looked.open_]))) if looked.open_.any() else 0.0
    to_metal = (
        cv2.distanceTransform((~looked.metal).astype(np.uint8), cv2.DIST_L2, 5) * canvas.pixel_mm
        if looked.metal.any()
        else np.full(looked.metal.shape, _FARTHEST_MM)
    )
    planes = (
        _squeezed(looked.evidence.contrast / noise) * open_,
        _squeezed(looked.evidence.z) * open_,
        _squeezed(smooth(looked.memory, max(0.5, canvas.pixels(GRID_MM / 2))) / noise) * open_,
        _squeezed(looked.trend.level / noise) * open_,
        _squeezed(looked.trend.unrest / noise) * open_,
        np.clip(anatomy / (3.0 * usual + 1e-9), -_MOST, _MOST) * open_,
        outside_mm / 10.0,
        looked.metal.astype(np.float32),
        np.minimum(to_metal, _FARTHEST_MM) / 10.0,
        open_,
        np.full(open_.shape, min(looked.judged_s, _LONGEST_S) / _LONGEST_S),
    )
    return np.stack([onto_grid(np.asarray(plane, np.float32), canvas) for plane in planes])


def grid_shape(canvas: Canvas) -> tuple[int, int]:
    """Rows and columns of the canvas on the grid, before they are filled up to multiples."""
    scale = canvas.pixel_mm / GRID_MM
    return max(1, round(canvas.rows * scale)), max(1, round(canvas.columns * scale))


def onto_canvas(plane: Image, canvas: Canvas) -> Image:
    """Bring what lies on the grid, filled up to multiples, back to the canvas."""
    rows, columns = grid_shape(canvas)
    size = (canvas.columns, canvas.rows)
    return np.asarray(cv2.resize(plane[:rows, :columns], size, interpolation=cv2.INTER_LINEAR), np.float32)


def onto_grid(plane: Image, canvas: Canvas) -> Image:
    rows, columns = grid_shape(canvas)
    way = cv2.INTER_AREA if rows < canvas.rows else cv2.INTER_LINEAR
    small = cv2.resize(plane, (columns, rows), interpolation=way)
    return np.asarray(cv2.copyMakeBorder(small, 0, -rows % MULTIPLE, 0, -columns % MULTIPLE, 0, value=0.0))


def _anatomy(looked: Looked, open_: Image, canvas: Canvas) -> Image:
    """Give the reference less its own mean nearby, of what is open alone: lead is darker than any bone."""
    if not looked.open_.any():
        return np.zeros_like(looked.reference)
    level = looked.reference - np.float32(np.median(looked.reference[looked.open_]))
    return level - smooth_within(level, open_, canvas.pixels(_ANATOMY_MM))


def _squeezed(values: Image) -> Image:
    """Logarithmic where large, linear where small; 1 at 3.5 noise floors, 4 at eighty."""
    return np.asarray(np.clip(np.arcsinh(values / _SQUEEZED), -_MOST, _MOST), np.float32)
