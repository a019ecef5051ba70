"""Names become bones, sites and regions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leakwatch.errors import OutlineError
from leakwatch.nouns import Site
from leakwatch.outline.drawing import Drawing, site_of, to_outlines

FILE = Path("drawn.dcm")
BOX = np.array([[1.0, 2.0], [8.0, 2.0], [8.0, 9.0]])


def drawn(name: str, frame: int = 0, kind: str = "", run: str = "1.2.3") -> Drawing:
    return Drawing(run, frame, name, BOX + frame, kind)


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("L3", Site.VERTEBRA),
        ("th12", Site.VERTEBRA),
        ("T7 vertebra", Site.VERTEBRA),
        ("vertebral body", Site.VERTEBRA),
        ("S1", Site.SACRUM),
        ("Sacrum", Site.SACRUM),
        ("left femoral head", Site.FEMUR),
        ("Femur", Site.FEMUR),
        ("Acetabulum", Site.ACETABULUM),
        ("Hip bone", Site.ACETABULUM),
        ("ROI 1", Site.OTHER),
        ("TL12", Site.OTHER),
        ("", Site.OTHER),
    ],
)
def test_a_name_tells_the_site(text: str, site: Site) -> None:
    assert site_of(text) is site


def test_what_a_code_says_goes_before_the_name() -> None:
    (outline,) = to_outlines([drawn("L3 metastasis", kind="Sacrum")], FILE)
    assert (outline.site, outline.label) == (Site.SACRUM, "L3 metastasis")


def test_regions_go_to_the_bone_of_their_name_on_their_frame() -> None:
    outlines = to_outlines(
        [drawn("L3"), drawn("L3/Canal"), drawn("L4"), drawn("L4/disc_superior"), drawn("L3", frame=5)], FILE
    )
    assert [(one.label, one.frame, [region.name for region in one.regions]) for one in outlines] == [
        ("L3", 0, ["canal"]),
        ("L4", 0, ["disc_superior"]),
        ("L3", 5, []),
    ]
    np.testing.assert_array_equal(outlines[0].regions[0].polygon_xy_px, BOX)


def test_bones_without_a_name_are_kept_apart() -> None:
    assert len(to_outlines([drawn(""), drawn("")], FILE)) == 2


@pytest.mark.parametrize(
    ("drawings", "why"),
    [
        ([drawn("L3"), drawn("L3")], "'L3' on frame 1 of SOP Instance UID 1.2.3 is drawn twice"),
        ([drawn("L3", frame=1), drawn("L3/canal")], "'L3/canal' on frame 1 .* region of 'L3', which is not"),
        ([Drawing("1.2.3", 0, "L3", BOX[:2])], "no polygon of three points"),
        ([Drawing("1.2.3", 0, "L3", BOX * np.nan)], "no polygon of three points"),
    ],
)
def test_what_cannot_be_brought_together_is_refused(drawings: list[Drawing], why: str) -> None:
    with pytest.raises(OutlineError, match=f"drawn.dcm: .*{why}"):
        to_outlines(drawings, FILE)
