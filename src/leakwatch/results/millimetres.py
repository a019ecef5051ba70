"""From pixels to millimetres at the isocentre plane, where the run says how large a pixel is."""

from __future__ import annotations

import math

from leakwatch.nouns import Run


def area_mm2(area_px: float | None, run: Run) -> float | None:
    """Convert a projected area; None if it, or the pixel's size, is unknown."""
    size = run.geometry.pixel_mm
    return None if area_px is None or size is None else area_px * size[0] * size[1]


def right_mm(dx_px: float | None, run: Run) -> float | None:
    """Convert a distance along a row: columns apart, so the column spacing counts."""
    size = run.geometry.pixel_mm
    return None if dx_px is None or size is None else dx_px * size[1]


def down_mm(dy_px: float | None, run: Run) -> float | None:
    """Convert a distance along a column: rows apart, so the row spacing counts."""
    size = run.geometry.pixel_mm
    return None if dy_px is None or size is None else dy_px * size[0]


def diameter_mm(diameter_px: float | None, run: Run) -> float | None:
    """Convert a size without direction: the geometric mean of both spacings."""
    size = run.geometry.pixel_mm
    return None if diameter_px is None or size is None else diameter_px * math.sqrt(size[0] * size[1])


def sphere_ul(diameter: float | None) -> float | None:
    """Give the volume of a sphere of that diameter in mm; 1 mm³ is 1 µl."""
    return None if diameter is None else math.pi / 6.0 * diameter**3


def no_millimetres(run: Run) -> str:
    """Give the sentence owed where a run has no millimetres; empty where it has."""
    if run.geometry.pixel_mm is not None:
        return ""
    return (
        "no millimetres: Imager Pixel Spacing, Distance Source to Detector and Distance Source to Patient "
        "are not all stated"
    )
