"""Look at a picture several ways, and average what the network says of it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.bone.network import BoneNetwork, probabilities
from leakwatch.imaging.bone.planes import planes_of
from leakwatch.imaging.filters import Image, Mask

_SOFTER_PX = 0.8
_MIRRORS = ((), (1,), (0,), (0, 1))
"""Axes of (rows, columns) that are turned round."""


def look(
    network: BoneNetwork, attenuation: Image, open_: Mask, click_xy: tuple[float, float] | None
) -> NDArray[np.float32]:
    """Give each pixel's probability of being the treated bone, (sites, rows, columns), on the grid.

    The picture is looked at as it is, in three mirrors, and softened: what a network says for sure of one
    of them only is not sure (test-time augmentation, Wang 2019).
    """
    planes = planes_of(attenuation, open_, click_xy)
    soft = planes_of(cv2.GaussianBlur(attenuation, (0, 0), _SOFTER_PX).astype(np.float32), open_, click_xy)
    found = [_mirrored(network, planes, axes) for axes in _MIRRORS]
    found.append(probabilities(network, soft))
    return np.asarray(np.mean(found, axis=0), np.float32)


def _mirrored(
    network: BoneNetwork, planes: NDArray[np.float32], axes: tuple[int, ...]
) -> NDArray[np.float32]:
    turned = tuple(axis + 1 for axis in axes)
    found = probabilities(network, np.ascontiguousarray(np.flip(planes, turned)))
    return np.flip(found, turned)
