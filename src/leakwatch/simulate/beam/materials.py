"""Linear attenuation of what is in the beam, at one effective energy.

The cement figures are ideal mixtures of tabulated elements; ``baso4_30`` is the usual 30 % barium
sulphate in the powder, which is 18.7 % by weight of the set cement, ``baso4_high`` 30 % of the set
cement. A clinical beam of 80 kVp behind 25 cm of tissue is detected at about 58 keV on average, so
one effective energy of 60 keV stands for the spectrum; beam hardening behind thick metal is not modelled.
"""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.config.injection import Product

_KEV = (40.0, 50.0, 60.0, 70.0, 80.0)
_PER_CM = {
    "water": (0.27, 0.23, 0.21, 0.19, 0.18),
    "fat": (0.24, 0.21, 0.19, 0.18, 0.17),
    "muscle": (0.28, 0.24, 0.215, 0.20, 0.19),
    "trabecular": (0.38, 0.29, 0.25, 0.23, 0.21),
    "cortical": (1.28, 0.81, 0.60, 0.49, 0.43),
    "steel": (28.5, 15.3, 9.4, 6.4, 4.7),
    Product.BASO4_10: (2.14, 1.29, 0.87, 0.64, 0.51),
    Product.BASO4_30: (4.01, 2.34, 1.52, 1.08, 0.81),
    Product.BASO4_HIGH: (6.92, 3.97, 2.53, 1.75, 1.28),
    Product.ZRO2_30: (4.20, 2.37, 1.52, 1.07, 0.80),
    Product.TANTALUM_10: (1.61, 0.99, 0.69, 1.61, 1.19),
    Product.CALCIUM_PHOSPHATE: (1.58, 0.94, 0.65, 0.50, 0.41),
    Product.PMMA: (0.28, 0.24, 0.23, 0.22, 0.21),
}


def attenuation_per_mm(material: str, kev: float) -> float:
    """Linear attenuation in mm⁻¹ at `kev`, interpolated in its logarithm.

    Raises
    ------
    ValueError
        The material is not tabulated or the energy lies outside 40 to 80 keV.
    """
    if material not in _PER_CM:
        msg = f"no attenuation is tabulated for {material!r}"
        raise ValueError(msg)
    if not _KEV[0] <= kev <= _KEV[-1]:
        msg = f"attenuation is tabulated from 40 to 80 keV, not at {kev:g}"
        raise ValueError(msg)
    return float(np.exp(np.interp(kev, _KEV, np.log(_PER_CM[material])))) / 10.0
