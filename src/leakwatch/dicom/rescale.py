"""Rescale Slope and Intercept of a linear run: which stored value means no intensity."""

from __future__ import annotations

import numpy as np

from leakwatch.dicom.header import Header
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.modality_lut import Lut
from leakwatch.dicom.values import named, numbers, shown

_LARGEST = 1e9


def is_rescaled(header: Header) -> bool:
    """Whether Rescale Slope (0028,1053) or Intercept (0028,1052) says more than identity."""
    slope, intercept = numbers(header, "RescaleSlope"), numbers(header, "RescaleIntercept")
    return slope not in ((), (1.0,)) or intercept not in ((), (0.0,))


def read_zero(header: Header, layout: Layout, sign: int) -> tuple[Lut | None, str]:
    """Tabulate ``slope x stored + intercept`` for LIN, where it can be proportional to intensity.

    Only an intercept says anything new: it moves the value that means no intensity. The line must rise
    with intensity, which the sign gives, and be above 0 where there is most. Returns the table and, if
    the line was not followed, why.
    """
    if not is_rescaled(header):
        return None, ""
    slope = (numbers(header, "RescaleSlope") or (1.0,))[0]
    intercept = (numbers(header, "RescaleIntercept") or (0.0,))[0]
    said = (
        f"{named('RescaleSlope')} {shown(header, 'RescaleSlope')} and "
        f"{named('RescaleIntercept')} {shown(header, 'RescaleIntercept')}"
    )
    if not np.isfinite([slope, intercept]).all() or max(abs(slope), abs(intercept)) > _LARGEST:
        return None, f"{said} are no possible line and were ignored"
    if slope > 0 and intercept == 0.0 and sign > 0:
        return None, ""
    lowest = -(1 << (layout.bits_stored - 1)) if layout.signed else 0
    line = slope * np.arange(lowest, lowest + (1 << layout.bits_stored), dtype=np.float64) + intercept
    if slope * sign <= 0 or line.max() <= 0:
        return None, f"{said} do not rise with intensity by the sign {sign:+d} and were ignored"
    return (lowest, line), ""
