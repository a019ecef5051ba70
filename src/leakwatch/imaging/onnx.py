"""Networks that come with the package as ONNX files; OpenCV runs them."""

from __future__ import annotations

from importlib import resources

import cv2
import numpy as np


def read_net(package: str, file: str) -> cv2.dnn.Net:
    """Read a network that lies in one of the package's own folders.

    A network keeps what it last worked on: every run reads its own.
    """
    content = (resources.files(package) / file).read_bytes()
    return cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
