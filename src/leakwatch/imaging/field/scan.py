"""A frame made small, and looked at from eight sides as scan lines that run inwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.filters import Image, pixel_noise

_SIDE_PX = 128  # of the small picture: an edge is placed to a fraction of its pixel
_DEEPEST = 3.0  # denser than the middle of the picture by more says nothing more
SIDES = 8
"""Left, top, right, bottom, and the four corners between them."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How the small picture and its copy turned by 45 degrees lie to the frame.

    Attributes
    ----------
    factor
        Frame pixels per small pixel along each axis.
    shape
        (rows, columns) of the small picture.
    turned
        Affine (2, 3): small picture -> turned picture.
    side_px
        Rows and columns of the turned picture.
    """

    factor: int
    shape: tuple[int, int]
    turned: NDArray[np.float64]
    side_px: int


@dataclass(frozen=True, slots=True)
class Side:
    """The small picture seen from one side.

    Attributes
    ----------
    number
        0 to 3 are left, top, right and bottom; 4 to 7 the corners.
    depth
        (lines, steps) float32 attenuation; step 0 is outermost.
    begins
        (lines,) first step of each line that lies within the picture; `steps` where none does.
    ends
        (lines,) one past the last such step.
    """

    number: int
    depth: Image
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]


def lay_grid(rows: int, columns: int) -> Grid:
    """Choose the small picture for a matrix."""
    factor = max(1, -(-max(rows, columns) // _SIDE_PX))
    shape = (max(1, rows // factor), max(1, columns // factor))
    side = int(np.ceil(np.hypot(*shape))) + 2
    centre = np.array([(shape[1] - 1) / 2, (shape[0] - 1) / 2])
    turned = np.asarray(cv2.getRotationMatrix2D(tuple(centre), 45.0, 1.0), np.float64)
    turned[:, 2] += (side - 1) / 2 - centre
    return Grid(factor, shape, turned, side)


def make_small(attenuation: Image, grid: Grid) -> tuple[Image, float]:
    """Average a frame down, without specks, and measure the noise that is left per small pixel."""
    rows, columns = (side * grid.factor for side in grid.shape)
    size = (grid.shape[1], grid.shape[0])
    cut = attenuation[:rows, :columns]
    small = np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.float32)
    noise = pixel_noise(small, np.ones(small.shape, np.bool_))
    clipped = np.minimum(small, np.float32(np.median(small) + _DEEPEST))
    return np.asarray(cv2.medianBlur(clipped, 3), np.float32), noise


def sides_of(small: Image, grid: Grid, corners: bool = True) -> Iterator[Side]:
    """Look at the small picture from each side; `corners` says whether from the corners as well."""
    for number in range(4):
        depth = np.ascontiguousarray(np.rot90(small, number))
        lines, steps = depth.shape
        yield Side(number, depth, np.zeros(lines, np.int64), np.full(lines, steps, np.int64))
    if not corners:
        return
    size = (grid.side_px, grid.side_px)
    turned = cv2.warpAffine(small, grid.turned, size, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(np.ones(small.shape, np.uint8), grid.turned, size, flags=cv2.INTER_NEAREST) > 0
    for number in range(4):
        depth = np.ascontiguousarray(np.rot90(turned, number), np.float32)
        within = np.rot90(inside, number)
        steps = depth.shape[1]
        seen = within.any(axis=1)
        begins = np.where(seen, within.argmax(axis=1), steps)
        ends = np.where(seen, steps - within[:, ::-1].argmax(axis=1), steps)
        yield Side(4 + number, depth, begins, ends)


def frame_from_side(number: int, line_step: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """Frame pixels (n, 2), x and y, of points given as (line, step) of one side."""
    rows, columns = grid.shape if number < 4 else (grid.side_px, grid.side_px)
    line, step = np.asarray(line_step, np.float64).T
    x, y = (
        (step, line),
        (columns - 1 - line, step),
        (columns - 1 - step, rows - 1 - line),
        (line, rows - 1 - step),
    )[number % 4]
    small = np.column_stack([x, y])
    if number >= 4:
        small = np.linalg.solve(grid.turned[:, :2], (small - grid.turned[:, 2]).T).T
    return np.asarray((small + 0.5) * grid.factor - 0.5, np.float64)
