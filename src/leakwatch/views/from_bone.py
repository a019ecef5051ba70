"""Where a leak lies as seen from the treated bone: in front, left, above.

Stated isocentres are off by millimetres, and a table moves: both carry the bone and the leak alike. So the
leak is taken back to where the bone lay on the first frame, in each view by its own motion, before its rays
are crossed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leakwatch.nouns import AnalysedRun
from leakwatch.views.case import MergedLeak
from leakwatch.views.scene import Scene

NOT_PLACED = "the leak has no position"
DRAWN_LATER = "the bone was outlined on a later frame than the first"
_MIDDLE_MM = 1.5
"""By what the middle of a box around an outline is known: perspective alone puts it off by 0.7 mm, and a line
is drawn to half a millimetre in either view (`python -m leakwatch.bench.perturbed`)."""
_TURNED = float(np.sin(np.radians(2.0)))
"""Of the way from bone to leak, what views that are turned by a degree or two put it off by."""
_WORDS = (("left", "right"), ("posterior", "anterior"), ("superior", "inferior"))


@dataclass(frozen=True, slots=True)
class FromBone:
    """From the middle of the treated bone to a leak.

    Attributes
    ----------
    mm_lps
        Left, posterior and up, in mm; negative is right, anterior and down.
    error_mm
        Radius within which that is believed to be true.
    words
        The parts that are larger than the error, the largest first; that there is none, where there is none.
    """

    mm_lps: tuple[float, float, float]
    error_mm: float
    words: str


def from_bone(leak: MergedLeak, scene: Scene, views: tuple[AnalysedRun, AnalysedRun]) -> FromBone | str:
    """Say where a leak lies from the bone, or why that is not known."""
    if leak.at_rest is None:
        return NOT_PLACED
    if scene.middle is None:
        return scene.bone_reason
    if any(outline.frame for view in views for outline in view.outlines):
        return DRAWN_LATER
    away = np.subtract(leak.at_rest.mm_lps, scene.middle.mm_lps)
    disagree_mm = scene.middle.gap_mm / 2  # of the two outlines, on where the middle is
    turned_mm = _TURNED * float(np.linalg.norm(away))
    error_mm = float(np.linalg.norm([leak.at_rest.error_mm, disagree_mm, _MIDDLE_MM, turned_mm]))
    return FromBone((float(away[0]), float(away[1]), float(away[2])), error_mm, words_of(away, error_mm))


def words_of(away: NDArray[np.float64], error_mm: float) -> str:
    """Write mm LPS in words, such as ``12 mm anterior, 5 mm left``."""
    told = [
        (abs(float(length)), f"{abs(float(length)):.0f} mm {towards if length > 0 else against}")
        for length, (towards, against) in zip(away, _WORDS, strict=True)
        if abs(float(length)) > error_mm
    ]
    if not told:
        return "no farther from its middle than the error"
    return ", ".join(text for _, text in sorted(told, reverse=True))
