"""Borders of what was found, as closed paths.

Paths are in pixels of the stored matrix with 0 at the picture's left and top **edge**, as a canvas draws:
pixel (0, 0) covers 0..1. A point given by pixel centres lies half a pixel further.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

_FINER = 3
"""Borders are traced on a finer grid, around pixels and not through their centres: a leak may be 1 wide."""
_TOLERANCE_PX = 0.35

Path = list[float]
"""x, y, x, y, ... of a closed path."""


def mask_paths(mask: NDArray[np.bool_]) -> list[Path]:
    """Trace the borders of a (rows, columns) mask, holes as paths of their own (even-odd rule)."""
    ys, xs = np.nonzero(mask)
    if len(ys) == 0:
        return []
    top, left = int(ys.min()), int(xs.min())
    part = mask[top : ys.max() + 1, left : xs.max() + 1].astype(np.uint8)
    finer = np.repeat(np.repeat(part, _FINER, axis=0), _FINER, axis=1)
    found, _ = cv2.findContours(finer, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    paths = []
    for border in found:
        simple = cv2.approxPolyDP(border, _TOLERANCE_PX * _FINER, True).reshape(-1, 2)
        if len(simple) >= 3:
            paths.append(_path((simple + 0.5) / _FINER + (left, top)))
    return paths


def polygon_path(polygon_xy_px: NDArray[np.floating]) -> Path:
    """Turn a polygon, (n, 2) by pixel centres, into a path."""
    return _path(np.asarray(polygon_xy_px, np.float64) + 0.5)


def polygon_paths(polygons_xy_px: Sequence[NDArray[np.floating]]) -> list[Path]:
    """Turn several polygons into paths."""
    return [polygon_path(polygon) for polygon in polygons_xy_px]


def _path(points_xy: NDArray[np.floating]) -> Path:
    path: Path = np.round(points_xy.reshape(-1), 1).tolist()
    return path
