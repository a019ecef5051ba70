"""What the machine does to a picture between reading and storing it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.config.processing import ProcessingSection

_DARKEST = 1e-4
# Over what noise is averaged before a change counts as motion.
_LOCAL_PX = 1.5


def recursive(
    signal: NDArray[np.float32], shown_before: NDArray[np.float32] | None, config: ProcessingSection
) -> NDArray[np.float32]:
    """First-order filter over frames: white noise keeps ``(1 - w) / (1 + w)`` of its variance.

    Blind to motion it smears what moves; otherwise the past yields where the picture has changed.
    """
    if shown_before is None or config.recursive == 0:
        return signal
    weight = np.float32(config.recursive)
    if config.recursive_yields_at is None:
        return np.asarray(signal + weight * (shown_before - signal), np.float32)
    before, now = (
        cv2.GaussianBlur(picture, (0, 0), _LOCAL_PX, borderType=cv2.BORDER_REPLICATE)
        for picture in (shown_before, signal)
    )
    change = np.abs(now - before) / np.maximum(before, _DARKEST)
    weight = weight * np.clip(1 - change / config.recursive_yields_at, 0, 1)
    return np.asarray(signal + weight * (shown_before - signal), np.float32)


def sharpened(signal: NDArray[np.float32], config: ProcessingSection) -> NDArray[np.float32]:
    """Unsharp masking of the logarithm, so that an edge is lifted alike in bright and dark."""
    if config.edge_gain == 0:
        return signal
    logarithm = np.log(np.maximum(signal, _DARKEST))
    smooth = cv2.GaussianBlur(logarithm, (0, 0), config.edge_px, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.exp(logarithm + config.edge_gain * (logarithm - smooth)), np.float32)


def printed(stored: NDArray[np.uint16], config: ProcessingSection, white: int) -> NDArray[np.uint16]:
    """Burn the text into the upper left corner, in `white`, the stored value shown brightest."""
    if not config.burned_in_text:
        return stored
    ink = np.zeros(stored.shape, np.uint8)
    scale = max(0.35, stored.shape[1] / 1100)
    cv2.putText(
        ink,
        config.burned_in_text,
        (4, int(6 + 24 * scale)),
        cv2.FONT_HERSHEY_SIMPLEX,
        scale,
        255,
        1,
        cv2.LINE_8,
    )
    return np.where(ink > 0, np.uint16(white), stored)
