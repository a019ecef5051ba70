"""Yeom's type of a leak from a vertebra (Yeom 2003): B basivertebral vein, S segmental vein, C cortical."""

from __future__ import annotations

from leakwatch.imaging.compartment.names import NEEDLE_TRACK, PARAVERTEBRAL, PREVERTEBRAL, Answer
from leakwatch.imaging.compartment.place import Place
from leakwatch.nouns import Site

_VEIN_MM = 3.5
_SLENDER = 4.0  # length over thickness
_BROAD_MM = 5.0
_STOCKY = 3.0
_WAIST = 0.8  # of half the body's height: segmental veins run round its middle


def yeom_of(compartment: str | None, place: Place | None, site: Site) -> Answer:
    """Give the type where place and shape tell it.

    Parameters
    ----------
    compartment
        Its name; that of a region counts as well.
    """
    if site is not Site.VERTEBRA:
        return Answer(None, "Yeom's types are of vertebrae")
    if compartment is None:
        return Answer(None, "the type is not told without the compartment")
    if compartment.startswith("disc"):
        return Answer("C")  # nothing but an endplate lies between
    if compartment == NEEDLE_TRACK:
        return Answer(None, "cement along the needle is none of Yeom's types")
    if compartment not in (PARAVERTEBRAL, PREVERTEBRAL) or place is None:
        return Answer(None, "behind the body one view does not tell a vein from a broken wall")
    if (
        place.thickness_mm <= _VEIN_MM
        and place.length_mm >= _SLENDER * place.thickness_mm
        and abs(place.height) <= _WAIST
    ):
        return Answer("S")
    if place.thickness_mm >= _BROAD_MM and place.length_mm <= _STOCKY * place.thickness_mm:
        return Answer("C")
    return Answer(None, "neither a thin strip, as a vein makes, nor broad, as a broken wall does")
