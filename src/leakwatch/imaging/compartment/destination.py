"""Where a leak went: a named region of the outline first, else the view, the contour and the needle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leakwatch.imaging.canvas import Canvas
from leakwatch.imaging.compartment.look import Look
from leakwatch.imaging.compartment.names import Answer, name_place
from leakwatch.imaging.compartment.place import place_of
from leakwatch.imaging.compartment.yeom import yeom_of
from leakwatch.imaging.filters import Mask
from leakwatch.imaging.leak import distance_outside
from leakwatch.imaging.metal.ahead import Needle
from leakwatch.nouns import Site


@dataclass(frozen=True, slots=True)
class Destination:
    """The compartment and Yeom's type of a leak, each an answer or a reason."""

    compartment: Answer
    yeom: Answer


def destination_of(
    footprint: Mask,
    bones: Sequence[tuple[Site, Mask]],
    region: str | None,
    look: Look,
    needles: tuple[Needle, ...],
    canvas: Canvas,
) -> Destination:
    """Say where a leak went.

    Parameters
    ----------
    footprint
        (rows, columns) bool on the canvas; what of it lies inside a bone is not looked at.
    bones
        Kind and inside of each outline, on the canvas; the one that the leak is nearest to counts.
    region
        Named region of the outline that it lies in, or None.
    """
    known = [(site, bone) for site, bone in bones if bone.any()]
    leak = footprint & ~np.logical_or.reduce([np.zeros_like(footprint), *(bone for _, bone in known)])
    if not known or not leak.any():
        why = "there is no outline" if not known else "nothing of it lies beside the outline"
        named = Answer(region, "" if region else why)
        return Destination(named, yeom_of(region, None, known[0][0] if known else Site.OTHER))
    site, bone = min(known, key=lambda one: float(distance_outside(one[1])[leak].mean()))
    place = place_of(leak, bone, look.across, needles, canvas)
    named = Answer(region) if region else name_place(place, site, look)
    return Destination(named, yeom_of(named.name, place, site))
