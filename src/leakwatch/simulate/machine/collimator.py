"""Lead in the beam."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.detector import CollimatorSection
from leakwatch.simulate.config.machine import MachineSection


def aperture(config: CollimatorSection, machine: MachineSection) -> NDArray[np.float32] | None:
    """Share of the primary beam let through, (rows, columns); None where there is no lead in the picture.

    The penumbra of a focal spot is taken as a straight slope of `penumbra_mm`.
    """
    if config.form == "open":
        return None
    x, y = (
        np.abs(np.arange(count) - (count - 1) / 2) * machine.pixel_mm
        for count in (machine.columns, machine.rows)
    )
    if config.form == "circle":
        beyond = np.hypot(x[None, :], y[:, None]) - config.half_width_mm
    else:
        beyond = np.maximum(x[None, :] - config.half_width_mm, y[:, None] - config.half_height_mm)
    open_share = np.clip(0.5 - beyond / config.penumbra_mm, 0, 1)
    return np.asarray(config.leakage + (1 - config.leakage) * open_share, np.float32)


def edges_px(config: CollimatorSection, machine: MachineSection) -> tuple[int, int, int, int]:
    """Left, right, upper and lower edge as the file states them: 1-based columns and rows."""
    half_x = config.half_width_mm / machine.pixel_mm
    half_y = (config.half_width_mm if config.form == "circle" else config.half_height_mm) / machine.pixel_mm
    cx, cy = (machine.columns + 1) / 2, (machine.rows + 1) / 2
    left, right = round(cx - half_x), round(cx + half_x)
    upper, lower = round(cy - half_y), round(cy + half_y)
    return left, right, upper, lower
