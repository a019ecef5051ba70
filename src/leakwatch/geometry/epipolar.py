"""Where in one view lies what another view shows at a pixel: on a line, for its depth is not known."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leakwatch.geometry.carm import ray_lps_from_xy_px, xy_px_from_lps
from leakwatch.nouns import CArm

STEP_MM = 1.0
"""Between neighbouring points of the line, along the ray."""


def epipolar_xy_px(
    xy_px: ArrayLike,
    carm: CArm,
    shape: tuple[int, int],
    other: CArm,
    other_shape: tuple[int, int],
    reach_mm: float,
) -> NDArray[np.float64]:
    """Project the ray of one view's pixel into another view.

    The ray is taken a millimetre at a time, `reach_mm` to either side of the isocentre's depth. Straight
    lines stay straight, so the points lie on the epipolar line (Hartley and Zisserman, Multiple View
    Geometry, 9.1); and, other than the line, they know how far along it the patient can be.

    Parameters
    ----------
    xy_px
        (2,) x = column, y = row, in the view of `carm`.
    shape, other_shape
        Stored (rows, columns) of either view.
    reach_mm
        Half the length of ray, mm.

    Returns
    -------
    (n, 2) float64, x = column, y = row in the other view, from the near to the far end of the ray; may lie
    outside its matrix.

    Raises
    ------
    ValueError
        A view's geometry is incomplete, or the ray comes up to the other view's source.
    """
    source, direction = ray_lps_from_xy_px(xy_px, carm, *shape)
    middle_mm = float(-source @ direction)
    along_mm = middle_mm + np.arange(-reach_mm, reach_mm + STEP_MM / 2, STEP_MM)
    return xy_px_from_lps(source + along_mm[:, np.newaxis] * direction, other, *other_shape)
