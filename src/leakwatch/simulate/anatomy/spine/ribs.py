"""The lowest two pairs of ribs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from leakwatch.simulate.anatomy.parts import Part
from leakwatch.simulate.anatomy.spine.vertebra import Vertebra
from leakwatch.simulate.anatomy.variation import Variation
from leakwatch.simulate.volume.triple import triple

_SHELL_MM = 1.0
_RADII_MM = (3.4, 3.0, 5.0)
# Course from the joint with the body: behind and out past the transverse process, then down and forwards.
# Own mm of the vertebra, from the back corner of its body, for the left side.
_COURSE_MM = (
    (0.0, 0.0, 8.0),
    (14.0, 13.0, 8.0),
    (34.0, 24.0, 0.0),
    (62.0, 26.0, -15.0),
    (92.0, 16.0, -37.0),
    (114.0, -6.0, -60.0),
    (124.0, -34.0, -82.0),
)
_LEGS = {1: 4, 2: 6}
"""How far along the course the rib of a level goes; the twelfth is short."""


def rib_parts(level: int, vertebra: Vertebra, variation: Variation) -> tuple[Part, ...]:
    """Give the ribs that a vertebra bears, own mm; only the two lowest thoracic levels have any."""
    if level not in _LEGS:
        return ()
    parts: list[Part] = []
    for side in (1.0, -1.0):
        scale = np.array([1.0, 1.0, 1.0]) + [variation.normal(s) for s in (0.03, 0.08, 0.12)]
        corner = np.array([0.85 * vertebra.body.width_mm / 2, 0.75 * vertebra.body.depth_mm / 2, 0.0])
        course = corner + np.array(_COURSE_MM[: _LEGS[level] + 1]) * scale
        course[:, 0] *= side
        parts.extend(Part(triple(a), triple(b), _RADII_MM, _SHELL_MM) for a, b in pairwise(course))
    return tuple(parts)
