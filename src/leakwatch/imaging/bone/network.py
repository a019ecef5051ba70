"""The network itself: from planes to the probability that a pixel is treated bone. OpenCV runs it.

It was trained on simulated views (`leakwatch.bench.bone`) and comes with the package as ``bone.onnx``.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.imaging.bone.planes import filled_up
from leakwatch.imaging.onnx import read_net
from leakwatch.nouns import Site

SITES = (Site.VERTEBRA, Site.SACRUM, Site.FEMUR, Site.ACETABULUM)
CLASSES = ("background", *SITES)
"""What a pixel may be, in the network's order."""


@dataclass(frozen=True, slots=True)
class BoneNetwork:
    """OpenCV's network; one run's, for a network keeps what it last worked on."""

    net: cv2.dnn.Net


def load_bone_network() -> BoneNetwork:
    """Load the network that comes with the package."""
    return BoneNetwork(read_net("leakwatch.imaging.bone", "bone.onnx"))


def probabilities(network: BoneNetwork, planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give each pixel's probability of being the treated bone of each of `SITES`.

    Parameters
    ----------
    planes
        (planes, rows, columns) from `planes_of`.

    Returns
    -------
    NDArray[np.float32]
        (sites, rows, columns); 0 where there is no picture.
    """
    rows, columns = planes.shape[1:]
    network.net.setInput(filled_up(planes)[None])
    logits = np.asarray(network.net.forward(), np.float32)[0, :, :rows, :columns]
    shares = np.exp(logits - logits.max(axis=0))
    shares /= shares.sum(axis=0)
    return np.asarray(shares[1:] * (planes[2] > 0.5), np.float32)
