"""The drawn bone, and how much of what was found lies outside it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns import Outline, Run
from leakwatch.outline.raster import mask_from_polygon

_SPECK = 3
"""Side, in pixels, of what is taken for a speck and not counted."""


def bone_of(run: Run, outlines: Sequence[Outline]) -> NDArray[np.bool_] | None:
    """All outlines of a run in one mask, (rows, columns), as drawn; None where none is of this run."""
    mine = [outline for outline in outlines if outline.sop_instance_uid == run.sop_instance_uid]
    if not mine:
        return None
    shape = run.rows, run.columns
    bone = np.zeros(shape, np.bool_)
    for outline in mine:
        bone |= mask_from_polygon(outline.polygon_xy_px, shape)
    return bone


def shifted(bone: NDArray[np.bool_], dx_px: float, dy_px: float) -> NDArray[np.bool_]:
    """Move a mask right and down."""
    move = np.array([[1.0, 0.0, dx_px], [0.0, 1.0, dy_px]])
    return cv2.warpAffine(bone.astype(np.float32), move, bone.shape[::-1]) > 0.5


def area_outside_mm2(found: NDArray[np.bool_], bone: NDArray[np.bool_], run: Run) -> float:
    """Area of what was found outside the bone, specks left out; NaN without a pixel size."""
    pixel_mm = run.geometry.pixel_mm
    if pixel_mm is None:
        return float("nan")
    element = np.ones((_SPECK, _SPECK), np.uint8)
    whole = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_OPEN, element) > 0
    return float(np.count_nonzero(whole & ~bone)) * pixel_mm[0] * pixel_mm[1]
