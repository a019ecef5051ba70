"""The beam as a few energies, and what is left of it behind matter."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product as every

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.beam.materials import (
    CONTRAST_MEDIUM,
    CORTICAL,
    STEEL,
    WATER,
    attenuation_per_mm,
    cement,
)
from leakwatch.beam.spectrum import recorded_spectrum
from leakwatch.simulate.beam.basis import Basis, Paths
from leakwatch.simulate.beam.quadrature import few_nodes
from leakwatch.simulate.config.beam import BeamSection
from leakwatch.simulate.config.injection import Product

# What rays cross: air beside the patient up to a stout one, bone in it, and one solid at a time.
_WATER_MM = (0, 100, 150, 200, 250, 300, 350)
_BONE_MM = (0, 20, 40)
_SOLIDS_MM = (
    (Basis.STEEL, 1),
    (Basis.STEEL, 3),
    (Basis.CEMENT, 5),
    (Basis.CEMENT, 15),
    (Basis.CONTRAST_MEDIUM, 10),
)


@dataclass(frozen=True, slots=True)
class Beam:
    """Energies that stand for a spectrum.

    Attributes
    ----------
    kev
        (n,) energies, rising.
    weights
        (n,) share of the signal recorded behind nothing; they sum to 1.
    per_mm
        (len(Basis), n) attenuation in mm⁻¹: of water as it is, of everything else beyond the water it
        displaces.
    """

    kev: NDArray[np.float64]
    weights: NDArray[np.float64]
    per_mm: NDArray[np.float64]


def build_beam(config: BeamSection, product: Product) -> Beam:
    """Make the beam of a machine, for one product of cement, as a few energies."""
    if config.monochromatic_kev is not None:
        one = np.array([config.monochromatic_kev])
        return Beam(one, np.ones(1), _basis_per_mm(one, product))
    kev, signal = recorded_spectrum(config.kvp, config.aluminium_mm, config.copper_mm)
    per_mm = _basis_per_mm(kev, product)
    nodes, weights = few_nodes(np.exp(-_usual_paths() @ per_mm), signal, config.bins)
    return Beam(kev[nodes], weights, per_mm[:, nodes])


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


def _basis_per_mm(kev: NDArray[np.float64], product: Product) -> NDArray[np.float64]:
    water = attenuation_per_mm(WATER, kev)
    solid = {
        Basis.BONE: CORTICAL,
        Basis.STEEL: STEEL,
        Basis.CEMENT: cement(product),
        Basis.CONTRAST_MEDIUM: CONTRAST_MEDIUM,
    }
    return np.stack([water if b is Basis.WATER else attenuation_per_mm(solid[b], kev) - water for b in Basis])


def _usual_paths() -> NDArray[np.float64]:
    """(m, len(Basis)) mm of each basis: the rays for which a few energies must do as the whole spectrum."""
    rays = []
    for water, bone in every(_WATER_MM, _BONE_MM):
        ray = np.zeros(len(Basis))
        ray[[Basis.WATER, Basis.BONE]] = water, bone
        rays.append(ray)
        for solid, mm in _SOLIDS_MM:
            rays.append(ray.copy())
            rays[-1][solid] = mm
    return np.stack(rays)
