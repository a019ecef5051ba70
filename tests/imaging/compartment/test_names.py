from __future__ import annotations

from dataclasses import replace

import pytest

from leakwatch.imaging.compartment.look import Look, View
from leakwatch.imaging.compartment.names import name_place
from leakwatch.imaging.compartment.place import Place
from leakwatch.nouns import Site

LATERAL, FRONTAL = Look(View.LATERAL), Look(View.FRONTAL)
UNKNOWN = Look(None, reason="the run states no angles")
NOWHERE = Place(
    above=0.0,
    below=0.0,
    near=0.0,
    far=0.0,
    height=0.0,
    width=0.0,
    length_mm=8.0,
    thickness_mm=4.0,
    gap_mm=0.5,
    area_mm2=20.0,
    on_needle=0.0,
)
ABOVE, BELOW = replace(NOWHERE, above=1.0, width=0.5), replace(NOWHERE, below=1.0, width=0.5)
NEAR, FAR = replace(NOWHERE, near=1.0), replace(NOWHERE, far=1.0)


@pytest.mark.parametrize(
    ("place", "site", "look", "name"),
    [
        (ABOVE, Site.VERTEBRA, LATERAL, "disc_superior"),
        (BELOW, Site.VERTEBRA, LATERAL, "disc_inferior"),
        (ABOVE, Site.VERTEBRA, FRONTAL, "disc_superior"),
        (NEAR, Site.VERTEBRA, LATERAL, "prevertebral"),
        (FAR, Site.VERTEBRA, LATERAL, "canal_or_foramen"),
        (NEAR, Site.VERTEBRA, FRONTAL, "paravertebral"),
        (FAR, Site.VERTEBRA, FRONTAL, "paravertebral"),
        (ABOVE, Site.SACRUM, LATERAL, "disc_superior"),
        (replace(NEAR, height=-0.5), Site.SACRUM, LATERAL, "presacral"),
        (replace(FAR, on_needle=1.0, gap_mm=18.0), Site.VERTEBRA, LATERAL, "needle_track"),
        (replace(FAR, on_needle=1.0, gap_mm=5.0), Site.FEMUR, FRONTAL, "needle_track"),
    ],
)
def test_named_where_the_view_can_tell(place: Place, site: Site, look: Look, name: str) -> None:
    assert name_place(place, site, look).name == name


@pytest.mark.parametrize(
    ("place", "site", "look"),
    [
        (None, Site.VERTEBRA, LATERAL),
        (ABOVE, Site.VERTEBRA, UNKNOWN),
        (replace(ABOVE, area_mm2=2.0), Site.VERTEBRA, LATERAL),
        # over the disc, but no plate
        (replace(ABOVE, width=0.1), Site.VERTEBRA, LATERAL),
        (replace(ABOVE, width=0.1), Site.VERTEBRA, FRONTAL),
        # on two sides
        (replace(NOWHERE, above=0.6, far=0.4, width=0.5), Site.VERTEBRA, LATERAL),
        # away from the contour
        (replace(NEAR, gap_mm=4.0), Site.VERTEBRA, LATERAL),
        (replace(ABOVE, gap_mm=4.0), Site.VERTEBRA, LATERAL),
        (replace(FAR, gap_mm=16.0), Site.VERTEBRA, LATERAL),
        # the foramen is laid over soft tissue
        (replace(NEAR, height=-0.5), Site.VERTEBRA, FRONTAL),
        # canal and needle are laid over each other
        (replace(FAR, on_needle=1.0, gap_mm=5.0), Site.VERTEBRA, LATERAL),
        # S1's edge
        (replace(NEAR, height=0.7), Site.SACRUM, LATERAL),
        (FAR, Site.SACRUM, LATERAL),
        (FAR, Site.SACRUM, FRONTAL),
        (NEAR, Site.FEMUR, FRONTAL),
        (ABOVE, Site.ACETABULUM, FRONTAL),
        (ABOVE, Site.OTHER, LATERAL),
    ],
)
def test_null_with_a_reason_where_it_cannot(place: Place | None, site: Site, look: Look) -> None:
    answer = name_place(place, site, look)
    assert answer.name is None
    assert answer.reason


def test_reason_of_the_view_is_passed_on() -> None:
    assert name_place(ABOVE, Site.VERTEBRA, UNKNOWN).reason == UNKNOWN.reason


def test_canal_says_what_stays_open() -> None:
    assert "foramen" in name_place(FAR, Site.VERTEBRA, LATERAL).reason
