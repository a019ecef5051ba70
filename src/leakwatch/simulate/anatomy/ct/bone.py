"""Mineral within labelled bone: what the CT holds, as sharp as bone is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from leakwatch.simulate.anatomy.bone import bone_share
from leakwatch.simulate.config.anatomy import PatientSection
from leakwatch.simulate.volume.triple import Triple

# A millimetre of shell holds the cortex: 0.45 mm of dense bone, as round an old vertebra.
_SHELL_SHARE = 0.45
_CT_BLUR_VOXELS = 0.5
_FAINT = 0.02
_MOST_RATIO = 4.0
# The second one makes up for what may not fall below nothing in the first.
_CORRECTIONS = 2


def sharpened(
    share: NDArray[np.float32],
    outer: NDArray[np.float32],
    core: NDArray[np.float32],
    spacing_mm: Triple,
    section: PatientSection,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Give a CT's blurred bone its cortex and trabeculae back, keeping the mineral where the CT has it.

    A model of shell and textured spongy bone is weighted by how much bone the CT holds over how much
    the model does when seen as blurred as the CT. What the CT holds beyond that is added as it is, so
    that, blurred, the result is the CT again.

    Parameters
    ----------
    share
        Share of dense bone from the CT, on a grid of `section.voxel_mm`; `outer` and `core` likewise.
    spacing_mm
        The CT's voxels along LPS axes.
    """
    blur = tuple(_CT_BLUR_VOXELS * length / section.voxel_mm for length in spacing_mm)
    model = bone_share(outer, core, section, rng)
    model -= np.float32(1 - _SHELL_SHARE) * (outer - core)
    seen = ndimage.gaussian_filter(model, blur)
    model *= np.clip(share / np.maximum(seen, np.float32(_FAINT)), 0, np.float32(_MOST_RATIO))
    for _ in range(_CORRECTIONS):
        model += share - ndimage.gaussian_filter(model, blur)
        np.clip(model, 0, None, out=model)
    return model
