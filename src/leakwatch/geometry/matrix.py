"""The projection of a view as one matrix, for whoever wants to do without the tags."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.geometry.carm import isocentre_plane_lps_from_xy_px, source_lps
from leakwatch.nouns import CArm


def matrix_px_from_lps(carm: CArm, rows: int, columns: int) -> NDArray[np.float64]:
    """Give the (3, 4) matrix P of a view: P (X, Y, Z, 1) = w (x, y, 1).

    The same projection as `xy_px_from_lps`: patient millimetres to pixels, x = column, y = row. `w` is the
    depth from the source along the central ray, mm; at or below 0 a point has no picture. (Hartley and
    Zisserman, Multiple View Geometry, 6.1.)

    Raises
    ------
    ValueError
        `carm` is incomplete.
    """
    source = source_lps(carm)
    # where three pixels lie on the isocentre plane fixes the plane, and with the source the whole projection
    corner, along_x, along_y = isocentre_plane_lps_from_xy_px(
        np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), carm, rows, columns
    )
    lps_from_px = np.column_stack([along_x - corner, along_y - corner, corner - source])
    turned = np.linalg.inv(lps_from_px) * float(np.linalg.norm(source))
    return np.column_stack([turned, -turned @ source])
