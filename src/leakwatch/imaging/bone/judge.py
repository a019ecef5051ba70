"""From probabilities to one outline, how sure it is, and how sharp its edge: or to why there is none."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_fill_holes, map_coordinates
from skimage.measure import approximate_polygon, find_contours

from leakwatch.imaging.bone.network import SITES
from leakwatch.imaging.bone.planes import GRID_MM
from leakwatch.imaging.bone.trust import expected_dice, stated_error_mm
from leakwatch.imaging.filters import Image, Mask, disc
from leakwatch.nouns import Site

_LEAST_MM2 = 80.0
_RIVAL = 0.4
"""A second piece of so much of the first's weight may be the treated bone as well."""
_DETAIL = 0.15
"""Grid pixels by which the polygon may cut corners."""
_STEEPEST = 1.0 / np.sqrt(2 * np.pi)
_SMOOTH_PX = 0.8
_CALM_PX = 0.8
_BLUR_MM = GRID_MM * float(np.hypot(_CALM_PX, _SMOOTH_PX))
"""What the probability is smoothed by before its slope is read; the sharpest edge would seem as wide."""
_SHARPEST_MM = 0.3
_NARROWEST_MM = 8.0


@dataclass(frozen=True, slots=True)
class Found:
    """The treated bone on the grid.

    Attributes
    ----------
    polygon_xy
        (n, 2) on the grid, subpixel.
    edge_mm
        (n,) spread of the edge at each point, across it, as the network has it.
    error_mm
        (n,) standard deviation of the edge, by what the network's word is worth.
    site
        Kind of bone.
    agreement
        How much of all probability the outline takes in, and how sure it is within: Dice of the two.
    confidence
        Dice that is to be expected of the outline, 0 to 1.
    rival
        Whether another piece may be the treated bone as well.
    """

    polygon_xy: NDArray[np.float64]
    edge_mm: NDArray[np.float64]
    error_mm: NDArray[np.float64]
    site: Site
    agreement: float
    confidence: float
    rival: bool


def judge(shares: NDArray[np.float32]) -> Found | None:
    """Choose the piece that is most likely the treated bone.

    Parameters
    ----------
    shares
        (sites, rows, columns): probability of each pixel to be treated bone of each kind.

    Returns
    -------
    Found
        None where nothing looks like one.
    """
    likely = cv2.GaussianBlur(shares.sum(axis=0), (0, 0), _CALM_PX).astype(np.float32, copy=False)
    weights, pieces = _pieces(likely)
    if not len(weights):
        return None
    order = np.argsort(weights)[::-1]
    mask = _rounded(pieces == order[0] + 1)
    if mask.sum() * GRID_MM**2 < _LEAST_MM2:
        return None
    polygon = _polygon(likely, mask)
    site = SITES[int(np.argmax(shares[:, mask].sum(axis=1)))]
    agreement = 2 * float(likely[mask].sum()) / float(mask.sum() + likely.sum())
    edge_mm = _edge_mm(likely, polygon)
    return Found(
        polygon,
        edge_mm,
        stated_error_mm(edge_mm),
        site,
        agreement,
        expected_dice(agreement),
        bool(len(weights) > 1 and weights[order[1]] > _RIVAL * weights[order[0]]),
    )


def _pieces(likely: Image) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Give the connected pieces that are more likely bone than not, and the summed probability of each."""
    count, pieces = cv2.connectedComponents((likely > 0.5).astype(np.uint8), connectivity=4)
    weights = np.bincount(pieces.ravel(), weights=likely.ravel(), minlength=count)[1:]
    return np.asarray(weights, np.float64), np.asarray(pieces, np.int32)


def _rounded(piece: Mask) -> Mask:
    """Fill holes and bays, and take off tongues, that are narrower than any part of these bones."""
    room = round(2 * _NARROWEST_MM / GRID_MM)
    whole = np.pad(binary_fill_holes(piece), room).astype(np.uint8)
    round_ = disc(0.5 * _NARROWEST_MM / GRID_MM)
    for way in (cv2.MORPH_OPEN, cv2.MORPH_CLOSE):
        whole = np.asarray(cv2.morphologyEx(whole, way, round_), np.uint8)
    count, parts, facts, _ = cv2.connectedComponentsWithStats(whole, connectivity=4)
    if count < 2:
        return np.zeros_like(piece)
    largest = 1 + int(np.argmax(facts[1:, cv2.CC_STAT_AREA]))
    return np.asarray(parts[room:-room, room:-room] == largest, np.bool_)


def _polygon(likely: Image, mask: Mask) -> NDArray[np.float64]:
    """Follow where bone is as likely as not, round one piece, within a fraction of a pixel."""
    near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    inner = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    # neither holes nor other pieces draw lines of their own
    level = np.where(near, likely, np.float32(0))
    level = np.where(inner, np.maximum(level, np.float32(0.51)), level)
    lines = find_contours(np.pad(level, 1), 0.5)  # type: ignore[no-untyped-call]
    longest = max(lines, key=len) - 1
    points = approximate_polygon(longest, _DETAIL)[:-1, ::-1]  # type: ignore[no-untyped-call]
    return np.asarray(points, np.float64)


def _edge_mm(likely: Image, polygon_xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Read the spread of the edge off how steeply the probability falls across it.

    Where an edge lies at ``d`` with standard deviation ``s``, the probability to be inside is the normal
    distribution function of ``d / s``, whose slope at a half is ``1 / (s sqrt(2 pi))``. What our own
    smoothing adds to ``s`` is taken away again, as variances.
    """
    soft = cv2.GaussianBlur(likely, (0, 0), _SMOOTH_PX)
    down, right = np.gradient(soft)
    at = polygon_xy[:, ::-1].T
    slope = np.hypot(
        map_coordinates(right, at, order=1, mode="nearest"),
        map_coordinates(down, at, order=1, mode="nearest"),
    )
    seen_mm = _STEEPEST / np.maximum(slope, 1e-3) * GRID_MM
    return np.asarray(np.sqrt(np.maximum(seen_mm**2 - _BLUR_MM**2, _SHARPEST_MM**2)), np.float64)
