"""An 11 G needle: path lengths of tube, hub, what fills it, and stylet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.simulate.anatomy.patient import Approach
from leakwatch.simulate.beam.chords import cylinder_chords
from leakwatch.simulate.beam.projection import Canvas

# 11 G: 3.05 mm outside, 0.33 mm wall (ISO 9626 regular).
OUTER_MM = 3.05
INNER_MM = 2.39
_HUB_MM = (16.0, 9.0)
# The hub is plastic round a steel core: a twelfth of solid steel.
_HUB_STEEL = 1 / 12


@dataclass(frozen=True, slots=True)
class NeedlePaths:
    """Path lengths in mm, (fine rows, fine columns): steel of tube and hub, and the lumen."""

    steel_mm: NDArray[np.float32]
    lumen_mm: NDArray[np.float32]


def needle_paths(approach: Approach, canvas: Canvas) -> NeedlePaths:
    """Project the needle, exactly.

    The lumen is given whole: what is in it, cement, a stylet or nothing, is another's business.
    """
    source, directions = canvas.rays()
    tip, hub = np.asarray(approach.tip_mm), np.asarray(approach.hub_mm)
    outer = cylinder_chords(source, directions, tip, hub, OUTER_MM / 2)
    lumen = cylinder_chords(source, directions, tip, hub, INNER_MM / 2)
    length, radius = _HUB_MM
    handle = cylinder_chords(source, directions, hub, hub + length * along(approach), radius)
    return NeedlePaths(
        np.asarray(outer - lumen + _HUB_STEEL * handle, np.float32), np.asarray(lumen, np.float32)
    )


def along(approach: Approach) -> NDArray[np.float64]:
    """Give the unit vector (3,) from tip to hub."""
    line = np.subtract(approach.hub_mm, approach.tip_mm)
    unit: NDArray[np.float64] = line / np.linalg.norm(line)
    return unit
