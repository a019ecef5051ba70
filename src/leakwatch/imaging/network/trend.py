"""How the evidence of each pixel has been lately: cement stays and grows, gas and bowel come and go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leakwatch.imaging.filters import Image

_MEMORY_S = 2.0  # half a breath


@dataclass(frozen=True, slots=True)
class Trend:
    """Recursive means over about two seconds, each (rows, columns) float32 in attenuation units.

    Attributes
    ----------
    level
        Of the contrast.
    unrest
        Of how far the contrast is from that level.
    """

    level: Image
    unrest: Image


def no_trend(shape: tuple[int, ...]) -> Trend:
    """Before anything was judged."""
    return Trend(np.zeros(shape, np.float32), np.zeros(shape, np.float32))


def advance(trend: Trend, contrast: Image, elapsed_s: float, judged_s: float) -> Trend:
    """Take in one frame's contrast.

    Parameters
    ----------
    elapsed_s
        Since the frame before.
    judged_s
        Since the first judged frame: as long as that is short, the means are of so many frames only.
    """
    share = np.float32(elapsed_s / max(elapsed_s, min(judged_s + elapsed_s, _MEMORY_S)))
    level = trend.level + share * (contrast - trend.level)
    unrest = trend.unrest + share * (np.abs(contrast - level) - trend.unrest)
    return Trend(np.asarray(level, np.float32), np.asarray(unrest, np.float32))
