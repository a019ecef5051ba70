"""Find the pose at which a frame agrees best with the bone's template.

Gauss-Newton on band-passed pictures with weights per pixel. OpenCV's ECC takes a mask but no weights, and
the weights are the point: a pixel under moving gas must count for less than one on a bare endplate.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import Canvas, Pose, working_from_canvas
from leakwatch.imaging.filters import Image, gradient

_REMAP_WIDTH = 256  # OpenCV's remap takes no side above 32767
_OUTLIER_SCALE = 2.0
_ITERATIONS = 12
_CONVERGED_PX = 0.01


@dataclass(frozen=True, slots=True)
class Target:
    """A template made ready: what to look for at which canvas points, and how it changes with the pose.

    Attributes
    ----------
    points
        (n, 2) float64 canvas (x, y).
    values
        (bands, n) template values.
    weights
        (bands, n) inverse variances, up to one factor.
    jacobian
        (bands, n, 3) change of the values with dx, dy (per pixel) and rotation (per radian).
    """

    points: NDArray[np.float64]
    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    jacobian: NDArray[np.float64]


def prepare_target(template: tuple[Image, ...], weights: tuple[Image, ...], canvas: Canvas) -> Target | None:
    """Collect the template where any weight is positive; None if too little is left to register on."""
    chosen = np.any([weight > 0 for weight in weights], axis=0)
    rows, columns = np.nonzero(chosen)
    if len(rows) < 200:
        return None
    points = np.column_stack([columns, rows]).astype(np.float64)
    arm = points + np.array(canvas.origin) - np.array(canvas.pivot)
    values, scaled, slopes = [], [], []
    for picture, weight in zip(template, weights, strict=True):
        slope_x, slope_y = (slope[rows, columns].astype(np.float64) for slope in gradient(picture))
        values.append(picture[rows, columns].astype(np.float64))
        scaled.append(weight[rows, columns].astype(np.float64))
        slopes.append(np.stack([slope_x, slope_y, slope_y * arm[:, 0] - slope_x * arm[:, 1]], axis=1))
    return Target(points, np.stack(values), np.stack(scaled), np.stack(slopes))


def sample(working: Image, target: Target, canvas: Canvas, pose: Pose) -> NDArray[np.float64]:
    """Values (n,) of a working frame where the target's points lie at this pose, bilinear."""
    matrix = working_from_canvas(canvas, pose)
    xy = (target.points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    padding = -len(xy) % _REMAP_WIDTH
    grid = np.pad(xy, ((0, padding), (0, 0)), mode="edge").reshape(-1, _REMAP_WIDTH, 2)
    values = cv2.remap(working, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(values, np.float64).reshape(-1)[: len(xy)]


def refine_pose(bands: tuple[Image, ...], target: Target, canvas: Canvas, pose: Pose) -> tuple[Pose, float]:
    """Improve `pose` by iterated, robustly reweighted least squares.

    Parameters
    ----------
    bands
        The frame, band-passed as the template was, on the working grid.

    Returns
    -------
    pose
        The best pose found.
    agreement
        Weighted correlation of frame and template there, -1 to 1.
    """
    current = np.array([pose.dx, pose.dy, pose.theta])
    jacobian = target.jacobian.reshape(-1, 3)
    root = np.sqrt(target.weights)
    reach_px = float(np.ptp(target.points, axis=0).max()) / 2  # how far a turn moves the bone's ends
    for _ in range(_ITERATIONS):
        seen = np.stack([sample(picture, target, canvas, Pose(*current)) for picture in bands])
        gain = _gain(seen, target)
        residual = seen - gain * target.values
        scaled = residual * root
        scale = _OUTLIER_SCALE * 1.4826 * np.median(np.abs(scaled)) + 1e-12
        weight = (target.weights / (1 + (scaled / scale) ** 2)).reshape(-1)
        weighted = gain * jacobian * weight[:, None]
        normal = weighted.T @ (gain * jacobian)
        normal[np.diag_indices(3)] *= 1 + 1e-6
        try:
            change = np.linalg.solve(normal, weighted.T @ residual.reshape(-1))
        except np.linalg.LinAlgError:
            break
        current = current - np.clip(change, [-4, -4, -0.02], [4, 4, 0.02])
        if np.abs(change * [1, 1, reach_px]).max() < _CONVERGED_PX:
            break
    best = Pose(*(float(value) for value in current))
    return best, _agreement(bands, target, canvas, best)


def _gain(seen: NDArray[np.float64], target: Target) -> float:
    """How much stronger the frame's contrast is than the template's (exposure, display shaping)."""
    own = float((target.weights * target.values**2).sum())
    gain = float((target.weights * seen * target.values).sum()) / own if own > 0 else 1.0
    return float(np.clip(gain, 0.5, 2.0))


def _agreement(bands: tuple[Image, ...], target: Target, canvas: Canvas, pose: Pose) -> float:
    seen = np.stack([sample(picture, target, canvas, pose) for picture in bands])
    norm = np.sqrt((target.weights * seen**2).sum() * (target.weights * target.values**2).sum())
    return float((target.weights * seen * target.values).sum() / norm) if norm > 0 else 0.0
