"""Linear attenuation of what is in the beam, from xraydb's tables (Elam 2002, with K edges)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.config.cement_products import CementRecipe, Product

Share = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Material:
    """Density in g/cm³, and parts by weight: chemical formula and share."""

    g_per_cm3: float
    parts: tuple[Share, ...]


WATER = Material(1.0, (("H2O", 1.0),))
# ICRU-44 cortical bone, adult.
CORTICAL = Material(
    1.92,
    (
        ("H", 0.034),
        ("C", 0.155),
        ("N", 0.042),
        ("O", 0.435),
        ("Na", 0.001),
        ("Mg", 0.002),
        ("P", 0.103),
        ("S", 0.003),
        ("Ca", 0.225),
    ),
)
# 18/8 stainless steel (ISO 9626 tubing).
STEEL = Material(8.0, (("Fe", 0.71), ("Cr", 0.19), ("Ni", 0.09), ("Mn", 0.01)))
CSI = Material(4.51, (("CsI", 1.0),))
# 300 mg of iodine per ml of a watery solution.
CONTRAST_MEDIUM = Material(1.3, (("I", 0.3 / 1.3), ("H2O", 1.0 / 1.3)))
ALUMINIUM = Material(2.70, (("Al", 1.0),))
COPPER = Material(8.96, (("Cu", 1.0),))
TUNGSTEN = Material(19.25, (("W", 1.0),))

_PMMA: Share = ("C5H8O2", 1.19)
_BARIUM: Share = ("BaSO4", 4.50)
_ZIRCONIA: Share = ("ZrO2", 5.68)
_TANTALUM: Share = ("Ta", 16.65)
_APATITE = Material(1.6, (("Ca10P6O26H2", 1.0),))
# Powder by weight of the set cement: 30 % in the powder is 18.7 % of the whole (Lewis 2007).
_POWDER = 0.187 / 0.30

_OPACIFIERS: tuple[tuple[Product, Share, float], ...] = (
    (Product.BASO4_10, _BARIUM, 0.10),
    (Product.BASO4_30, _BARIUM, 0.30 * _POWDER),
    (Product.BASO4_45, _BARIUM, 0.45 * _POWDER),
    (Product.BASO4_HIGH, _BARIUM, 0.30),
    (Product.ZRO2_30, _ZIRCONIA, 0.30),
    (Product.TANTALUM_10, _TANTALUM, 0.10),
    (Product.PMMA, _BARIUM, 0.0),
)


def cement(product: Product) -> Material:
    """Set cement as an ideal mixture of PMMA and its opacifier, or porous apatite."""
    if product is Product.CALCIUM_PHOSPHATE:
        return _APATITE
    opacifier, share = next((part, share) for name, part, share in _OPACIFIERS if name is product)
    return _mixture(opacifier, share)


def cement_from_recipe(recipe: CementRecipe) -> Material:
    """Set cement of a stated recipe; of a stated density, or as an ideal mixture."""
    named = {"baso4": _BARIUM, "zro2": _ZIRCONIA, "tantalum": _TANTALUM}
    mixed = _mixture(named[recipe.opacifier], recipe.mass_share)
    return mixed if recipe.g_per_cm3 is None else Material(recipe.g_per_cm3, mixed.parts)


def _mixture(opacifier: Share, share: float) -> Material:
    formula, density = opacifier
    mixed = 1 / ((1 - share) / _PMMA[1] + share / density)
    return Material(mixed, ((_PMMA[0], 1 - share), (formula, share)))


def attenuation_per_mm(material: Material, kev: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear attenuation in mm⁻¹ at energies (n,) keV."""
    import xraydb

    total = np.zeros(len(kev))
    for formula, share in material.parts:
        if share > 0:
            total += share * xraydb.material_mu(formula, kev * 1000.0, density=1.0)
    return np.asarray(material.g_per_cm3 * total / 10.0, np.float64)
