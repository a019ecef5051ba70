"""What is true of a frame, by the definitions runs are scored with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from skimage.measure import approximate_polygon, find_contours

from leakwatch.simulate.motion.layers import PictureMotion

VISIBLE_MM = 0.35
"""Cement is what is thicker than this along the ray."""
SILHOUETTE_MM = 0.5
"""A ray that runs further than this within the treated body is within its silhouette."""
ONSET_MM2 = 3.0
"""A leak is visible from the first frame that shows this much of it."""
ONSET_UL = 8.0


@dataclass(frozen=True, slots=True)
class FrameTruth:
    """One row and one label picture.

    `labels` is (rows, columns) uint8: 0 none, 1 cement, 2 leak. Areas are at the isocentre plane and
    cement includes leak, in area and volume; motion is of the bone's centre since frame 0, + right,
    + down, + clockwise.
    """

    index: int
    time_s: float
    labels: NDArray[np.uint8]
    cement_area_mm2: float
    leak_area_mm2: float
    dx_mm: float
    dy_mm: float
    rotation_deg: float
    leak_ul: float
    cement_ul: float

    def without_labels(self) -> FrameTruth:
        """Give the row alone: a long run's label pictures need not all be held at once."""
        return replace(self, labels=np.zeros((0, 0), np.uint8))


def frame_truth(
    index: int,
    time_s: float,
    cement_mm: NDArray[np.float32],
    leak_mm: NDArray[np.float32],
    body_chord_mm: NDArray[np.float32],
    motion: PictureMotion,
    volumes_ul: tuple[float, float],
    pixel_mm: float,
) -> FrameTruth:
    """Label a frame from thickness along its rays, all three pictures already moved with the bone.

    `volumes_ul` is all cement, and the part of it that leaked.
    """
    labels = np.zeros(cement_mm.shape, np.uint8)
    labels[cement_mm > VISIBLE_MM] = 1
    labels[(leak_mm > VISIBLE_MM) & (body_chord_mm <= SILHOUETTE_MM)] = 2
    area = pixel_mm**2
    return FrameTruth(
        index,
        time_s,
        labels,
        float(np.count_nonzero(labels)) * area,
        float(np.count_nonzero(labels == 2)) * area,
        motion.dx_px * pixel_mm,
        motion.dy_px * pixel_mm,
        motion.rotation_deg,
        volumes_ul[1],
        volumes_ul[0],
    )


def onset_visible(frames: Sequence[FrameTruth]) -> int | None:
    """First frame with at least `ONSET_MM2` of leak to be seen in this view."""
    return next((frame.index for frame in frames if frame.leak_area_mm2 >= ONSET_MM2), None)


def onset_volume(frames: Sequence[FrameTruth]) -> int | None:
    """First frame by which `ONSET_UL` have leaked, seen or not."""
    return next((frame.index for frame in frames if frame.leak_ul >= ONSET_UL), None)


def silhouette_polygon(body_chord_mm: NDArray[np.float32]) -> NDArray[np.float64]:
    """Outline of the treated body, (n, 2) x, y in pixels, within a third of a pixel.

    Raises
    ------
    ValueError
        The body is not in the picture.
    """
    padded = np.pad(body_chord_mm, 1)
    contours = find_contours(padded, SILHOUETTE_MM)  # type: ignore[no-untyped-call]
    if not contours:
        msg = "the treated body is not in the picture"
        raise ValueError(msg)
    longest = max(contours, key=len)
    row_column = approximate_polygon(longest, 0.3)[:-1] - 1  # type: ignore[no-untyped-call]
    size = np.array(body_chord_mm.shape) - 1
    polygon: NDArray[np.float64] = np.clip(row_column, 0, size)[:, ::-1].copy()
    return polygon
