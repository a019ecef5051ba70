"""Line integrals along the rays of a view: through sampled solids, and of small volumes as they fill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.geometry import axes_from_angles, ray_lps_from_xy_px, source_lps, xy_px_from_lps
from leakwatch.nouns import CArm
from leakwatch.simulate.volume.grid import VoxelGrid

_POINTS_PER_FINE_PIXEL = 0.8


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture wider and finer than the stored matrix.

    `margin_px` stored pixels are added on every side, and each pixel is split into `oversampling`
    squared, whose block means are the stored pixels.
    """

    carm: CArm
    rows: int
    columns: int
    margin_px: int
    oversampling: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the fine picture."""
        extra = 2 * self.margin_px
        return (self.rows + extra) * self.oversampling, (self.columns + extra) * self.oversampling

    def fine_from_xy_px(self, xy_px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Fine (x, y) index of stored pixel positions (..., 2)."""
        fine: NDArray[np.float64] = (xy_px + 0.5 + self.margin_px) * self.oversampling - 0.5
        return fine

    def xy_px_from_fine(self, fine: NDArray[np.float64]) -> NDArray[np.float64]:
        """Inverse of `fine_from_xy_px`."""
        xy_px: NDArray[np.float64] = (fine + 0.5) / self.oversampling - 0.5 - self.margin_px
        return xy_px

    def rays(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Source (3,) and unit directions (fine rows, fine columns, 3), LPS."""
        y, x = np.indices(self.shape, dtype=np.float64)
        return ray_lps_from_xy_px(
            self.xy_px_from_fine(np.stack([x, y], axis=-1)), self.carm, self.rows, self.columns
        )

    def axes(self) -> NDArray[np.float64]:
        """Image right, image down and beam direction, (3, 3) LPS."""
        if self.carm.primary_deg is None or self.carm.secondary_deg is None:
            msg = "the geometry is incomplete: positioner angles not stated"
            raise ValueError(msg)
        return axes_from_angles(self.carm.primary_deg, self.carm.secondary_deg)


def line_integrals(grid: VoxelGrid, canvas: Canvas) -> NDArray[np.float32]:
    """Integrate a grid along every ray of a canvas.

    Joseph's method: bilinear samples in each plane of voxels across the axis nearest to the beam
    (Joseph, IEEE Trans Med Imaging 1982;1:192). A plane is seen from a point source through a homography,
    so that each is one perspective warp.

    Parameters
    ----------
    grid
        Values per mm; 0 outside the box.

    Returns
    -------
    (fine rows, fine columns) float32: the grid's unit times mm.
    """
    import cv2

    origin, size = np.asarray(grid.origin_mm), np.asarray(grid.values.shape)
    corners = origin + grid.voxel_mm * np.array(
        [[x, y, z] for x in (-1, size[0]) for y in (-1, size[1]) for z in (-1, size[2])]
    )
    integral = np.zeros(canvas.shape, np.float32)
    window = _shadow(corners, canvas)
    rows, columns = (part.stop - part.start for part in window)
    if rows <= 0 or columns <= 0:
        return integral
    source, towards = _pencil(canvas, window)
    axis = int(np.argmax(np.abs(canvas.axes()[2])))
    row_axis, column_axis = (other for other in range(3) if other != axis)
    total = np.zeros((rows, columns), np.float32)
    plane = np.empty_like(total)
    for index in range(size[axis]):
        values = np.take(grid.values, index, axis=axis)
        if not values.any():
            continue
        depth = origin[axis] + grid.voxel_mm * index - source[axis]
        # On the plane, point = source + towards * depth / towards[axis]: linear over linear in (column, row).
        homography = np.stack(
            [
                ((source[other] - origin[other]) * towards[axis] + depth * towards[other]) / grid.voxel_mm
                for other in (column_axis, row_axis)
            ]
            + [towards[axis]]
        )
        cv2.warpPerspective(
            values,
            homography,
            (columns, rows),
            dst=plane,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=0.0,
        )
        total += plane
    y, x = np.indices((rows, columns), dtype=np.float32)
    ray = towards[:, 0, None, None] * x + towards[:, 1, None, None] * y + towards[:, 2, None, None]
    step_mm = grid.voxel_mm * np.linalg.norm(ray, axis=0) / np.abs(ray[axis])
    integral[window] = total * step_mm.astype(np.float32)
    return integral


def _pencil(canvas: Canvas, window: tuple[slice, slice]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Source (3,) and rays of a window as a linear map: direction = map (3, 3) times (column, row, 1).

    Any three rays fix the map, for a flat detector's rays end on a plane.
    """
    row, column = window[0].start, window[1].start
    fine = np.array([[column, row], [column + 1, row], [column, row + 1]], np.float64)
    source, units = ray_lps_from_xy_px(canvas.xy_px_from_fine(fine), canvas.carm, canvas.rows, canvas.columns)
    ends = units / (units @ canvas.axes()[2])[:, None]
    return source, np.stack([ends[1] - ends[0], ends[2] - ends[0], ends[0]], axis=1)


def _shadow(corners_lps: NDArray[np.float64], canvas: Canvas) -> tuple[slice, slice]:
    """Rows and columns of the canvas that a box can fall on."""
    xy = xy_px_from_lps(corners_lps, canvas.carm, canvas.rows, canvas.columns)
    fine = canvas.fine_from_xy_px(xy)
    low, high = np.floor(fine.min(0)).astype(int), np.ceil(fine.max(0)).astype(int) + 1
    rows, columns = canvas.shape
    return (
        slice(int(np.clip(low[1], 0, rows)), int(np.clip(high[1], 0, rows))),
        slice(int(np.clip(low[0], 0, columns)), int(np.clip(high[0], 0, columns))),
    )


def deposit(
    points_lps: NDArray[np.float64],
    volumes_ul: NDArray[np.float64],
    edge_mm: float,
    canvas: Canvas,
    subdivisions: int | None = None,
) -> NDArray[np.float64]:
    """Thickness, in mm along the rays, of small cubes.

    Each cube's volume is shared between `subdivisions` cubed points, by default as many as its size in the
    picture needs to look even, and each point between its four nearest fine pixels, so that thickness times
    a pixel's area at the cube's depth sums to the volume exactly, whatever falls inside the canvas. The
    points lie evenly but in no rows, and otherwise in every cube: seen along a row of cubes, a lattice
    would show as one.

    Parameters
    ----------
    points_lps
        (n, 3) centres, mm.
    volumes_ul
        (n,) mm³.
    edge_mm
        Edge of a cube.
    """
    rows, columns = canvas.shape
    carm = canvas.carm
    if carm.pixel_mm is None or carm.sod_mm is None:
        msg = "the geometry is incomplete: no pixel size"
        raise ValueError(msg)
    beam = canvas.axes()[2]
    fine_mm = carm.pixel_mm[0] / canvas.oversampling
    count = (subdivisions or int(np.clip(round(_POINTS_PER_FINE_PIXEL * edge_mm / fine_mm), 3, 5))) ** 3
    points = _scattered(points_lps, edge_mm, count)
    towards = points - source_lps(carm)
    depth = towards @ beam
    # Area across the ray is the pixel's area at that depth times the cosine of its slant.
    area = (carm.pixel_mm[0] * carm.pixel_mm[1] / canvas.oversampling**2) * (depth / carm.sod_mm) ** 2
    slant = depth / np.linalg.norm(towards, axis=-1)
    weight = np.repeat(volumes_ul / count, count) / (area * slant)
    fine = canvas.fine_from_xy_px(xy_px_from_lps(points, carm, canvas.rows, canvas.columns))
    low = np.floor(fine).astype(int)
    part = fine - low
    picture = np.zeros(rows * columns)
    for right in (0, 1):
        for down in (0, 1):
            x, y = low[:, 0] + right, low[:, 1] + down
            share = np.abs(1 - right - part[:, 0]) * np.abs(1 - down - part[:, 1]) * weight
            inside = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
            picture += np.bincount(y[inside] * columns + x[inside], share[inside], minlength=rows * columns)
    return picture.reshape(rows, columns)


def _scattered(centres: NDArray[np.float64], edge_mm: float, count: int) -> NDArray[np.float64]:
    """Lay `count` points in each cube, (n * count, 3): Roberts' R3 sequence, shifted by the cube's place.

    The same cube gets the same points whenever it is asked for, and their mean is its centre.
    """
    # The plastic number's kin: the root of x⁴ = x + 1 (Roberts 2018).
    root = 1.2207440846057596
    step = root ** -np.arange(1.0, 4.0)
    within = step * np.arange(1, count + 1)[:, None]
    # Square roots of primes: along no row of cubes do shifts and sequence go in step.
    turn = np.sqrt([[2.0, 3.0, 5.0], [7.0, 11.0, 13.0], [17.0, 19.0, 23.0]]) % 1.0
    shift = np.rint(centres / edge_mm * 64) / 64 @ turn
    unit = (within[None] + shift[:, None]) % 1.0
    unit -= unit.mean(axis=1, keepdims=True)
    points: NDArray[np.float64] = (centres[:, None] + edge_mm * unit).reshape(-1, 3)
    return points
