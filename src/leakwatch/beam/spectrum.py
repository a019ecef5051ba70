"""The spectrum of a fluoroscopy tube, as its detector records it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.beam.materials import ALUMINIUM, COPPER, CSI, TUNGSTEN, attenuation_per_mm

_STEP_KEV = 0.25
_K_EDGES_KEV = (33.169, 35.985, 37.441, 67.416, 69.525)
"""Of iodine, caesium, barium, tantalum and tungsten (xraydb): no step of the spectrum may lie across one."""
_LOWEST_KEV = 15.0
# Where in the target photons arise, as tungsten they must leave through.
_TARGET_MM = 0.012
# 600 µm of needles that fill three quarters of the layer.
_SCREEN_MM = 0.45


def recorded_spectrum(
    kvp: float, aluminium_mm: float, copper_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give energies and their share of the signal behind nothing, each (n,); the shares sum to 1.

    The tube's spectrum is Kramers' (1923): photons per energy as ``E0 / E - 1``, weakened in the target
    and by the filters; characteristic lines are left out, a few per cent of the signal at 80 kVp. The
    screen records energy: caesium iodide's absorption times the energy. A published generator, SpekPy,
    would bring 164 MB of tables; a test holds the beam to figures that were made with it.
    """
    kev, width_kev = _steps(kvp)
    filters = (
        _TARGET_MM * attenuation_per_mm(TUNGSTEN, kev)
        + aluminium_mm * attenuation_per_mm(ALUMINIUM, kev)
        + copper_mm * attenuation_per_mm(COPPER, kev)
    )
    photons = np.clip(kvp / kev - 1, 0, None) * np.exp(-filters)
    signal = width_kev * photons * kev * (1 - np.exp(-_SCREEN_MM * attenuation_per_mm(CSI, kev)))
    return kev, np.asarray(signal / signal.sum(), np.float64)


def _steps(kvp: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middle and width of each step of the spectrum, (n,) keV."""
    ends = np.unique([*np.arange(_LOWEST_KEV, kvp, _STEP_KEV), *(e for e in _K_EDGES_KEV if e < kvp), kvp])
    return (ends[:-1] + ends[1:]) / 2, np.diff(ends)
