"""The scene by the simulator's own projection code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.renderer.scene import Materials, Solids
from leakwatch.simulate.beam.chords import cylinder_chords, trunk_path_mm
from leakwatch.simulate.beam.projection import Canvas, deposit, line_integrals


def our_integrals(solids: Solids, materials: Materials, canvas: Canvas, *, water: bool) -> NDArray[np.float64]:
    """Line integrals of attenuation, (rows, columns), the mean over each stored pixel.

    Every solid adds what it attenuates beyond what it displaces: water or, without the trunk, nothing.
    """
    outer = line_integrals(solids.outer, canvas).astype(np.float64)
    core = line_integrals(solids.core, canvas).astype(np.float64)
    spread = solids.cement
    cement = deposit(spread.points_mm, spread.volumes_ul, spread.edge_mm, canvas)
    start, end = solids.needle_mm
    needle = cylinder_chords(*canvas.rays(), start, end, solids.needle_radius_mm)
    displaced = materials.water if water else 0.0
    fine = (
        (materials.cortical - displaced) * (outer - core)
        + (materials.spongy - displaced) * (core - cement)
        + (materials.cement - displaced) * cement
        + (materials.steel - displaced) * needle
    )
    if water:
        fine = fine + materials.water * trunk_path_mm(solids.trunk, canvas)
    return block_means(fine, canvas.oversampling)


def block_means(fine: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Mean over blocks of `side` squared."""
    rows, columns = fine.shape
    means: NDArray[np.float64] = fine.reshape(rows // side, side, columns // side, side).mean((1, 3))
    return means
