"""One picture of a run, as stored and as attenuation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class StoredFrame:
    """Decoded stored values of one frame: `pixels` (rows, columns), any integer type, no LUT applied."""

    index: int
    time_s: float
    pixels: NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as line integrals.

    Attributes
    ----------
    index, time_s
        0-based number and DICOM time since the run's first frame.
    attenuation
        (rows, columns) float32, dimensionless, up to the run's gain and offset; **more material is
        larger**, so cement is bright here whatever the stored polarity.
    valid
        (rows, columns) bool; False under the shutter and where the detector was saturated or blind.
    """

    index: int
    time_s: float
    attenuation: NDArray[np.float32]
    valid: NDArray[np.bool_]
