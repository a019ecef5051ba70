"""Lips that age puts on the rims of vertebral bodies."""

from __future__ import annotations

import numpy as np

from leakwatch.simulate.anatomy.parts import Part, blob
from leakwatch.simulate.anatomy.spine.body_shape import BodyShape
from leakwatch.simulate.anatomy.variation import Variation

_SHELL_MM = 0.8
_LIKELY = 0.45
# From the front (0) to the side (90 degrees) of the rim.
_ROUND_DEG = (-80.0, 80.0)


def osteophytes(body: BodyShape, variation: Variation) -> tuple[Part, ...]:
    """Draw some lips along the front and sides of both rims; none where nothing varies.

    The treated body is given none, so that its silhouette stays its own.
    """
    parts: list[Part] = []
    for way in (1.0, -1.0):
        for _ in range(2):
            chance, place, length = variation.rng.random(3)
            if chance > _LIKELY * variation.scale:
                continue
            angle = np.deg2rad(_ROUND_DEG[0] + place * (_ROUND_DEG[1] - _ROUND_DEG[0]))
            x, y = np.sin(angle) * body.width_mm / 2, -np.cos(angle) * body.depth_mm / 2
            size = 1.5 + 2.0 * length
            centre = (0.97 * x, 0.97 * y, way * (body.height_mm / 2 - 0.5))
            parts.append(blob(centre, (size + 1.5, size + 0.5, 0.5 * size + 0.6), _SHELL_MM))
    return tuple(parts)
