"""Exact lengths of rays within simple bodies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Trunk
from leakwatch.simulate.beam.projection import Canvas


def trunk_path_mm(trunk: Trunk, canvas: Canvas) -> NDArray[np.float64]:
    """Length of each ray within the trunk; what several cylinders hold counts once.

    Returns
    -------
    (fine rows, fine columns) mm.
    """
    source, directions = canvas.rays()
    crossings = np.stack([_crossing(source, directions, cylinder) for cylinder in trunk.cylinders])
    crossings = np.take_along_axis(crossings, np.argsort(crossings[:, :1], axis=0), axis=0)
    path = np.zeros(directions.shape[:-1])
    left = np.full(directions.shape[:-1], -np.inf)
    for start, end in crossings:
        path += np.clip(end - np.maximum(start, left), 0, None)
        left = np.maximum(left, end)
    return path


def _crossing(
    source: NDArray[np.float64],
    directions: NDArray[np.float64],
    cylinder: tuple[float, float, float, float],
) -> NDArray[np.float64]:
    """Where rays enter and leave an upright elliptic cylinder, (2, ...) mm; equal where they miss it."""
    centre, radii = np.array(cylinder[:2]), np.array(cylinder[2:])
    start = (source[:2] - centre) / radii
    slope = directions[..., :2] / radii
    a, b, c = (slope**2).sum(-1), slope @ start, start @ start - 1
    half = np.sqrt(np.clip(b * b - a * c, 0, None))
    ends: NDArray[np.float64] = np.stack([-b - half, -b + half]) / a
    return ends


def cylinder_chords(
    source: NDArray[np.float64],
    directions: NDArray[np.float64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    radius: float,
) -> NDArray[np.float64]:
    """Exact length, mm, of rays within a flat-ended cylinder.

    Parameters
    ----------
    source
        (3,) mm.
    directions
        (..., 3) unit vectors.
    start, end
        (3,) centres of the ends, mm.
    """
    length = float(np.linalg.norm(end - start))
    axis = (end - start) / length
    from_start = source - start
    along_ray, along_source = directions @ axis, float(from_start @ axis)
    across_ray = directions - along_ray[..., None] * axis
    across_source = from_start - along_source * axis
    a = np.maximum((across_ray**2).sum(-1), 1e-12)
    b = across_ray @ across_source
    c = across_source @ across_source - radius**2
    root = np.sqrt(np.clip(b * b - a * c, 0, None))
    side_in, side_out = (-b - root) / a, (-b + root) / a
    steep = np.where(np.abs(along_ray) < 1e-9, 1e-9, along_ray)
    ends = np.stack([-along_source / steep, (length - along_source) / steep])
    chord = np.minimum(side_out, ends.max(0)) - np.maximum(side_in, ends.min(0))
    return np.clip(np.where(root > 0, chord, 0.0), 0.0, None)
