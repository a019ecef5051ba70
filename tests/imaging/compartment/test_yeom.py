from __future__ import annotations

from dataclasses import replace

import pytest

from leakwatch.imaging.compartment.place import Place
from leakwatch.imaging.compartment.yeom import yeom_of
from leakwatch.nouns import Site

STRIP = Place(
    above=0.0,
    below=0.0,
    near=1.0,
    far=0.0,
    height=0.1,
    width=0.0,
    length_mm=15.0,
    thickness_mm=2.5,
    gap_mm=0.5,
    area_mm2=30.0,
    on_needle=0.0,
)
LUMP = replace(STRIP, length_mm=10.0, thickness_mm=7.0)


@pytest.mark.parametrize(
    ("compartment", "place", "kind"),
    [
        ("paravertebral", STRIP, "S"),
        ("prevertebral", STRIP, "S"),
        ("paravertebral", LUMP, "C"),
        ("disc_superior", LUMP, "C"),
        ("disc_inferior", None, "C"),
        # neither thin nor broad; thin but short; thin, but along the endplate
        ("paravertebral", replace(STRIP, thickness_mm=4.0), None),
        ("paravertebral", replace(STRIP, length_mm=6.0), None),
        ("paravertebral", replace(STRIP, height=1.1), None),
        ("canal_or_foramen", STRIP, None),
        ("canal", LUMP, None),
        ("needle_track", STRIP, None),
        ("paravertebral", None, None),
        (None, STRIP, None),
    ],
)
def test_type_by_place_and_shape(compartment: str | None, place: Place | None, kind: str | None) -> None:
    answer = yeom_of(compartment, place, Site.VERTEBRA)
    assert answer.name == kind
    assert bool(answer.reason) == (kind is None)


@pytest.mark.parametrize("site", [site for site in Site if site is not Site.VERTEBRA])
def test_other_bones_have_no_type(site: Site) -> None:
    answer = yeom_of("disc_superior", LUMP, site)
    assert answer.name is None
    assert "vertebrae" in answer.reason
