"""Closed triangle meshes of sampled solids, voxels, rods and trunks, and their STL files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.volume.grid import VoxelGrid

_STL_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_AXES = 3


@dataclass(frozen=True, slots=True)
class Mesh:
    """A closed surface: (n, 3, 3) corners of triangles, LPS mm, counter-clockwise seen from outside."""

    corners_mm: NDArray[np.float64]

    @property
    def volume_ul(self) -> float:
        """Enclosed volume, by the divergence theorem; negative where the surface is inside out."""
        a, b, c = np.moveaxis(self.corners_mm - self.corners_mm.mean((0, 1)), 1, 0)
        return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def without(mesh: Mesh, hole: Mesh) -> Mesh:
    """Give the solid between two nested surfaces."""
    return Mesh(np.concatenate([mesh.corners_mm, hole.corners_mm[:, ::-1]]))


def surface(grid: VoxelGrid, level: float = 0.5) -> Mesh:
    """Mesh where an occupancy passes `level`, by marching cubes; closed at the box's own sides."""
    from skimage.measure import marching_cubes

    padded = np.pad(grid.values, 1)
    points, faces, _, _ = marching_cubes(padded, level, gradient_direction="ascent")  # type: ignore[no-untyped-call]
    points = np.asarray(grid.origin_mm) + grid.voxel_mm * (points.astype(np.float64) - 1)
    return Mesh(points[faces])


def cubes(centres_mm: NDArray[np.float64], edge_mm: float) -> Mesh:
    """Outer skin of cubes that lie on one grid, (n, 3) centres: the faces that no two of them share."""
    low = centres_mm.min(0) - edge_mm
    index = np.rint((centres_mm - low) / edge_mm).astype(int)
    filled = np.zeros(index.max(0) + 2, bool)
    filled[tuple(index.T)] = True
    # Corners of a unit face across an axis, turning so that the normal points up the axis.
    square = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
    triangles = []
    for axis in range(_AXES):
        face = np.zeros((4, _AXES))
        face[:, [(axis + 1) % _AXES, (axis + 2) % _AXES]] = square
        for side in (-1, 1):
            bare = np.argwhere(filled & ~np.roll(filled, -side, axis))
            face[:, axis] = side * 0.5
            corners = bare[:, None, :] + face[::side]
            triangles += [corners[:, [0, 1, 2]], corners[:, [0, 2, 3]]]
    return Mesh(low + edge_mm * np.concatenate(triangles))


def rod(
    start_mm: NDArray[np.float64],
    end_mm: NDArray[np.float64],
    radius_mm: float,
    storeys: int = 1,
    sides: int = 360,
) -> Mesh:
    """Flat-ended cylinder as a prism, its wall cut into `storeys` bands."""
    axis = (end_mm - start_mm) / np.linalg.norm(end_mm - start_mm)
    across = np.cross(axis, np.eye(_AXES)[np.argmin(np.abs(axis))])
    across /= np.linalg.norm(across)
    angle = 2 * np.pi * np.arange(sides) / sides
    # The prism has the cylinder's volume, so that neither is the wider one on average.
    wide = radius_mm * np.sqrt(2 * np.pi / sides / np.sin(2 * np.pi / sides))
    ring = wide * (np.cos(angle)[:, None] * across + np.sin(angle)[:, None] * np.cross(axis, across))
    return _prism(start_mm + ring, end_mm + ring, storeys)


def upright(
    cylinders: tuple[tuple[float, float, float, float], ...],
    half_height_mm: float,
    storeys: int = 1,
    sides: int = 720,
) -> Mesh:
    """Union of elliptic cylinders along the head axis; all must hold the middle of the first.

    Parameters
    ----------
    cylinders
        Each (x centre, y centre, x radius, y radius), LPS mm.
    storeys
        Into how many bands the wall is cut, for renderers that want small triangles.
    """
    angle = 2 * np.pi * np.arange(sides) / sides
    outwards = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    middle = np.array(cylinders[0][:2])
    reach = np.zeros(len(angle))
    for x, y, wide, deep in cylinders:
        slope, start = outwards / (wide, deep), (middle - (x, y)) / (wide, deep)
        a, b, c = (slope**2).sum(1), slope @ start, start @ start - 1
        if c >= 0:
            msg = "the trunk's cylinders do not share the middle of the first"
            raise ValueError(msg)
        reach = np.maximum(reach, (-b + np.sqrt(b * b - a * c)) / a)
    flat = middle + reach[:, None] * outwards
    low, high = (np.column_stack([flat, np.full(len(flat), z)]) for z in (-half_height_mm, half_height_mm))
    return _prism(low, high, storeys)


def _prism(start: NDArray[np.float64], end: NDArray[np.float64], storeys: int = 1) -> Mesh:
    """Close two rings (n, 3), each counter-clockwise seen from the end's side, star-shaped about its mean."""
    foot, top = (np.broadcast_to(ring.mean(0), ring.shape) for ring in (start, end))
    triangles = [
        np.stack([foot, np.roll(start, -1, 0), start], 1),
        np.stack([top, end, np.roll(end, -1, 0)], 1),
    ]
    heights = np.linspace(0, 1, storeys + 1)
    for below, above in pairwise([start + share * (end - start) for share in heights]):
        next_below, next_above = np.roll(below, -1, 0), np.roll(above, -1, 0)
        triangles += [np.stack([below, next_below, next_above], 1), np.stack([below, next_above, above], 1)]
    return Mesh(np.concatenate(triangles))


def write_stl(mesh: Mesh, path: Path) -> None:
    """Write binary STL, mm."""
    a, b, c = np.moveaxis(mesh.corners_mm, 1, 0)
    normal = np.cross(b - a, c - a)
    triangles = np.zeros(len(normal), _STL_TRIANGLE)
    triangles["normal"] = normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-30)
    triangles["corners"] = mesh.corners_mm
    path.write_bytes(bytes(80) + np.uint32(len(triangles)).tobytes() + triangles.tobytes())
