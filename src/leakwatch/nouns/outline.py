"""The treated bone as drawn, or found, in one view."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Site(StrEnum):
    """What kind of bone is treated."""

    VERTEBRA = "vertebra"
    SACRUM = "sacrum"
    FEMUR = "femur"
    ACETABULUM = "acetabulum"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Region:
    """A named neighbour of the bone (``canal``, ``disc_superior``, ``joint``, ...).

    `polygon_xy_px` is (n, 2) float64, x = column, y = row, in the outline's own frame.
    """

    name: str
    polygon_xy_px: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outline:
    """One bone's silhouette on one frame of one run.

    Attributes
    ----------
    sop_instance_uid, frame
        Where it was drawn.
    site, label
        Kind of bone, and its name (``L3``).
    polygon_xy_px
        (n, 2) float64, n >= 3, x = column, y = row, pixel centres at integers.
    source
        ``given`` or ``automatic``.
    confidence
        1.0 for a given outline; of one that was found the Dice to be expected of it, 0 to 1.
    error_mm
        Standard deviation of its edge at each point, across it, mm; empty where none is stated.
    form, file
        Of a given outline the form it came in (``JSON``, ``SEG``, ``RTSTRUCT``, ``GSPS``) and the name of
        its file, without the folder; else empty.
    """

    sop_instance_uid: str
    frame: int
    site: Site
    label: str
    polygon_xy_px: NDArray[np.float64]
    regions: tuple[Region, ...] = ()
    source: str = "given"
    confidence: float = 1.0
    form: str = ""
    file: str = ""
    error_mm: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.polygon_xy_px.ndim != 2 or self.polygon_xy_px.shape[1] != 2 or len(self.polygon_xy_px) < 3:
            msg = f"an outline needs at least 3 (x, y) points, not shape {self.polygon_xy_px.shape}"
            raise ValueError(msg)
        if self.error_mm and len(self.error_mm) != len(self.polygon_xy_px):
            msg = f"an outline of {len(self.polygon_xy_px)} points has {len(self.error_mm)} errors"
            raise ValueError(msg)
        if self.frame < 0:
            msg = f"an outline's frame must not be negative, not {self.frame}"
            raise ValueError(msg)
