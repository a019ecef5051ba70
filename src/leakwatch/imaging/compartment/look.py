"""How a view looks at the patient: from the side, from the front, or neither.

Which way is head and which is back follows from the positioner angles alone (PS3.3 C.8.7.5), not from the
picture: head is up, and the back lies where the view's own axes put it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from leakwatch.geometry import axes_from_angles
from leakwatch.imaging.metal.ahead import Needle
from leakwatch.nouns import Run

_OFF_DEG = 25.0  # beyond this, things 20 mm apart along the beam move by 9 mm against each other
_SWING_DEG = 5.0
_AGAINST = 0.3


class View(StrEnum):
    """From which side the beam goes through the patient."""

    LATERAL = "lateral"
    FRONTAL = "frontal"


@dataclass(frozen=True, slots=True)
class Look:
    """How a run looks at the patient.

    Attributes
    ----------
    view
        None where the run cannot tell, or is neither; `reason` then says why.
    across
        +1 where image right is the patient's back in a lateral view, -1 where it is the front; in a frontal
        view always +1.
    """

    view: View | None
    across: float = 1.0
    reason: str = ""


def look_of(run: Run, needles: Sequence[Needle]) -> Look:
    """Decide from the angles, and hold it against the needle.

    A needle goes in from the back. In a lateral view that shows one coming from the front the picture is not
    as its angles say, and nothing is concluded from them.
    """
    primary, secondary = run.geometry.primary_deg, run.geometry.secondary_deg
    if primary is None or secondary is None:
        return Look(None, reason="the run states no positioner angles, so front and back are not known")
    if _swings(run):
        return Look(None, reason="the arm turns during the run")
    try:
        right, _, beam = axes_from_angles(primary, secondary)
    except ValueError:
        return Look(None, reason="the beam runs along the patient's length")
    least = float(np.cos(np.deg2rad(_OFF_DEG)))
    if abs(beam[1]) >= least:
        return Look(View.FRONTAL)
    if abs(beam[0]) < least:
        return Look(None, reason="an oblique view lays what is beside the bone over what is behind it")
    across = float(np.sign(right[1]))
    if any(needle.along[0] * across > _AGAINST for needle in needles):
        return Look(None, reason="the needle comes from where the angles put the patient's front")
    return Look(View.LATERAL, across)


def _swings(run: Run) -> bool:
    if run.per_frame is None:
        return False
    angles = (run.per_frame.primary_deg, run.per_frame.secondary_deg)
    known = [angle[np.isfinite(angle)] for angle in angles if angle is not None]
    return any(len(angle) > 0 and float(np.ptp(angle)) > _SWING_DEG for angle in known)
