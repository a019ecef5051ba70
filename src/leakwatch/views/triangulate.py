"""Where in the patient two views of one leak put it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.geometry.carm import ray_lps_from_xy_px
from leakwatch.nouns import Run

MIN_ANGLE_DEG = 10.0
"""Below this angle between the rays a pixel of error moves the crossing by several times as much."""

_POINTING_PX = 1.0
_CENTROID_SHARE = 0.25
"""How far two views' centroids of one irregular leak may differ, as a share of its diameter."""


@dataclass(frozen=True, slots=True)
class Position:
    """Midpoint of the shortest line between two rays, mm LPS, isocentre origin."""

    mm_lps: tuple[float, float, float]
    gap_mm: float
    error_mm: float
    angle_deg: float


def triangulate(
    run_a: Run,
    xy_a_px: tuple[float, float],
    area_a_px: float,
    run_b: Run,
    xy_b_px: tuple[float, float],
    area_b_px: float,
) -> Position:
    """Cross the rays through one leak's centroids in two views, as well as they cross.

    The error joins three things that add up at random: half the gap between the rays, and per view the
    uncertainty of the centroid (one pixel, and a quarter of the leak's diameter because each view sees
    another part of it), magnified by 1 / sin(angle between the rays).

    Parameters
    ----------
    xy_a_px, xy_b_px
        Centroids, x = column, y = row, at (nearly) the same time.
    area_a_px, area_b_px
        Projected areas there, pixels.

    Raises
    ------
    ValueError
        A run does not state its geometry, or the rays are within 10 degrees of each other.
    """
    source_a, direction_a = ray_lps_from_xy_px(xy_a_px, run_a.geometry, run_a.rows, run_a.columns)
    source_b, direction_b = ray_lps_from_xy_px(xy_b_px, run_b.geometry, run_b.rows, run_b.columns)
    sine = float(np.linalg.norm(np.cross(direction_a, direction_b)))
    angle_deg = float(np.degrees(np.arcsin(min(1.0, sine))))
    if angle_deg < MIN_ANGLE_DEG:
        msg = f"the views are only {angle_deg:.1f} degrees apart, which leaves the depth open"
        raise ValueError(msg)
    on_a, on_b = nearest_points(source_a, direction_a, source_b, direction_b)
    middle = (on_a + on_b) / 2
    gap_mm = float(np.linalg.norm(on_a - on_b))
    sideways_mm = np.hypot(_centroid_error_mm(run_a, area_a_px), _centroid_error_mm(run_b, area_b_px))
    return Position(
        mm_lps=(float(middle[0]), float(middle[1]), float(middle[2])),
        gap_mm=gap_mm,
        error_mm=float(np.hypot(gap_mm / 2, sideways_mm / sine)),
        angle_deg=angle_deg,
    )


def nearest_points(
    origin_a: NDArray[np.float64],
    direction_a: NDArray[np.float64],
    origin_b: NDArray[np.float64],
    direction_b: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points on two lines, (3,) each, where they come nearest; directions are unit and not parallel."""
    # Least squares of origin_a + s direction_a = origin_b + t direction_b.
    system = np.stack([direction_a, -direction_b], axis=1)
    (along_a, along_b), *_ = np.linalg.lstsq(system, origin_b - origin_a)
    return origin_a + along_a * direction_a, origin_b + along_b * direction_b


def _centroid_error_mm(run: Run, area_px: float) -> float:
    row_mm, column_mm = run.geometry.pixel_mm or (0.0, 0.0)
    pixel_mm = np.sqrt(row_mm * column_mm)
    diameter_px = 2.0 * np.sqrt(area_px / np.pi)
    return float(np.hypot(_POINTING_PX, _CENTROID_SHARE * diameter_px) * pixel_mm)
