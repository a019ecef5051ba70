"""Which part of the matrix the shutters and the collimator cover."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.header import Header
from leakwatch.dicom.values import named, numbers, shown, texts

_LEAST_OPEN = 0.01
"""A shutter that leaves less than this share of the picture open is a mistake in the header."""


def read_shutter(header: Header, rows: int, columns: int) -> tuple[NDArray[np.bool_] | None, tuple[str, ...]]:
    """Draw what Shutter (0018,1600) and Collimator (0018,1700) attributes cover.

    Returns
    -------
    covered
        (rows, columns) bool, True where covered; None if nothing is.
    warnings
        A sentence for each shape that cannot be drawn.

    Notes
    -----
    DICOM counts rows and columns of a shutter from 1; an edge lies on the last open pixel (PS3.3
    C.8.7.3). Shapes add up: open is what every one of them leaves open.
    """
    warnings: list[str] = []
    covered = np.zeros((rows, columns), np.bool_)
    for blade in ("Shutter", "Collimator"):
        for shape in texts(header, f"{blade}Shape"):
            opening = _opening(header, blade, shape, rows, columns)
            if opening is None:
                warnings.append(
                    f"{named(f'{blade}Shape')} is {shown(header, f'{blade}Shape')}, but its position is "
                    "missing or impossible; it was ignored"
                )
            elif np.mean(opening) < _LEAST_OPEN:
                warnings.append(
                    f"{named(f'{blade}Shape')} {shape} would cover the whole picture; it was ignored"
                )
            else:
                covered |= ~opening
    return (covered if covered.any() else None), tuple(warnings)


def _opening(header: Header, blade: str, shape: str, rows: int, columns: int) -> NDArray[np.bool_] | None:
    y, x = np.ogrid[:rows, :columns]
    if shape == "RECTANGULAR":
        edges = ("LeftVerticalEdge", "RightVerticalEdge", "UpperHorizontalEdge", "LowerHorizontalEdge")
        found = [_exactly(header, f"{blade}{edge}", 1) for edge in edges]
        if any(edge is None for edge in found):
            return None
        left, right, upper, lower = (edge[0] - 1 for edge in found if edge is not None)
        return np.asarray((x >= left) & (x <= right) & (y >= upper) & (y <= lower))
    if shape == "CIRCULAR":
        centre = _exactly(header, f"CenterOfCircular{blade}", 2)
        radius = _exactly(header, f"RadiusOfCircular{blade}", 1)
        if centre is None or radius is None:
            return None
        return np.asarray((y - (centre[0] - 1)) ** 2 + (x - (centre[1] - 1)) ** 2 <= radius[0] ** 2)
    if shape == "POLYGONAL":
        from skimage.draw import polygon2mask

        corners = np.asarray(numbers(header, f"VerticesOfThePolygonal{blade}"))
        if len(corners) < 6 or len(corners) % 2 or not np.isfinite(corners).all():
            return None
        mask = polygon2mask((rows, columns), corners.reshape(-1, 2) - 1)  # type: ignore[no-untyped-call]
        return np.asarray(mask, np.bool_)
    return None


def _exactly(header: Header, keyword: str, count: int) -> tuple[float, ...] | None:
    values = numbers(header, keyword)
    return values if len(values) == count and np.isfinite(values).all() else None
