"""From contrast to millimetres of cement, through a spectrum that hardens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.beam.materials import WATER, Material, attenuation_per_mm
from leakwatch.beam.spectrum import recorded_spectrum

_THICKEST_MM = 60.0
_STEP_MM = 0.25


@dataclass(frozen=True, slots=True)
class Curve:
    """Attenuation that cement adds, per thickness; both (n,), rising from 0."""

    thickness_mm: NDArray[np.float64]
    contrast: NDArray[np.float64]

    def thickness_of(self, contrast: NDArray[np.floating]) -> NDArray[np.float64]:
        """Thickness, mm, of contrast of any shape; noise below 0 stays negative, so that sums keep true."""
        size = np.interp(np.abs(contrast), self.contrast, self.thickness_mm)
        return np.asarray(np.sign(contrast) * size, np.float64)


def cement_curve(
    material: Material, kvp: float, aluminium_mm: float, copper_mm: float, patient_mm: float
) -> Curve:
    """Tabulate ``-ln`` of the signal behind cement over that beside it (Beer-Lambert, energy by energy).

    Parameters
    ----------
    patient_mm
        Water that hardens the beam beforehand. Cement counts by what it adds to the soft tissue it displaces.
    """
    kev, signal = recorded_spectrum(kvp, aluminium_mm, copper_mm)
    water = attenuation_per_mm(WATER, kev)
    arriving = signal * np.exp(-patient_mm * water)
    thickness = np.arange(0.0, _THICKEST_MM + _STEP_MM, _STEP_MM)
    added = attenuation_per_mm(material, kev) - water
    left = np.exp(-np.outer(thickness, added)) @ (arriving / arriving.sum())
    return Curve(thickness, -np.log(left))
