"""Hounsfield units as shares of water and of dense bone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CORTICAL_HU = 1535.0
"""Dense cortical bone (ICRU-44, 1.92 g/cm³) in a CT of about 120 kV, effective energy 72 keV.

Linear attenuation there, by log-log interpolation of the NIST tables between 60 and 80 keV (Hubbell and
Seltzer, NISTIR 5632): bone 0.486 per cm, water 0.1915 per cm, whose ratio is 2.535.
"""
SOFT_HU = 100.0
"""Up to here, outside bone, it is denser soft tissue and no mineral."""
_AIR_HU, _METAL_HU = -1000.0, 3071.0


def clean_hu(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take padding for air, and cut off metal, in place."""
    return np.clip(values, _AIR_HU, _METAL_HU, out=values)


def bone_beyond_water(hu: NDArray[np.float32]) -> NDArray[np.float32]:
    """Share of dense cortical bone beyond the water it displaces, 1 for `CORTICAL_HU`; within a bone.

    A mixture of water and bone attenuates, at the CT's energy, ``mu = mu_water (1 + HU / 1000)``
    ``= mu_water + share (mu_bone - mu_water)``, so that ``share = HU / CORTICAL_HU``. At the
    fluoroscope's energy the same share then attenuates as bone does there: 0.60 against 0.21 per cm at
    60 keV. What is below water (marrow fat) is left to soft tissue.
    """
    return np.asarray(np.clip(hu, 0, None) / np.float32(CORTICAL_HU), np.float32)


def labelled_mineral(
    hu: NDArray[np.float32], inside: NDArray[np.float32], near: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Share of bone that moves with labelled bones: all within them and what is smeared round them.

    Parameters
    ----------
    inside, near
        Weights, 0 to 1: of the labels themselves, and of them with their rim.
    """
    return np.asarray(inside * bone_beyond_water(hu) + (near - inside) * mineral_elsewhere(hu), np.float32)


def mineral_elsewhere(hu: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the same outside the bones that are labelled, where up to `SOFT_HU` there is none."""
    return bone_beyond_water(np.asarray(hu - np.float32(SOFT_HU), np.float32))


def water(hu: NDArray[np.float32], inside: NDArray[np.float32]) -> NDArray[np.float32]:
    """Water that attenuates as the soft part of a voxel does, 1 for water and 0 for air.

    Parameters
    ----------
    inside
        Weight, 0 to 1, of labelled bone, where `bone_beyond_water` holds all that is denser than water.
    """
    densest = np.float32(SOFT_HU) * (1 - inside)
    return np.asarray(1 + np.minimum(hu, densest) / np.float32(1000), np.float32)
