"""Where a leak went, as two views say it together; one view's own word where only one saw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.imaging.compartment.names import CANAL_OR_FORAMEN, PARAVERTEBRAL
from leakwatch.nouns import LeakEvent
from leakwatch.views.case import MergedLeak

FORAMEN = "foramen"
_BESIDE = 0.7
"""Of the way from the bone's middle to the leak, what must go across the picture."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A name or a type; None with the reason. A name that leaves something open has a reason as well."""

    name: str | None
    reason: str = ""


def compartment_of(leak: MergedLeak) -> Joined:
    """Name the compartment.

    What lies behind the wall in a lateral view is in the canal or a foramen. Seen outside the outline in a
    frontal view too, and beside it, it is in a foramen: the body itself hides the canal there.
    """
    events = [sighting.event for sighting in leak.sightings]
    behind = [event for event in events if event.compartment == CANAL_OR_FORAMEN]
    others = [event for event in events if event.compartment != CANAL_OR_FORAMEN]
    if len(behind) == 1 and len(others) == 1 and _is_beside(others[0]):
        return Joined(FORAMEN, "behind the wall in one view, and beside the body in the other")
    return _agreed([(event.compartment, event.compartment_reason) for event in events])


def yeom_type_of(leak: MergedLeak) -> Joined:
    """Give Yeom's type."""
    return _agreed([(sighting.event.yeom, sighting.event.yeom_reason) for sighting in leak.sightings])


def _is_beside(event: LeakEvent) -> bool:
    across = abs(float(np.cos(np.radians(event.direction_deg)))) >= _BESIDE
    return across and event.compartment in (None, PARAVERTEBRAL)


def _agreed(said: Sequence[tuple[str | None, str]]) -> Joined:
    """Take the one name that was given; none where there are two, or none."""
    names = list(dict.fromkeys(name for name, _ in said if name is not None))
    if len(names) == 1:
        return Joined(names[0], next(reason for name, reason in said if name is not None))
    if names:
        return Joined(None, f"the two views name it differently: {' and '.join(names)}")
    return Joined(None, "; ".join(dict.fromkeys(reason for _, reason in said if reason)))
