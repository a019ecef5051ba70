"""The transparent layer that does not move with the bone: gas and soft tissue.

In bone coordinates it slides. To first order a layer S displaced by u differs from its mean by -u . grad S.
u is estimated from the difference picture itself, smooth over `flow_mm` (Lucas and Kanade 1981, weighted),
and what it explains is taken away; the edges it slides over stay less trustworthy than the rest.
"""

from __future__ import annotations

import numpy as np

from leakwatch.config.imaging import EvidenceConfig
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image, gradient, smooth

_PASSES = 2
_OUTLIER_SIGMA = 3.0
_RIDGE = 0.05


def edges_of(reference: Image, canvas: Canvas, config: EvidenceConfig) -> tuple[Image, Image]:
    """Slopes (x, y) of the reference at the scale of the edges that imitate cement when they move."""
    return gradient(smooth(reference, canvas.pixels(config.edge_mm)))


def remove_sliding(
    difference: Image,
    edges: tuple[Image, Image],
    background: Image,
    sigma: float,
    canvas: Canvas,
    config: EvidenceConfig,
) -> Image:
    """Take away the part of a difference picture that a smooth displacement of edges explains.

    Parameters
    ----------
    difference
        (rows, columns) float32, registered frame minus reference.
    background
        Weight, 0 where cement or metal must not speak.
    sigma
        Noise of `difference`; beyond three of it a pixel counts for less, so that new cement is not
        explained away.
    """
    slope_x, slope_y = edges
    reach = canvas.pixels(config.flow_mm)
    rest = difference
    for _ in range(_PASSES):
        weight = background / (1 + (rest / np.float32(_OUTLIER_SIGMA * sigma + 1e-9)) ** 2)
        xx = smooth(weight * slope_x * slope_x, reach)
        yy = smooth(weight * slope_y * slope_y, reach)
        xy = smooth(weight * slope_x * slope_y, reach)
        x_seen = smooth(weight * slope_x * difference, reach)
        y_seen = smooth(weight * slope_y * difference, reach)
        ridge = np.float32(_RIDGE * sigma**2) * smooth(weight, reach) + np.float32(1e-15)
        xx, yy = xx + ridge, yy + ridge
        determinant = xx * yy - xy * xy
        along_x = (yy * x_seen - xy * y_seen) / determinant
        along_y = (xx * y_seen - xy * x_seen) / determinant
        rest = np.asarray(difference - along_x * slope_x - along_y * slope_y, np.float32)
    return rest
