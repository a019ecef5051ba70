"""What one view shows of all the cement at the end of a run: what two views together make a volume of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class CementShadow:
    """The cement of the last judged frame, cut out, as if the bone lay where it did on the first frame.

    Attributes
    ----------
    contrast
        (rows, columns) float32: attenuation that was added, scatter and all, in the run's own units; 0 away
        from cement.
    cement
        (rows, columns) bool: where cement was believed.
    in_bone
        (rows, columns) bool: within the outline.
    corner_xy_px, step_px
        Stored pixel of sample (0, 0), x = column, y = row, and stored pixels from a sample to the next.
    frame
        The frame it is of.
    hidden
        Share of the cement's place that metal or a cover hides; filled in from around it.
    cut
        Cement lies at the border of what is analysed or of the picture, so that there may be more.
    """

    contrast: NDArray[np.float32]
    cement: NDArray[np.bool_]
    in_bone: NDArray[np.bool_]
    corner_xy_px: tuple[float, float]
    step_px: int
    frame: int
    hidden: float
    cut: bool
