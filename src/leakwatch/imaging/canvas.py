"""The bone-fixed picture: where a frame's pixels lie once the bone's displacement is undone.

Three pixel grids occur, all with centres at integers, x = column, y = row: the stored **frame**, the
**working** frame (the same, averaged down by `binning` where pixels are very fine), and the **canvas**, a
crop of the working frame around the treated bone that is fixed to the bone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.config.imaging import CanvasConfig
from leakwatch.imaging.filters import Image, Mask
from leakwatch.nouns import Motion, Outline, Run
from leakwatch.outline.raster import mask_from_polygon


@dataclass(frozen=True, slots=True)
class Pose:
    """Displacement of the bone since frame 0 in working pixels, and rotation in radians, + clockwise."""

    dx: float = 0.0
    dy: float = 0.0
    theta: float = 0.0


UNMOVED = Pose()


@dataclass(frozen=True, slots=True)
class Canvas:
    """Size and place of the bone-fixed picture.

    Attributes
    ----------
    rows, columns
        Matrix of the canvas.
    origin
        Working-frame (x, y) of the canvas pixel (0, 0) while the bone has not moved.
    pivot
        Working-frame (x, y) about which the bone's rotation is counted: the outlines' vertex mean.
    binning
        Stored pixels per working pixel along each axis.
    pixel_mm
        Size of a working pixel at the isocentre plane, for filter sizes; assumed where the run states none.
    """

    rows: int
    columns: int
    origin: tuple[float, float]
    pivot: tuple[float, float]
    binning: int
    pixel_mm: float

    def pixels(self, length_mm: float) -> float:
        """Convert a length to working pixels."""
        return length_mm / self.pixel_mm


def lay_canvas(run: Run, outlines: Sequence[Outline], config: CanvasConfig) -> Canvas:
    """Choose the canvas: the outlines with a margin, or the middle of the picture without any."""
    stored_mm = float(np.mean(stored_pixel_mm(run, config.assumed_width_mm)))
    binning = max(1, round(config.pixel_mm / stored_mm))
    working_mm = stored_mm * binning
    if outlines:
        points = working_from_frame(np.concatenate([o.polygon_xy_px for o in outlines]), binning)
        pivot = points.mean(axis=0)
        low = points.min(axis=0) - config.margin_mm / working_mm
        high = points.max(axis=0) + config.margin_mm / working_mm
    else:
        size = np.array([run.columns // binning, run.rows // binning], float)
        pivot = (size - 1) / 2
        low, high = 0.1 * size, 0.9 * size
    low, high = np.floor(low), np.ceil(high)
    columns, rows = (high - low + 1).astype(int)
    return Canvas(
        rows=int(rows),
        columns=int(columns),
        origin=(float(low[0]), float(low[1])),
        pivot=(float(pivot[0]), float(pivot[1])),
        binning=binning,
        pixel_mm=working_mm,
    )


def stored_pixel_mm(run: Run, assumed_width_mm: float) -> tuple[float, float]:
    """Row and column spacing at the isocentre plane; assumed where the run states none."""
    assumed = assumed_width_mm / run.columns
    return run.geometry.pixel_mm or (assumed, assumed)


def working_from_frame(xy_px: NDArray[np.float64], binning: int) -> NDArray[np.float64]:
    """Frame pixels (n, 2) in working pixels."""
    return (np.asarray(xy_px, np.float64) - (binning - 1) / 2) / binning


def bin_down(image: Image, binning: int) -> Image:
    """Average `binning` x `binning` stored pixels into one working pixel."""
    if binning == 1:
        return image
    rows, columns = (side // binning for side in image.shape)
    cut = image[: rows * binning, : columns * binning]
    return np.asarray(cv2.resize(cut, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def working_from_canvas(canvas: Canvas, pose: Pose) -> NDArray[np.float64]:
    """Affine (2, 3): canvas pixel -> working-frame pixel where that piece of bone is now."""
    cosine, sine = np.cos(pose.theta), np.sin(pose.theta)
    rotation = np.array([[cosine, -sine], [sine, cosine]])
    pivot = np.array(canvas.pivot)
    shift = rotation @ (np.array(canvas.origin) - pivot) + pivot + np.array([pose.dx, pose.dy])
    return np.column_stack([rotation, shift])


def affine(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Complete a (2, 3) map to the (3, 3) that can be multiplied and inverted."""
    return np.vstack([matrix, [0.0, 0.0, 1.0]])


