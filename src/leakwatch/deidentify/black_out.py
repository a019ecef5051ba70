"""What is written into the picture: whether a person has looked, and what is to be covered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.errors import UsageError


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the picture, in pixels: left column, top row, columns, rows."""

    x: int
    y: int
    width: int
    height: int


def parse_rectangle(text: str) -> Rectangle:
    """Read ``x,y,w,h``.

    Raises
    ------
    UsageError
        Not four whole numbers, or an empty rectangle.
    """
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        msg = f"--black-out {text!r:.60}: must be four whole numbers, x,y,w,h"
        raise UsageError(msg) from error
    if x < 0 or y < 0 or width < 1 or height < 1:
        msg = f"--black-out {text!r:.60}: must lie in the picture and cover something"
        raise UsageError(msg)
    return Rectangle(x, y, width, height)


def blacked_out(
    pixels: NDArray[np.integer], rectangles: tuple[Rectangle, ...], value: int
) -> NDArray[np.integer]:
    """Give a frame, (rows, columns) or (rows, columns, 3), with the rectangles filled."""
    if not rectangles:
        return pixels
    covered = pixels.copy()
    for one in rectangles:
        covered[one.y : one.y + one.height, one.x : one.x + one.width] = value
    return covered
