"""From a polygon to the pixels inside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage.draw import polygon2mask


def mask_from_polygon(polygon_xy_px: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Pixels whose centre lies inside a polygon.

    Parameters
    ----------
    polygon_xy_px
        (n, 2), x = column, y = row, 0-based, pixel centres at integers; closed by itself; may leave the
        picture.
    shape
        (rows, columns) of the result.

    Returns
    -------
    NDArray[np.bool_]
        (rows, columns); even-odd rule, so a polygon that crosses itself encloses what is circled an odd
        number of times. A centre on an edge or a corner counts as inside.
    """
    mask: NDArray[np.bool_] = polygon2mask(shape, polygon_xy_px[:, ::-1])  # type: ignore[no-untyped-call]
    return mask
