"""What the bone network looks at: planes on a grid of its own, in units that no machine's gain changes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.filters import Image, Mask, robust_sigma, smooth_within

GRID_MM = 1.0
"""Pixel of the grid. A bone's outline is smooth: finer pixels hold noise, and cost time."""
MULTIPLE = 16
"""The network halves its picture four times."""
PLANES = ("level", "detail", "open", "click")
"""Names of the planes, in order."""
CLICK_MM = 4.0
"""Standard deviation of the spot that marks a click."""
_DETAIL_MM = 5.0
_MOST = 4.0
_LEVEL_RANGE = (10.0, 90.0)
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True)
class Grid:
    """The network's grid over a stored frame: its matrix, and frame pixels per grid pixel, x and y."""

    rows: int
    columns: int
    step: tuple[float, float]

    def from_frame(self, xy_px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Frame points (n, 2) on the grid."""
        return np.asarray((xy_px + 0.5) / np.array(self.step) - 0.5, np.float64)

    def to_frame(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Inverse of `from_frame`."""
        return np.asarray((xy + 0.5) * np.array(self.step) - 0.5, np.float64)


def lay_grid(rows: int, columns: int, pixel_mm: tuple[float, float]) -> Grid:
    """Lay the grid over a frame; `pixel_mm` (row, column) at the isocentre plane."""
    grid_rows = max(1, round(rows * pixel_mm[0] / GRID_MM))
    grid_columns = max(1, round(columns * pixel_mm[1] / GRID_MM))
    return Grid(grid_rows, grid_columns, (columns / grid_columns, rows / grid_rows))


def onto_grid(picture: Image, grid: Grid) -> Image:
    """Average a frame (rows, columns) down, or draw it out, to the grid."""
    way = cv2.INTER_AREA if grid.rows < picture.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (grid.columns, grid.rows), interpolation=way), np.float32)


def planes_of(attenuation: Image, open_: Mask, click_xy: tuple[float, float] | None) -> NDArray[np.float32]:
    """Give the planes, (len(PLANES), rows, columns) float32 within -4 and 4; 0 where there is no picture.

    Parameters
    ----------
    attenuation, open_
        (rows, columns) on the grid: any gain and offset, more material is larger; and where it is known.
    click_xy
        A point in the treated bone, on the grid; None where none was given.
    """
    weight = open_.astype(np.float32)
    click = np.zeros_like(weight)
    if click_xy is not None:
        y, x = np.ogrid[: weight.shape[0], : weight.shape[1]]
        squared = (x - click_xy[0]) ** 2 + (y - click_xy[1]) ** 2
        click = np.asarray(np.exp(-0.5 * squared / (CLICK_MM / GRID_MM) ** 2), np.float32)
    if not open_.any():
        return np.stack([np.zeros_like(weight), np.zeros_like(weight), weight, click])
    seen = attenuation[open_]
    low, high = np.percentile(seen, _LEVEL_RANGE)
    level = (attenuation - np.float32(np.median(seen))) * weight
    detail = (level - smooth_within(level, weight, _DETAIL_MM / GRID_MM)) * weight
    usual = robust_sigma(detail[open_])
    level = level / np.float32(0.5 * (high - low) + _NOTHING)
    detail = detail / np.float32(2 * usual + _NOTHING)
    planes = (np.clip(level, -_MOST, _MOST), np.clip(detail, -_MOST, _MOST), weight, click)
    return np.asarray(np.stack(planes), np.float32)


def filled_up(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Add rows and columns of 0 until the network can halve them."""
    rows, columns = planes.shape[1:]
    return np.pad(planes, ((0, 0), (0, -rows % MULTIPLE), (0, -columns % MULTIPLE)))
