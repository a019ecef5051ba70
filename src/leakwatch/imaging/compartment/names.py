"""The rules: which compartment a place is in, where the view can tell."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.imaging.compartment.look import Look, View
from leakwatch.imaging.compartment.place import Place
from leakwatch.nouns import Site

DISC_SUPERIOR, DISC_INFERIOR = "disc_superior", "disc_inferior"
CANAL_OR_FORAMEN, PREVERTEBRAL, PARAVERTEBRAL = "canal_or_foramen", "prevertebral", "paravertebral"
PRESACRAL, NEEDLE_TRACK = "presacral", "needle_track"

OVER_FORAMEN = "beside the lower body a frontal view lays the foramen over soft tissue"
"""The reason of a leak beside the body that may be in a foramen."""

_LEAST_MM2 = 3.0
_CLEAR = 0.8  # of the leak's area on one side, or on the needle's line
_CANAL_MM = 15.0  # front to back: further behind the wall is no canal
_OFF_WALL_MM = 3.0
_PLATE = 0.25  # of the endplate's width: a disc fills as a plate
_FORAMEN_HEIGHT = -0.2  # of half the body's height: nerve roots leave below the pedicles


@dataclass(frozen=True, slots=True)
class Answer:
    """A name, or None with the reason; with a name that leaves something open, what that is."""

    name: str | None
    reason: str = ""


def name_place(place: Place | None, site: Site, look: Look) -> Answer:
    """Name the compartment of a leak that lies in no named region of the outline."""
    if place is None:
        return Answer(None, "the bone lies too tilted in the picture, or nothing of the leak was left to see")
    if place.area_mm2 < _LEAST_MM2:
        return Answer(None, f"a leak under {_LEAST_MM2:g} mm2 is too small to tell where it lies")
    if look.view is None:
        return Answer(None, look.reason)
    if place.on_needle >= _CLEAR:
        return _along_needle(place, look.view)
    if site is Site.VERTEBRA:
        return _of_vertebra(place, look.view)
    if site is Site.SACRUM and look.view is View.LATERAL:
        return _of_sacrum(place)
    return Answer(None, "the contour alone does not tell this bone's neighbours apart; name regions")


def _along_needle(place: Place, view: View) -> Answer:
    least_mm = _CANAL_MM if view is View.LATERAL else _OFF_WALL_MM
    if place.gap_mm >= least_mm:
        return Answer(NEEDLE_TRACK)
    return Answer(None, "it lies along the needle and by the wall, so that either may be its way")


def _of_vertebra(place: Place, view: View) -> Answer:
    above, below = place.above >= _CLEAR, place.below >= _CLEAR
    disc = DISC_SUPERIOR if above else DISC_INFERIOR
    if place.gap_mm >= (_CANAL_MM if place.far >= _CLEAR and view is View.LATERAL else _OFF_WALL_MM):
        return Answer(None, "it lies away from the bone's contour, where it may have drifted to")
    if above or below:
        if place.width >= _PLATE:
            return Answer(disc)
        return Answer(None, "a small spot over the disc may lie in it or beside it")
    if view is View.LATERAL:
        if place.near >= _CLEAR:
            return Answer(PREVERTEBRAL)
        if place.far >= _CLEAR:
            return Answer(CANAL_OR_FORAMEN, "one lateral view lays the foramen over the canal")
    elif max(place.near, place.far) >= _CLEAR:
        if place.height > _FORAMEN_HEIGHT:
            return Answer(PARAVERTEBRAL)
        return Answer(None, OVER_FORAMEN)
    return Answer(None, "it lies on more than one side of the bone")


def _of_sacrum(place: Place) -> Answer:
    if place.far >= _CLEAR:
        return Answer(None, "behind the sacrum a lateral view lays canal, foramina and soft tissue together")
    if place.gap_mm < _OFF_WALL_MM and place.above >= _CLEAR:
        return Answer(DISC_SUPERIOR)
    if place.near >= _CLEAR and place.height <= 0:
        return Answer(PRESACRAL)
    return Answer(None, "the sacrum's endplate faces forward, so that its edge is not told from its front")
