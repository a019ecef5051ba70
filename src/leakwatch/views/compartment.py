"""Where a leak went, as two views say it together; one view's own word where only one saw it."""

from __future__ import annotations

from collections.abc import Sequence

from leakwatch.imaging.compartment.look import View, look_of
from leakwatch.imaging.compartment.names import CANAL_OR_FORAMEN, OVER_FORAMEN, PARAVERTEBRAL, Answer
from leakwatch.views.case import MergedLeak, Sighting

CANAL, FORAMEN = "canal", "foramen"


def compartment_of(leak: MergedLeak) -> Answer:
    """Name the compartment.

    What lies behind the wall in a lateral view is in the canal or a foramen. Seen outside the outline in a
    frontal view too, and beside it, it is in a foramen: the body itself hides the canal there.
    """
    behind = [one for one in leak.sightings if one.event.compartment == CANAL_OR_FORAMEN]
    others = [one for one in leak.sightings if one.event.compartment != CANAL_OR_FORAMEN]
    if behind and others and others[0].event.compartment in (CANAL, FORAMEN):
        return Answer(others[0].event.compartment)
    if behind and others and _is_beside(others[0]):
        return Answer(FORAMEN, "behind the wall in one view, and beside the body in the other")
    return _agreed([(one.event.compartment, one.event.compartment_reason) for one in leak.sightings])


def yeom_type_of(leak: MergedLeak) -> Answer:
    """Give Yeom's type."""
    return _agreed([(sighting.event.yeom, sighting.event.yeom_reason) for sighting in leak.sightings])


def _is_beside(sighting: Sighting) -> bool:
    """Whether a frontal view has it beside the body."""
    event = sighting.event
    beside = event.compartment == PARAVERTEBRAL or event.compartment_reason == OVER_FORAMEN
    return beside and look_of(sighting.run, ()).view is View.FRONTAL


def _agreed(said: Sequence[tuple[str | None, str]]) -> Answer:
    """Take the one name that was given; none where there are two, or none."""
    names = list(dict.fromkeys(name for name, _ in said if name is not None))
    if len(names) == 1:
        return Answer(names[0], next(reason for name, reason in said if name is not None))
    if names:
        return Answer(None, f"the two views name it differently: {' and '.join(names)}")
    return Answer(None, "; ".join(dict.fromkeys(reason for _, reason in said if reason)))
