"""Look for a bone that was lost: after a patient jump, or when a registration failed."""

from __future__ import annotations

import cv2
import numpy as np

from leakwatch.imaging.canvas import Canvas, Pose
from leakwatch.imaging.filters import Image, Mask

_REDUCTION = 2


def search_pose(
    frame_band: Image, template_band: Image, usable: Mask, canvas: Canvas, pose: Pose, radius_px: float
) -> Pose:
    """Best displacement within `radius_px` of `pose`, without change of rotation, to about 2 pixels.

    Masked normalised correlation of the coarse band over the bone, at half size (cv2.matchTemplate).
    Returns `pose` itself where there is nothing to correlate.
    """
    rows, columns = np.nonzero(usable)
    if len(rows) < 200:
        return pose
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    template = _reduce(np.where(usable, template_band, 0)[top:bottom, left:right])
    mask = _reduce(usable[top:bottom, left:right].astype(np.float32))
    start_x = canvas.origin[0] + left + pose.dx
    start_y = canvas.origin[1] + top + pose.dy
    radius = int(np.ceil(radius_px / _REDUCTION)) * _REDUCTION
    window = _window(frame_band, start_x - radius, start_y - radius, template.shape, radius)
    limit = 4 * float(np.std(template_band[usable])) + 1e-12  # a needle must not outweigh the bone
    score = cv2.matchTemplate(
        np.clip(window, -limit, limit), np.clip(template, -limit, limit), cv2.TM_CCORR_NORMED, mask=mask
    )
    score = np.nan_to_num(score, nan=-1.0, posinf=-1.0, neginf=-1.0)
    _, _, _, (best_x, best_y) = cv2.minMaxLoc(score)
    return Pose(
        pose.dx + best_x * _REDUCTION - radius + (round(start_x - radius) - (start_x - radius)),
        pose.dy + best_y * _REDUCTION - radius + (round(start_y - radius) - (start_y - radius)),
        pose.theta,
    )


def _reduce(image: Image) -> Image:
    rows, columns = (max(1, side // _REDUCTION) for side in image.shape)
    cut = image[: rows * _REDUCTION, : columns * _REDUCTION]
    return np.asarray(cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def _window(frame: Image, left: float, top: float, template_shape: tuple[int, ...], radius: int) -> Image:
    """Half-size cut of the frame, edge pixels repeated where it reaches beyond the frame."""
    rows = template_shape[0] * _REDUCTION + 2 * radius
    columns = template_shape[1] * _REDUCTION + 2 * radius
    take_rows = np.clip(round(top) + np.arange(rows), 0, frame.shape[0] - 1)
    take_columns = np.clip(round(left) + np.arange(columns), 0, frame.shape[1] - 1)
    return _reduce(frame[np.ix_(take_rows, take_columns)])
