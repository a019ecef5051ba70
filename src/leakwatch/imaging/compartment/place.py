"""Where a leak lies against the bone's contour, and what shape it has."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Mask
from leakwatch.imaging.leak import distance_outside
from leakwatch.imaging.metal.ahead import Needle

_MOST_TILT_DEG = 35.0
_TRACK_MM = 3.0


@dataclass(frozen=True, slots=True)
class Place:
    """A leak beside one bone.

    The bone is boxed by the smallest rectangle around it. Shares are of the leak's area; they sum to 1.

    Attributes
    ----------
    above, below
        Beyond the head and the foot side of the box, and between its two walls.
    near, far
        On the side of the wall to the image's left and right, or back and front as `across` has it: `far`
        is where `across` points.
    height
        Of the leak's centroid along the box: 1 at its head side, -1 at its foot side.
    width
        Extent of what is above and below along the box's width, as a share of that width.
    length_mm, thickness_mm
        Of the leak: its extent, and the width of its widest part.
    gap_mm
        From the bone's contour to the nearest of the leak.
    area_mm2
        Of the leak.
    on_needle
        Share of the leak within 3 mm of a needle's line, on the needle's own side of its tip.
    """

    above: float
    below: float
    near: float
    far: float
    height: float
    width: float
    length_mm: float
    thickness_mm: float
    gap_mm: float
    area_mm2: float
    on_needle: float


def place_of(
    leak: Mask, bone: Mask, across: float, needles: tuple[Needle, ...], canvas: Canvas
) -> Place | None:
    """Measure a leak; None where the bone's box is too tilted for it to have a head side.

    Parameters
    ----------
    leak, bone
        (rows, columns) bool on the canvas: cement outside the outline, and the outline's inside.
    across
        +1 or -1: which way along image x counts as `far`.
    """
    box = _box(bone)
    if box is None or not leak.any():
        return None
    centre, axis, half_width, half_height = box
    y, x = np.nonzero(leak)
    points = np.column_stack([x, y]).astype(np.float64)
    offset = points - centre
    u = across * (offset @ axis)
    v = offset @ np.array([axis[1], -axis[0]])  # towards the head: image up for an upright box
    beside, beyond = np.abs(u) - half_width, np.abs(v) - half_height
    # between the walls it is beyond an endplate; past a wall it is beside, however high or low it lies;
    # inside the box, where the contour is hollow, the nearer side counts
    endplate = np.where(beside > 0, False, beyond > np.minimum(beside, 0))
    wide = u[endplate]
    return Place(
        above=float(np.mean(endplate & (v > 0))),
        below=float(np.mean(endplate & (v <= 0))),
        near=float(np.mean(~endplate & (u <= 0))),
        far=float(np.mean(~endplate & (u > 0))),
        height=float(np.mean(v) / half_height),
        width=float(np.ptp(wide) / (2 * half_width)) if len(wide) else 0.0,
        length_mm=float(max(np.ptp(u), np.ptp(v)) + 1) * canvas.pixel_mm,
        thickness_mm=_thickness_px(leak) * canvas.pixel_mm,
        gap_mm=float(distance_outside(bone)[leak].min()) * canvas.pixel_mm,
        area_mm2=len(points) * canvas.pixel_mm**2,
        on_needle=_share_on_needle(points, needles, canvas),
    )


def _box(bone: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float] | None:
    """Centre, unit axis along image right, half width, half height."""
    points = np.argwhere(bone)[:, ::-1].astype(np.float32)
    if len(points) < 3:
        return None
    (x, y), (first, second), angle_deg = cv2.minAreaRect(points)
    # OpenCV's angle belongs to its first side; take the side nearest to image x
    turns = round(angle_deg / 90.0)
    tilt_deg = angle_deg - 90.0 * turns
    width, height = (first, second) if turns % 2 == 0 else (second, first)
    if abs(tilt_deg) > _MOST_TILT_DEG or min(width, height) < 2:
        return None
    tilt = np.deg2rad(tilt_deg)
    return np.array([x, y]), np.array([np.cos(tilt), np.sin(tilt)]), width / 2, height / 2


def _thickness_px(leak: Mask) -> float:
    framed = np.pad(leak, 1).astype(np.uint8)
    return 2.0 * float(cv2.distanceTransform(framed, cv2.DIST_L2, 5).max()) - 1.0


def _share_on_needle(points: NDArray[np.float64], needles: tuple[Needle, ...], canvas: Canvas) -> float:
    shares = [0.0]
    for needle in needles:
        offset = points - np.array(needle.tip)
        along = offset @ np.array(needle.along)
        aside = np.abs(offset @ np.array([-needle.along[1], needle.along[0]]))
        reach = needle.half_px + canvas.pixels(_TRACK_MM)
        shares.append(float(np.mean((aside <= reach) & (along < 0))))
    return max(shares)