def pose_of(matrix: NDArray[np.float64], canvas: Canvas) -> Pose:
    """Inverse of `working_from_canvas`, of a rigid (2, 3) or (3, 3) map."""
    pivot = np.array(canvas.pivot)
    moved = matrix[:2, :2] @ (pivot - np.array(canvas.origin)) + matrix[:2, 2] - pivot
    return Pose(float(moved[0]), float(moved[1]), float(np.arctan2(matrix[1, 0], matrix[0, 0])))


def canvas_from_frame_points(xy_px: NDArray[np.float64], canvas: Canvas, pose: Pose) -> NDArray[np.float64]:
    """Frame points (n, 2) on the canvas, given the bone's pose in that frame."""
    matrix = working_from_canvas(canvas, pose)
    working = working_from_frame(xy_px, canvas.binning)
    return np.asarray((working - matrix[:, 2]) @ matrix[:, :2], np.float64)


def frame_from_canvas_points(xy: NDArray[np.float64], canvas: Canvas, pose: Pose) -> NDArray[np.float64]:
    """Inverse of `canvas_from_frame_points`."""
    matrix = working_from_canvas(canvas, pose)
    working = np.asarray(xy, np.float64) @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(working * canvas.binning + (canvas.binning - 1) / 2, np.float64)


def lay_on_canvas(working: Image, canvas: Canvas, pose: Pose) -> Image:
    """Resample the working frame as the bone sees it; beyond the frame's edge the last pixel repeats."""
    warped = cv2.warpAffine(
        working,
        working_from_canvas(canvas, pose),
        (canvas.columns, canvas.rows),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(warped, np.float32)


def mask_on_canvas(working: Mask, canvas: Canvas, pose: Pose) -> Mask:
    """Resample a working-frame mask on the canvas; False beyond the frame's edge."""
    warped = cv2.warpAffine(
        working.astype(np.uint8),
        working_from_canvas(canvas, pose),
        (canvas.columns, canvas.rows),
        flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    return warped > 0


def mask_on_frame(mask: Mask, canvas: Canvas, pose: Pose, shape: tuple[int, int]) -> Mask:
    """Lay a canvas mask where it is in the stored frame of this `shape`."""
    matrix = working_from_canvas(canvas, pose) * canvas.binning
    matrix[:, 2] += (canvas.binning - 1) / 2
    warped = cv2.warpAffine(
        mask.astype(np.float32), matrix, (shape[1], shape[0]), flags=cv2.INTER_LINEAR, borderValue=0
    )
    return np.asarray(warped, np.float32) > 0.5


def polygon_on_canvas(xy_px: NDArray[np.float64], canvas: Canvas, pose: Pose) -> Mask:
    """Fill a polygon given in frame pixels, on the canvas."""
    points = canvas_from_frame_points(xy_px, canvas, pose)
    return mask_from_polygon(points, (canvas.rows, canvas.columns))


def motion_from_pose(pose: Pose, canvas: Canvas, quality: float, rest: Pose = UNMOVED) -> Motion:
    """Express the pose as it is reported: stored pixels and degrees since the bone lay in pose `rest`."""
    return Motion(
        dx_px=(pose.dx - rest.dx) * canvas.binning,
        dy_px=(pose.dy - rest.dy) * canvas.binning,
        rotation_deg=float(np.degrees(pose.theta - rest.theta)),
        quality=quality,
        pivot_xy_px=(
            (canvas.pivot[0] + rest.dx) * canvas.binning + (canvas.binning - 1) / 2,
            (canvas.pivot[1] + rest.dy) * canvas.binning + (canvas.binning - 1) / 2,
        ),
    )
