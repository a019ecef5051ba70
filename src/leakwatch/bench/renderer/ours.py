"""The scene by the simulator's own projection code."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.renderer.scene import TRUNK, Solids
from leakwatch.simulate.beam.chords import cylinder_chords, trunk_path_mm
from leakwatch.simulate.beam.projection import Canvas, deposit, line_integrals


def our_paths(solids: Solids, canvas: Canvas) -> dict[str, NDArray[np.float64]]:
    """Length of each ray within each solid, mm, (rows, columns), the mean over each stored pixel."""
    outer = line_integrals(solids.outer, canvas).astype(np.float64)
    core = line_integrals(solids.core, canvas).astype(np.float64)
    spread = solids.cement
    cement = deposit(spread.points_mm, spread.volumes_ul, spread.edge_mm, canvas)
    start, end = solids.needle_mm
    fine = {
        "cortex": outer - core,
        "spongy": core - cement,
        "cement": cement,
        "needle": cylinder_chords(*canvas.rays(), start, end, solids.needle_radius_mm),
        TRUNK: trunk_path_mm(solids.trunk, canvas),
    }
    return {name: block_means(path, canvas.oversampling) for name, path in fine.items()}


def our_integrals(
    paths: dict[str, NDArray[np.float64]], per_mm: dict[str, float], *, water: bool
) -> NDArray[np.float64]:
    """Line integrals of attenuation from `our_paths`.

    Every solid adds what it attenuates beyond what it displaces: water or, without the trunk, nothing.
    """
    total = np.zeros_like(paths[TRUNK])
    displaced = per_mm[TRUNK] if water else 0.0
    for name, path in paths.items():
        if name != TRUNK:
            total += (per_mm[name] - displaced) * path
    return total + displaced * paths[TRUNK]


def block_means(fine: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Mean over blocks of `side` squared."""
    rows, columns = fine.shape
    means: NDArray[np.float64] = fine.reshape(rows // side, side, columns // side, side).mean((1, 3))
    return means
