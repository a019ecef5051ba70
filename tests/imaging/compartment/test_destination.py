from __future__ import annotations

import numpy as np

from leakwatch.imaging.compartment.destination import destination_of
from leakwatch.imaging.compartment.look import Look, View
from leakwatch.nouns import Site

from ..pictures import box, make_canvas

CANVAS = make_canvas()
SHAPE = (CANVAS.rows, CANVAS.columns)
UPPER, LOWER = box(SHAPE, (5, 40), (35, 75)), box(SHAPE, (60, 95), (35, 75))
# above the lower bone, which is also below the upper one, but further from it
PLATE = box(SHAPE, (53, 60), (42, 68))
LATERAL = Look(View.LATERAL)
BONES = [(Site.VERTEBRA, UPPER), (Site.VERTEBRA, LOWER)]


def test_nearest_bone_counts() -> None:
    for bones in (BONES, BONES[::-1]):
        went = destination_of(PLATE, bones, None, LATERAL, (), CANVAS)
        assert (went.compartment.name, went.yeom.name) == ("disc_superior", "C")


def test_what_lies_inside_a_bone_is_not_looked_at() -> None:
    went = destination_of(PLATE | LOWER, BONES, None, LATERAL, (), CANVAS)
    assert went.compartment.name == "disc_superior"


def test_named_region_goes_before_the_contour() -> None:
    went = destination_of(PLATE, BONES, "canal", LATERAL, (), CANVAS)
    assert (went.compartment.name, went.compartment.reason) == ("canal", "")
    assert went.yeom.name is None


def test_without_a_leak_or_a_bone_it_says_so() -> None:
    nothing = np.zeros(SHAPE, np.bool_)
    for footprint, bones in ((nothing, BONES), (PLATE, []), (PLATE, [(Site.VERTEBRA, nothing)])):
        went = destination_of(footprint, bones, None, LATERAL, (), CANVAS)
        assert went.compartment.name is None
        assert went.compartment.reason
        assert went.yeom.name is None
        assert went.yeom.reason
