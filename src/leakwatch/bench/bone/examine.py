"""Let the search look at one view, and hold what it finds against the truth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from skimage.measure import find_contours

from leakwatch.bench.bone.gather import BoneView
from leakwatch.imaging.bone.judge import Found, judge
from leakwatch.imaging.bone.look import look
from leakwatch.imaging.bone.network import BoneNetwork
from leakwatch.imaging.bone.planes import Grid, lay_grid, onto_grid
from leakwatch.imaging.filters import Mask
from leakwatch.outline.raster import mask_from_polygon


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of one view.

    Attributes
    ----------
    found
        None where nothing looked like a bone.
    dice
        Of the outline with the true one, 0 without any.
    errors_mm
        (n,) distance of each point of the outline to the true one.
    elsewhere
        Whether the outline's centre lies off the treated bone: the wrong level, or no bone at all.
    """

    view: BoneView
    found: Found | None
    dice: float
    errors_mm: NDArray[np.float64]
    elsewhere: bool


def examine(network: BoneNetwork, view: BoneView, rng: np.random.Generator | None = None) -> Examined:
    """Look at a view; with `rng`, after a click somewhere in the bone."""
    pixel = (view.pixel_mm, view.pixel_mm)
    grid = lay_grid(view.bone.shape[0], view.bone.shape[1], pixel)
    open_ = onto_grid(view.valid.astype(np.float32), grid) > 0.99
    seen = onto_grid(np.where(view.valid, view.attenuation, np.float32(0)), grid)
    found = judge(look(network, seen, open_, None if rng is None else _click(view, grid, rng)))
    if found is None:
        return Examined(view, None, 0.0, np.zeros(0), elsewhere=False)
    outline_px = grid.to_frame(found.polygon_xy)
    # what is under lead belongs to no outline that anybody could draw
    mask = mask_from_polygon(outline_px, (view.bone.shape[0], view.bone.shape[1])) & view.valid
    true = view.bone & view.valid
    dice = 2 * float((mask & true).sum()) / max(1.0, float(mask.sum() + true.sum()))
    x, y = np.round(outline_px.mean(axis=0)).astype(int)
    elsewhere = not bool(true[np.clip(y, 0, true.shape[0] - 1), np.clip(x, 0, true.shape[1] - 1)])
    return Examined(view, found, dice, _errors_px(outline_px, true) * view.pixel_mm, elsewhere)


def _click(view: BoneView, grid: Grid, rng: np.random.Generator) -> tuple[float, float]:
    """Anywhere in the bone but within a few millimetres of its edge, as somebody would."""
    true = (view.bone & view.valid).astype(np.uint8)
    depth = cv2.distanceTransform(true, cv2.DIST_L2, 3)
    rows, columns = np.nonzero(depth > 0.4 * depth.max())
    at = int(rng.integers(len(rows)))
    x, y = grid.from_frame(np.array([[columns[at], rows[at]]], np.float64))[0]
    return float(x), float(y)


def _errors_px(outline_px: NDArray[np.float64], true: Mask) -> NDArray[np.float64]:
    lines = find_contours(np.pad(true, 1).astype(np.float32), 0.5)  # type: ignore[no-untyped-call]
    edge = np.concatenate(lines)[:, ::-1] - 1
    distances, _ = cKDTree(edge).query(outline_px)
    return np.asarray(distances, np.float64)
