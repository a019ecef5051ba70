"""How much mineral there is within a bone's outline."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.anatomy import PatientSection
from leakwatch.simulate.volume.texture import broad_noise

SPONGY_SHARE = 0.10
"""Spongy bone beyond water, as a share of dense cortical bone: 12 % bone volume less the fat of marrow."""
# Thin bone keeps its upright trabeculae longest, and they are what is seen.
_TRABECULA_MM = (0.6, 0.6, 3.0)
_PATCH_MM = 4.0


def bone_share(
    outer: NDArray[np.float32],
    core: NDArray[np.float32],
    section: PatientSection,
    rng: np.random.Generator,
    density: float = 1.0,
) -> NDArray[np.float32]:
    """Share of dense cortical bone: 1 in the cortex, textured spongy bone within it.

    Parameters
    ----------
    outer, core
        Occupancy, 0 to 1, of the bone and of what lies within its cortex, on a grid of `section.voxel_mm`.
    density
        How much mineral spongy bone holds, relative to the usual.
    """
    wide, deep, high = (length / section.voxel_mm for length in _TRABECULA_MM)
    patch = _PATCH_MM / section.voxel_mm
    fine = broad_noise(rng, outer.shape, (wide, deep, high))
    coarse = broad_noise(rng, outer.shape, (patch, patch, patch))
    # Bone volume varies, marrow does not: only what is beyond water is textured.
    spongy = np.clip(1 + section.trabecular_variation * (fine + coarse), 0, None)
    return np.asarray(core * spongy * np.float32(density * SPONGY_SHARE) + (outer - core), np.float32)
