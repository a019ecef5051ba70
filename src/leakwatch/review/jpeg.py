"""Grey pictures as JPEG data."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

_Grey = TypeVar("_Grey", np.uint8, np.float32)


def reduce_to(picture: NDArray[_Grey], max_side_px: int) -> NDArray[_Grey]:
    """Average a picture down until its longer side fits; one that fits is given back as it is."""
    rows, columns = picture.shape
    scale = max_side_px / max(rows, columns)
    if scale >= 1.0:
        return picture
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def encode(greys: NDArray[np.uint8], quality: int) -> bytes:
    """Give (rows, columns) greys as a JPEG file; quality 1 to 100."""
    _, data = cv2.imencode(".jpg", greys, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()


def decode(data: bytes) -> NDArray[np.uint8]:
    """Read a JPEG file as (rows, columns) greys.

    Raises
    ------
    ValueError
        It is none.
    """
    greys = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if greys is None:
        msg = "a kept picture is no JPEG file"
        raise ValueError(msg)
    return greys.astype(np.uint8, copy=False)
