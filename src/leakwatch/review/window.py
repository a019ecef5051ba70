"""From stored values to the greys on the page: one window per run, bone and cement dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns import IntensityChain

_PERCENTILES = (0.5, 99.5)
_ROOM_FOR_CEMENT = 0.35
"""Share of the first frames' range kept free at the dark end: cement is darker than anything before it."""
_ROOM_FOR_LIGHT = 0.05
_SAMPLES = 200_000


@dataclass(frozen=True, slots=True)
class DisplayWindow:
    """The stored values shown black and white; `black` is the larger where stored values grow with bone."""

    black: float
    white: float

    def greys(self, pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Map stored values (rows, columns), linearly, to 0 (black) .. 255 (white)."""
        scaled = (pixels - self.black) * (255.0 / (self.white - self.black))
        greys: NDArray[np.uint8] = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
        return greys


def choose_window(
    frames: Sequence[NDArray[np.integer]], chain: IntensityChain, shutter: NDArray[np.bool_] | None
) -> DisplayWindow:
    """Choose the window from a run's first frames, so that nothing later can change how these look.

    Robust percentiles of what lies outside the shutter, with room at the dark end for cement. A Modality
    LUT is never applied (PS3.3 C.8.7.1.1.2). What counts for the direction is the sign of Pixel Intensity
    Relationship alone: where it is stated, MONOCHROME1 speaks of display only and would show bone white;
    where it is not, the sign was taken from it.

    Parameters
    ----------
    frames
        At least one frame of stored values, each (rows, columns).
    shutter
        (rows, columns), True where covered, or None.
    """
    step = max(1, sum(frame.size for frame in frames) // _SAMPLES)
    seen = [(frame if shutter is None else frame[~shutter]).reshape(-1)[::step] for frame in frames]
    values = np.concatenate(seen).astype(np.float64)
    low, high = np.percentile(values, _PERCENTILES) if values.size else (0.0, 1.0)
    span = max(float(high - low), 1.0)
    room = (_ROOM_FOR_CEMENT, _ROOM_FOR_LIGHT) if chain.sign > 0 else (_ROOM_FOR_LIGHT, _ROOM_FOR_CEMENT)
    lowest = -(1 << (chain.bits_stored - 1)) if chain.signed else 0
    low = max(float(low) - room[0] * span, float(lowest))
    high = min(float(high) + room[1] * span, float(lowest + (1 << chain.bits_stored) - 1))
    high = max(high, low + 1.0)
    return DisplayWindow(low, high) if chain.sign > 0 else DisplayWindow(high, low)
