"""The beam as a few energies, and what is left of it behind matter."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.beam.basis import Basis, Paths
from leakwatch.simulate.beam.materials import (
    ALUMINIUM,
    CONTRAST_MEDIUM,
    COPPER,
    CORTICAL,
    CSI,
    STEEL,
    TUNGSTEN,
    WATER,
    attenuation_per_mm,
    cement,
)
from leakwatch.simulate.config.beam import BeamSection
from leakwatch.simulate.config.injection import Product

_STEP_KEV = 0.25
_LOWEST_KEV = 15.0
# Where in the target photons arise, as tungsten they must leave through.
_TARGET_MM = 0.012
# 600 µm of needles that fill three quarters of the layer.
_SCREEN_MM = 0.45
_K_EDGES_KEV = (33.17, 37.44, 67.42)
"""Of iodine, barium and tantalum (xraydb)."""
_PATIENT_MM = 200.0
"""Energies are grouped as they weigh behind this much water."""


@dataclass(frozen=True, slots=True)
class Beam:
    """Energies that stand for a spectrum.

    Attributes
    ----------
    kev
        (n,) mean energy of each group.
    weights
        (n,) share of the signal recorded behind nothing. They sum to a little less than 1: what only the
        softest rays make is not of this patient.
    per_mm
        (len(Basis), n) attenuation in mm⁻¹: of water as it is, of everything else beyond the water it
        displaces.
    """

    kev: NDArray[np.float64]
    weights: NDArray[np.float64]
    per_mm: NDArray[np.float64]


def build_beam(config: BeamSection, product: Product) -> Beam:
    """Make the beam of a machine, for one product of cement.

    The tube's spectrum is Kramers' (1923): photons per energy as ``E0 / E - 1``, weakened in the target
    and by the filters; characteristic lines are left out, a few per cent of the signal at 80 kVp. The
    screen records energy: caesium iodide's absorption times the energy. A published generator, SpekPy,
    would bring 164 MB of tables; a test holds the beam to figures that were made with it.
    """
    if config.monochromatic_kev is not None:
        one = np.array([config.monochromatic_kev])
        return Beam(one, np.ones(1), _basis_per_mm(one, product))
    kev = np.arange(_LOWEST_KEV, config.kvp, _STEP_KEV)
    signal = _photons(kev, config) * kev * (1 - np.exp(-_SCREEN_MM * attenuation_per_mm(CSI, kev)))
    behind = signal * np.exp(-_PATIENT_MM * attenuation_per_mm(WATER, kev))
    # Groups of equal weight behind the patient, energies that matter alike, cut where a K edge lies.
    share = np.cumsum(behind) / behind.sum()
    cuts = np.interp(np.arange(1, config.bins) / config.bins, share, kev)
    group = np.searchsorted(np.sort([*cuts, *_K_EDGES_KEV]), kev)
    group = np.unique(group, return_inverse=True)[1]
    groups = int(group.max()) + 1

    def grouped(values: NDArray[np.float64]) -> NDArray[np.float64]:
        total = np.bincount(group, values * behind, groups)
        return np.asarray(total / np.bincount(group, behind, groups), np.float64)

    per_mm = np.stack([grouped(row) for row in _basis_per_mm(kev, product)])
    # The weight behind nothing that gives the right one behind the patient.
    weights = np.bincount(group, behind, groups) * np.exp(_PATIENT_MM * per_mm[Basis.WATER])
    return Beam(grouped(kev), weights / signal.sum(), per_mm)


def transmission(paths: Paths, beam: Beam) -> NDArray[np.float32]:
    """Share of the signal behind nothing that is left, (rows, columns): Beer's law, energy by energy."""
    crossed = [basis for basis in Basis if paths[basis].any()]
    total = np.zeros(paths.shape[1:], np.float32)
    for weight, per_mm in zip(beam.weights, beam.per_mm.T, strict=True):
        exponent = np.full_like(total, np.log(weight))
        for basis in crossed:
            cv2.scaleAdd(paths[basis], -float(per_mm[basis]), exponent, dst=exponent)
        total += cv2.exp(exponent)
    return total


def _photons(kev: NDArray[np.float64], config: BeamSection) -> NDArray[np.float64]:
    born = np.clip(config.kvp / kev - 1, 0, None)
    filters = (
        _TARGET_MM * attenuation_per_mm(TUNGSTEN, kev)
        + config.aluminium_mm * attenuation_per_mm(ALUMINIUM, kev)
        + config.copper_mm * attenuation_per_mm(COPPER, kev)
    )
    return np.asarray(born * np.exp(-filters), np.float64)


def _basis_per_mm(kev: NDArray[np.float64], product: Product) -> NDArray[np.float64]:
    water = attenuation_per_mm(WATER, kev)
    solid = {
        Basis.BONE: CORTICAL,
        Basis.STEEL: STEEL,
        Basis.CEMENT: cement(product),
        Basis.CONTRAST_MEDIUM: CONTRAST_MEDIUM,
    }
    return np.stack([water if b is Basis.WATER else attenuation_per_mm(solid[b], kev) - water for b in Basis])
