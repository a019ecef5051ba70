"""Pinhole geometry of a C-arm, from the positioner angles and distances a file states.

Patient space is DICOM LPS in mm with its origin at the isocentre. At positioner angles (a, b),
primary + towards LAO and secondary + cranial (PS3.3 C.8.7.5), the source-to-detector direction is
``d = (sin a cos b, -cos a cos b, sin b)``. The picture is seen from the detector side:
image right = ``cross(-d, up)`` and image down = ``-up``, `up` being the head direction made
perpendicular to `d`. The central ray hits the middle of the matrix, ((columns-1)/2, (rows-1)/2).
Pixels are (x = column, y = row), centres at integers. Where a `CArm` has a pose error, axes and isocentre
are turned and moved by it. Functions are pure and broadcast over leading axes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.transform import Rotation

from leakwatch.nouns import CArm

_HEAD = np.array([0.0, 0.0, 1.0])
# Beyond this the head direction is so nearly along the beam that "up" has no meaning.
_MAX_SECONDARY_DEG = 89.0


def axes_from_angles(primary_deg: float, secondary_deg: float) -> NDArray[np.float64]:
    """Give the unit axes of a view in patient space.

    Returns
    -------
    (3, 3) float64; row 0 is image right, row 1 image down, row 2 source-to-detector, each in LPS.

    Raises
    ------
    ValueError
        The beam runs (nearly) along the head-foot axis, where the picture's up is undefined.
    """
    if abs(secondary_deg) > _MAX_SECONDARY_DEG:
        msg = f"a secondary angle of {secondary_deg:g} degrees leaves the picture's up direction undefined"
        raise ValueError(msg)
    a, b = np.deg2rad(primary_deg), np.deg2rad(secondary_deg)
    direction = np.array([np.sin(a) * np.cos(b), -np.cos(a) * np.cos(b), np.sin(b)])
    up = _HEAD - direction * (_HEAD @ direction)
    up /= np.linalg.norm(up)
    return np.stack([np.cross(-direction, up), -up, direction])


def source_lps(carm: CArm) -> NDArray[np.float64]:
    """Focal spot, (3,) LPS mm. Raises ValueError where `carm` does not say where it is."""
    view = _view(carm)
    source: NDArray[np.float64] = view.isocentre_lps - view.sod_mm * view.axes[2]
    return source


def xy_px_from_lps(points_lps: ArrayLike, carm: CArm, rows: int, columns: int) -> NDArray[np.float64]:
    """Where points of patient space fall in the picture.

    Parameters
    ----------
    points_lps
        (..., 3) mm, LPS, isocentre origin; in front of the source.
    carm
        Stated geometry; angles, distances and detector pitch must all be there.
    rows, columns
        Stored pixel matrix.

    Returns
    -------
    (..., 2) float64, x = column, y = row; may lie outside the matrix.

    Raises
    ------
    ValueError
        `carm` is incomplete, or a point lies at or behind the source.
    """
    view = _view(carm)
    right_mm, down_mm, depth_mm = np.moveaxis(
        (np.asarray(points_lps, np.float64) - view.isocentre_lps) @ view.axes.T, -1, 0
    )
    from_source_mm = view.sod_mm + depth_mm
    if np.any(from_source_mm <= 0):
        msg = "a point at or behind the source has no picture"
        raise ValueError(msg)
    magnification = view.sid_mm / from_source_mm
    x = right_mm * magnification / view.column_mm + (columns - 1) / 2
    y = down_mm * magnification / view.row_mm + (rows - 1) / 2
    return np.stack([x, y], axis=-1)


def ray_lps_from_xy_px(
    xy_px: ArrayLike, carm: CArm, rows: int, columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the ray through a pixel position: the inverse of `xy_px_from_lps`, up to depth.

    Returns
    -------
    source, direction
        (3,) LPS mm, and (..., 3) unit vectors from the source towards the detector.

    Raises
    ------
    ValueError
        `carm` is incomplete.
    """
    view = _view(carm)
    on_detector = view.offsets_mm(xy_px, rows, columns) @ view.axes[:2] + view.sid_mm * view.axes[2]
    return source_lps(carm), on_detector / np.linalg.norm(on_detector, axis=-1, keepdims=True)


def isocentre_plane_lps_from_xy_px(
    xy_px: ArrayLike, carm: CArm, rows: int, columns: int
) -> NDArray[np.float64]:
    """Give the patient point, (..., 3) mm, where a pixel's ray meets the isocentre plane."""
    view = _view(carm)
    in_plane_mm = view.offsets_mm(xy_px, rows, columns) @ view.axes[:2] * (view.sod_mm / view.sid_mm)
    return np.asarray(view.isocentre_lps + in_plane_mm, np.float64)


def axes_lps(carm: CArm) -> NDArray[np.float64]:
    """Give the axes of `axes_from_angles` of a view, (3, 3), its pose error taken into them.

    Raises
    ------
    ValueError
        `carm` is incomplete.
    """
    return _view(carm).axes


def isocentre_plane_scale(point_lps: ArrayLike, carm: CArm) -> float:
    """Size of a thing at a point, (3,) mm, over the size it would be taken for in the isocentre's plane.

    Raises
    ------
    ValueError
        `carm` is incomplete.
    """
    view = _view(carm)
    depth_mm = float((np.asarray(point_lps, np.float64) - view.isocentre_lps) @ view.axes[2])
    return (view.sod_mm + depth_mm) / view.sod_mm


@dataclass(frozen=True, slots=True)
class _View:
    """A `CArm` with nothing missing, its axes and isocentre worked out; a pose error taken into them."""

    axes: NDArray[np.float64]
    isocentre_lps: NDArray[np.float64]
    sid_mm: float
    sod_mm: float
    row_mm: float
    column_mm: float

    def offsets_mm(self, xy_px: ArrayLike, rows: int, columns: int) -> NDArray[np.float64]:
        """(..., 2) mm right and down of the central ray, on the detector."""
        middle = np.array([(columns - 1) / 2, (rows - 1) / 2])
        pitch_mm = np.array([self.column_mm, self.row_mm])
        offsets: NDArray[np.float64] = (np.asarray(xy_px, np.float64) - middle) * pitch_mm
        return offsets


def _view(carm: CArm) -> _View:
    if (
        carm.primary_deg is None
        or carm.secondary_deg is None
        or carm.sid_mm is None
        or carm.sod_mm is None
        or carm.imager_spacing_mm is None
    ):
        wanted = ("primary_deg", "secondary_deg", "sid_mm", "sod_mm", "imager_spacing_mm")
        missing = ", ".join(name for name in wanted if getattr(carm, name) is None)
        msg = f"the geometry is incomplete: {missing} not stated"
        raise ValueError(msg)
    row_mm, column_mm = carm.imager_spacing_mm
    if min(carm.sod_mm, row_mm, column_mm) <= 0 or carm.sid_mm <= carm.sod_mm:
        distances = f"SID {carm.sid_mm:g} mm, SOD {carm.sod_mm:g} mm"
        msg = f"no C-arm has {distances} and pixels of {row_mm:g} x {column_mm:g} mm"
        raise ValueError(msg)
    axes, isocentre = axes_from_angles(carm.primary_deg, carm.secondary_deg), np.zeros(3)
    if carm.pose_error is not None:
        turn = Rotation.from_rotvec(carm.pose_error.turn_deg, degrees=True).as_matrix()
        axes, isocentre = axes @ turn, -turn.T @ np.array(carm.pose_error.shift_mm)
    return _View(axes, isocentre, carm.sid_mm, carm.sod_mm, row_mm, column_mm)
