"""Graphics that stand still: painted pixels stay exactly equal while the picture around them changes.

What `textlines` cannot know at first sight, a ruler, a grey scale, a single letter, shows with time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from leakwatch.imaging.filters import Image, Mask
from leakwatch.nouns import TextBox

_JUDGED_AT = (8, 16, 32, 64)  # frames: chance alone must not leave a pixel equal for so long
_LEAST_PX = 12
_LIVELY_SHARE = 0.97  # of the open picture must have changed, or nothing can be told
_RING_PX = 7
_RING_STILL = 0.1
_SOLID_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Still:
    """Which pixels have had one value since the first frame; `frames` how many that were."""

    first: Image | None = None
    unchanged: Mask | None = None
    frames: int = 0


def watch_still(state: Still, attenuation: Image) -> Still:
    """Compare the next frame with the first; done once it has been judged for the last time."""
    if state.frames > _JUDGED_AT[-1]:
        return Still(frames=state.frames)
    if state.first is None or state.unchanged is None:
        return Still(attenuation, np.ones(attenuation.shape, np.bool_), 1)
    unchanged = state.unchanged & (attenuation == state.first)
    return replace(state, unchanged=unchanged, frames=state.frames + 1)


def find_graphics(state: Still, open_: Mask, frame: int) -> list[TextBox]:
    """Find pieces of the open picture that never changed, amid others that all did.

    A dark or flat part of a picture in few grey levels stays equal here and there, but so does what is
    around it: a graphic ends sharply.
    """
    if state.frames not in _JUDGED_AT or state.unchanged is None:
        return []
    still = state.unchanged & open_
    if float(np.count_nonzero(still)) > (1 - _LIVELY_SHARE) * float(np.count_nonzero(open_)):
        return []
    count, parts, stats, _ = cv2.connectedComponentsWithStats(still.astype(np.uint8), connectivity=8)
    boxes = []
    for part in np.flatnonzero(np.asarray(stats)[:, cv2.CC_STAT_AREA] >= _LEAST_PX):
        x0, y0, width, height, area = (int(value) for value in stats[part])
        if part == 0 or area > _SOLID_SHARE * still.size:
            continue
        top, left = max(0, y0 - _RING_PX), max(0, x0 - _RING_PX)
        window = np.s_[top : y0 + height + _RING_PX, left : x0 + width + _RING_PX]
        own = (parts[window] == part).astype(np.uint8)
        near = cv2.dilate(own, np.ones((2 * _RING_PX + 1, 2 * _RING_PX + 1), np.uint8)) > 0
        close = cv2.dilate(own, np.ones((5, 5), np.uint8)) > 0
        ring = near & ~close & open_[window]
        if ring.any() and float(still[window][ring].mean()) <= _RING_STILL:
            boxes.append(TextBox(x0, y0, x0 + width, y0 + height, frame))
    return boxes if count < 5000 else []
