"""The smallest cement this run can show, from its measured noise."""

from __future__ import annotations

import numpy as np

ROSE_K = 5.0
"""Signal-to-noise ratio for reliable detection (Rose 1948)."""


def contrast_per_px(peak: float, area_px: float) -> float:
    """Attenuation per pixel of cement depth, from the run's own bolus.

    The bolus is taken to be as deep as it is wide: its peak over the diameter of a disc of its area. The
    run's gain need not be known, since noise is in the same units.
    """
    return peak / (2 * float(np.sqrt(area_px / np.pi)))


def smallest_sphere_px(noise: float, per_px: float, nuisance: float = 0.0) -> float:
    """Diameter d of the cement sphere that one frame shows at Rose's ratio, in working pixels.

    Matched disc of mean chord 2d/3: ``(2/3) c d = 5 sqrt((2 sigma / (sqrt(pi) d))^2 + s^2)``, with c the
    attenuation per pixel of depth, sigma the one-pixel noise, which is white and averages out over the disc,
    and s the `nuisance`, which hangs together over the disc and does not.
    """
    signal = (2 / 3 * per_px) ** 2
    correlated = (ROSE_K * nuisance) ** 2
    white = ROSE_K**2 * 4 * noise**2 / np.pi
    # d^2 is the positive root of: signal d^4 - correlated d^2 - white = 0
    squared = (correlated + np.sqrt(correlated**2 + 4 * signal * white)) / (2 * signal)
    return float(np.sqrt(squared))


def largest_nuisance(noise: float, per_px: float, diameter_px: float) -> float:
    """Give the most nuisance in which a sphere of that diameter is shown: the same formula, solved for s.

    Negative where the noise alone hides it: no place is calm enough.
    """
    signal = (2 / 3 * per_px * diameter_px / ROSE_K) ** 2
    left = signal - 4 * noise**2 / (np.pi * diameter_px**2)
    return float(np.sqrt(left)) if left >= 0 else -1.0
