"""Where scan lines that come from outside fall from dense to clear, and how: a blade's edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.filters import Image

REACH = 4
"""Small pixels on each side of an edge that are compared; a blurred edge is no wider than twice this."""

_CLEAR_SHARE = 0.1  # of the absorption that may be left where the edge ends
_OF_LARGEST = 0.6
_LEVEL = (2, 5)  # steps from the steepest place between which the levels are read


@dataclass(frozen=True, slots=True)
class Falls:
    """Fall of attenuation at every place of every scan line.

    Attributes
    ----------
    fall
        (lines, steps + 1): mean of the `REACH` steps outside each border between two steps, less that
        of the `REACH` inside it.
    place
        (lines,) where the first strong fall of each line lies, in steps; NaN where there is none.
    """

    fall: Image
    place: NDArray[np.float64]


def find_falls(depth: Image, begins: NDArray[np.int64], ends: NDArray[np.int64], least: float) -> Falls:
    """Find the first strong fall on each line, of at least `least`, and place it to a fraction of a step."""
    steps = depth.shape[1]
    fall = falls_of(depth)
    border = np.arange(steps + 1)
    within = (border > begins[:, None]) & (border < ends[:, None])
    # scatter falls off gently under a blade, before its edge
    largest = np.where(within, fall, 0).max(axis=1, keepdims=True)
    strong = within & (fall >= np.maximum(least, _OF_LARGEST * largest))
    found = strong.any(axis=1)
    first = strong.argmax(axis=1)
    window = np.minimum(first[:, None] + np.arange(2 * REACH), steps)
    steepest = first + np.take_along_axis(fall, window, 1).argmax(axis=1)
    place = np.where(found, placed(depth, steepest), np.nan)
    return Falls(fall, place)


def falls_of(depth: Image) -> Image:
    """Fall of attenuation across every border between two steps; the ends of a line are repeated."""
    padded = np.pad(depth, ((0, 0), (REACH, REACH)), mode="edge")
    total = np.pad(np.cumsum(padded, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
    means = (total[:, REACH:] - total[:, :-REACH]) / REACH
    return np.asarray(means[:, : depth.shape[1] + 1] - means[:, REACH:], np.float32)


def placed(depth: Image, border: NDArray[np.int64]) -> NDArray[np.float64]:
    """Place an edge near `border` where half of the beam inside it gets through.

    Taken in intensity, not in attenuation, whose steepest place lies towards the dark: the share that is
    missing, summed over the steps around.
    """
    dark, _, _ = missing_share(depth, border)
    return np.asarray(border - 2 * REACH - 0.5 + dark.sum(axis=1), np.float64)


def missing_share(
    depth: Image, border: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Share of the edge's absorption at the ``4 REACH`` steps around it, and the levels outside and inside.

    Returns
    -------
    dark
        (lines, 4 REACH): 1 under the blade to 0 in the clear.
    outside, inside
        (lines,) attenuation on either side.
    """
    steps = depth.shape[1]
    index = np.clip(border[:, None] - 2 * REACH + np.arange(4 * REACH), 0, steps - 1)
    around = np.take_along_axis(depth, index, 1).astype(np.float64)
    # near, since a picture has slopes of its own
    outside = around[:, 2 * REACH - _LEVEL[1] : 2 * REACH - _LEVEL[0]].mean(axis=1)
    inside = around[:, 2 * REACH + _LEVEL[0] : 2 * REACH + _LEVEL[1]].mean(axis=1)
    through = np.exp(np.clip(inside[:, None] - around, -20, 20))
    floor = np.exp(np.clip(inside - outside, -20, 20))[:, None]
    dark = np.clip((1 - through) / np.maximum(1 - floor, 0.05), 0, 1)
    return dark, outside, inside


def clear_after(depth: Image, border: NDArray[np.int64]) -> float:
    """How many steps inside an edge the picture is clear of it, over all lines."""
    dark, _, _ = missing_share(depth, border)
    clear = np.median(dark[:, 2 * REACH :], axis=0) <= _CLEAR_SHARE
    return float(clear.argmax() if clear.any() else REACH)
