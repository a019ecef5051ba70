"""Line integrals along the rays of a view: through sampled solids, and of small volumes as they fill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.geometry import axes_from_angles, ray_lps_from_xy_px, source_lps, xy_px_from_lps
from leakwatch.nouns import CArm
from leakwatch.simulate.volume.grid import VoxelGrid


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

    Parameters
    ----------
    grid
        Values per mm; 0 outside the box.

    Returns
    -------
    (fine rows, fine columns) float32: the grid's unit times mm. Trilinear, in planes across the beam
    one voxel apart.
    """
    source, directions = canvas.rays()
    beam = canvas.axes()[2]
    origin, size = np.asarray(grid.origin_mm), np.asarray(grid.values.shape)
    corners = origin + grid.voxel_mm * np.array(
        [[x, y, z] for x in (-1, size[0]) for y in (-1, size[1]) for z in (-1, size[2])]
    )
    depths = (corners - source) @ beam
    window = _shadow(corners, canvas)
    directions = directions[window]
    cosine = directions @ beam
    per_depth = (directions / cosine[..., None]).reshape(-1, 3)
    total = np.zeros(len(per_depth), np.float32)
    base = ((source - origin) / grid.voxel_mm)[:, None].astype(np.float32)
    slope = (per_depth.T / grid.voxel_mm).astype(np.float32)
    for depth in np.arange(depths.min(), depths.max() + grid.voxel_mm, grid.voxel_mm):
        total += ndimage.map_coordinates(
            grid.values, base + np.float32(depth) * slope, order=1, mode="constant", prefilter=False
        )
    integral = np.zeros(canvas.shape, np.float32)
    integral[window] = total.reshape(cosine.shape) * grid.voxel_mm / cosine
    return integral


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
    subdivisions: int = 3,
) -> NDArray[np.float64]:
    """Thickness, in mm along the rays, of small cubes.

    Each cube's volume is shared between `subdivisions` cubed points and each point between its four
    nearest fine pixels, so that thickness times a pixel's area at the cube's depth sums to the volume
    exactly, whatever falls inside the canvas.

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
    steps = (np.arange(subdivisions) + 0.5) / subdivisions - 0.5
    offsets = edge_mm * np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    points = (points_lps[:, None, :] + offsets).reshape(-1, 3)
    towards = points - source_lps(carm)
    depth = towards @ beam
    # Area across the ray is the pixel's area at that depth times the cosine of its slant.
    area = (carm.pixel_mm[0] * carm.pixel_mm[1] / canvas.oversampling**2) * (depth / carm.sod_mm) ** 2
    slant = depth / np.linalg.norm(towards, axis=-1)
    weight = np.repeat(volumes_ul / len(offsets), len(offsets)) / (area * slant)
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
