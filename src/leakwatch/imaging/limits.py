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


def smallest_sphere_px(noise: float, per_px: float) -> float:
    """Diameter d of the cement sphere that one frame shows at Rose's ratio, in working pixels.

    Matched disc of mean chord 2d/3 in white noise: ``(2/3) c d * (sqrt(pi)/2) d / sigma = 5``, with c the
    attenuation per pixel of depth and sigma the one-pixel noise.
    """
    return float(np.sqrt(ROSE_K * noise * 3 / (per_px * np.sqrt(np.pi))))
