"""Codes of bones, held against pydicom's own table of PS3.16."""

from __future__ import annotations

import pytest
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from leakwatch.nouns import Site
from leakwatch.outline import bone_codes

from .drawn_objects import item


def site_of(value: str, scheme: str = "SCT") -> Site | None:
    return bone_codes.site_of_codes([item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning="x")])


def test_every_vertebra_of_the_standard_is_one() -> None:
    levels = list(codes.cid7603.concepts.values())
    assert len(levels) == 24
    assert {site_of(level.value) for level in levels} == {Site.VERTEBRA}


@pytest.mark.parametrize(
    ("keyword", "site"),
    [
        ("Vertebra", Site.VERTEBRA),
        ("Sacrum", Site.SACRUM),
        ("Femur", Site.FEMUR),
        ("FemoralHead", Site.FEMUR),
        ("ProximalFemur", Site.FEMUR),
        ("Acetabulum", Site.ACETABULUM),
        ("Ilium", Site.ACETABULUM),
        ("Hip", None),
        ("Bone", None),
    ],
)
def test_what_a_code_says_by_its_keyword(keyword: str, site: Site | None) -> None:
    assert site_of(getattr(codes.SCT, keyword).value) is site


def test_old_codes_are_those_of_the_same_bones() -> None:
    """Two codes are equal to pydicom where SNOMED-RT and SNOMED CT mean the same."""
    for site, old in bone_codes._SRT.items():
        new = bone_codes._SCT[site]
        assert len(old) == len(new)
        for value, now in zip(old, new, strict=True):
            assert Code(value, "SRT", "") == Code(now, "SCT", ""), (value, now)
            assert site_of(value, "SRT") is site


def test_the_first_code_that_says_a_bone_counts() -> None:
    bone = item(CodeValue="272673000", CodingSchemeDesignator="SCT")
    sacrum = item(CodeValue="54735007", CodingSchemeDesignator="SCT")
    femur = item(CodeValue="71341001", CodingSchemeDesignator="SCT")
    assert bone_codes.site_of_codes([bone, sacrum, femur]) is Site.SACRUM
    assert bone_codes.site_of_codes([]) is None
