"""What is in the way on a frame: objects that came in, and metal that has moved since the reference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from leakwatch.imaging import decision
from leakwatch.imaging.filters import Image, Mask
from leakwatch.imaging.metal.ahead import find_ahead
from leakwatch.imaging.metal.objects import find_intruders
from leakwatch.imaging.metal.uncovered import watch_ground
from leakwatch.imaging.reference import relearn
from leakwatch.imaging.state import CoreState, Seen, share_open

_FREE_SHARE = 0.97
_HOLD_S = 0.5


def watch_objects(
    state: CoreState, seen: Seen, difference: Image, open_: Mask, noise: float, time_s: float
) -> tuple[Seen, Image]:
    """Find what came in on this frame, and learn what a needle has left bare.

    Parameters
    ----------
    difference
        (rows, columns) float32: this frame minus the reference, 0 where nothing is open.
    open_
        What the picture shows, and what the reference knows.

    Returns
    -------
    seen
        `intruders`, `ground` and `metal` renewed, and `reference` and `memory` where ground was learned.
    difference
        Against the reference as it is now.
    """
    if not state.config.objects.find:
        return seen, difference
    canvas, reference = state.canvas, seen.reference
    intruders = find_intruders(
        seen.intruders, difference, reference.mean, open_, seen.believed, noise, canvas
    )
    ahead = find_ahead(seen.needles, difference, canvas) & ~seen.believed
    intruders = replace(intruders, mask=intruders.mask | ahead)
    ground, fresh = watch_ground(
        seen.ground, difference, reference.mean, open_, state.bone, seen.cement, time_s, canvas
    )
    if fresh.any():
        difference = np.where(fresh, difference + reference.mean - ground.mean, difference)
        reference = relearn(reference, ground.mean, fresh)
        memory = np.where(fresh, np.float32(0), seen.memory)
        slow = None if seen.slow is None else np.where(fresh, np.float32(0), seen.slow)
        seen = replace(seen, reference=reference, memory=memory, slow=slow)
    return replace(seen, intruders=intruders, ground=ground, metal=ground.hidden), difference


def note_cover(state: CoreState, seen: Seen, open_: Mask, time_s: float) -> tuple[Seen, bool]:
    """Say whether a hand or the like lies over the bone or its rim, or needles over much of them.

    It is said for a while after it has gone, too: until then its blurred edge is on the move.
    """
    free = share_open(~seen.intruders.bulky, state) >= _FREE_SHARE
    if not free or not decision.is_open(share_open(open_, state)):
        return replace(seen, covered_s=time_s), True
    return seen, time_s - seen.covered_s < _HOLD_S
