"""Calcified plaques in the wall of the abdominal aorta."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.spine.column import Spine
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.volume.grid import VoxelGrid, open_axes_mm
from leakwatch.simulate.volume.texture import smooth_noise

RADIUS_MM = 9.0
_WALL_MM = 1.8
_PLAQUE_MM = 3.0
_MINERAL = 0.85
"""Of dense cortical bone, in a plaque."""
_ASIDE_MM = 12.0
_GAP_MM = 3.0


def add_plaques(
    soft_bone: VoxelGrid, spine: Spine, share: float, rng: np.random.Generator, vary: float
) -> None:
    """Put plaques on `share` of the wall of a tube in front of the spine, left of the middle, in place."""
    x, y, z = open_axes_mm(soft_bone)
    course = aorta_course_mm(spine, z.ravel().astype(np.float64), Variation(rng, vary))
    radius = np.hypot(x - course[:, 0].astype(np.float32), y - course[:, 1].astype(np.float32))
    # A voxel holds its share of a thin wall.
    wall = np.clip(0.5 + (_WALL_MM / 2 - np.abs(radius - RADIUS_MM)) / soft_bone.voxel_mm, 0, 1)
    patches = smooth_noise(rng, soft_bone.values.shape, (_PLAQUE_MM / soft_bone.voxel_mm,) * 3)
    edge = np.quantile(patches[wall > 0], 1 - share)
    plaques = _MINERAL * wall * np.clip((patches - edge) / 0.3, 0, 1)
    np.maximum(soft_bone.values, plaques.astype(np.float32), out=soft_bone.values)


def aorta_course_mm(
    spine: Spine, heights_mm: NDArray[np.float64], variation: Variation
) -> NDArray[np.float64]:
    """Centre line: LPS x and y, (n, 2) mm, at heights; it follows the fronts of the bodies, and winds."""
    fronts = np.array(
        [
            vertebra.placement.points_mm(
                np.array([_ASIDE_MM, -vertebra.body.depth_mm / 2 - _GAP_MM - RADIUS_MM, 0.0])
            )
            for vertebra in spine.levels.values()
        ]
    )
    fronts = fronts[np.argsort(fronts[:, 2])]
    along = np.stack([np.interp(heights_mm, fronts[:, 2], fronts[:, axis]) for axis in (0, 1)], axis=1)
    wind, turn = abs(variation.about(3.0, 0.5)), variation.normal(1.5)
    along[:, 0] += wind * np.sin(heights_mm / 28.0 + turn)
    return along
