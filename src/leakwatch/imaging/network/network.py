"""The network itself: from planes to the log odds that a pixel is cement. OpenCV runs it.

It was trained on simulated recordings (`leakwatch.bench.network`) and comes with the package as
``cement.onnx``. It sees one frame at a time, and of the past only what the planes hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from leakwatch.config.imaging import NetworkRole
from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.filters import Image
from leakwatch.imaging.network.planes import Looked, onto_canvas, planes_of
from leakwatch.imaging.onnx import read_net

_MOST = 8.0


@dataclass(frozen=True, slots=True)
class CementNetwork:
    """OpenCV's network; one run's, for a network keeps what it last worked on."""

    net: cv2.dnn.Net


def network_for(role: NetworkRole) -> CementNetwork | None:
    """Give a run its network; None where it is to have none."""
    return None if role == "off" else load_cement_network()


def load_cement_network() -> CementNetwork:
    """Load the network that comes with the package."""
    return CementNetwork(read_net("leakwatch.imaging.network", "cement.onnx"))


def cement_log_odds(network: CementNetwork, looked: Looked, canvas: Canvas) -> Image:
    """Give the natural log odds that a pixel is cement, (rows, columns) float32 on the canvas, within 8.

    Where there is no picture they are -8.
    """
    planes = planes_of(looked, canvas)
    network.net.setInput(planes[None])
    found = cast(Image, network.net.forward())
    odds = np.clip(onto_canvas(np.asarray(found[0, 0], np.float32), canvas), -_MOST, _MOST)
    return np.where(looked.open_, odds, np.float32(-_MOST)).astype(np.float32, copy=False)
