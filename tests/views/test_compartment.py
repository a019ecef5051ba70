"""Where a leak went, by two views."""

from collections.abc import Callable

import pytest

from leakwatch.imaging.compartment.names import OVER_FORAMEN, Answer
from leakwatch.nouns import CArm, LeakEvent, Run
from leakwatch.views.case import MergedLeak, Sighting
from leakwatch.views.compartment import compartment_of, yeom_type_of

BEHIND = ("canal_or_foramen", "one lateral view lays the foramen over the canal", 90.0)
OVER = (None, OVER_FORAMEN, 0.0)
SMALL = (None, "a leak under 3 mm2 is too small to tell where it lies", 0.0)
Leak = Callable[..., MergedLeak]


@pytest.fixture
def leak(make_run: Callable[..., Run], make_event: Callable[..., LeakEvent]) -> Leak:
    """A leak of which each view says so much: compartment, its reason, primary angle; and Yeom's type."""

    def make(*said: tuple[str | None, str, float], yeom: tuple[str | None, ...] = ()) -> MergedLeak:
        types = yeom or (None,) * len(said)
        sightings = tuple(
            Sighting(
                make_run(geometry=CArm(primary_deg, 0.0, 1100.0, 720.0, (0.4, 0.4))),
                make_event(
                    compartment=name,
                    compartment_reason=reason,
                    yeom=kind,
                    yeom_reason="" if kind else "not told",
                ),
            )
            for (name, reason, primary_deg), kind in zip(said, types, strict=True)
        )
        return MergedLeak(1, sightings, None, None, None, "")

    return make


def test_one_views_word_stands(leak: Leak) -> None:
    assert compartment_of(leak(BEHIND)) == Answer(BEHIND[0], BEHIND[1])
    assert compartment_of(leak(OVER)) == Answer(None, OVER[1])


def test_two_that_agree_agree(leak: Leak) -> None:
    disc = ("disc_superior", "", 0.0)
    assert compartment_of(leak(disc, disc)) == Answer("disc_superior")
    assert yeom_type_of(leak(disc, disc, yeom=("C", "C"))) == Answer("C")


def test_what_one_cannot_tell_the_other_does(leak: Leak) -> None:
    assert compartment_of(leak(("prevertebral", "", 90.0), OVER)).name == "prevertebral"
    assert yeom_type_of(leak(BEHIND, OVER, yeom=(None, "S"))) == Answer("S")


@pytest.mark.parametrize("frontal", [OVER, ("paravertebral", "", -10.0)])
def test_behind_in_one_and_beside_in_a_frontal_one_is_a_foramen(
    leak: Leak, frontal: tuple[str | None, str, float]
) -> None:
    for pair in ((BEHIND, frontal), (frontal, BEHIND)):
        assert compartment_of(leak(*pair)).name == "foramen"


@pytest.mark.parametrize("other", [SMALL, (None, OVER_FORAMEN, 45.0), (None, OVER_FORAMEN, 90.0)])
def test_what_is_not_seen_beside_from_the_front_is_no_foramen(
    leak: Leak, other: tuple[str | None, str, float]
) -> None:
    assert compartment_of(leak(BEHIND, other)).name == "canal_or_foramen"


@pytest.mark.parametrize("name", ["canal", "foramen"])
def test_a_region_is_the_narrower_name(leak: Leak, name: str) -> None:
    assert compartment_of(leak(BEHIND, (name, "", 0.0))) == Answer(name)


def test_two_names_are_none(leak: Leak) -> None:
    found = compartment_of(leak(("prevertebral", "", 90.0), ("paravertebral", "", 0.0)))
    assert found == Answer(None, "the two views name it differently: prevertebral and paravertebral")
    assert yeom_type_of(leak(BEHIND, OVER, yeom=("S", "C"))).name is None


def test_two_that_cannot_tell_say_why_once(leak: Leak) -> None:
    assert compartment_of(leak(OVER, OVER)) == Answer(None, OVER[1])
    other = (None, "it lies on more than one side of the bone", 90.0)
    assert compartment_of(leak(OVER, other)).reason == f"{OVER[1]}; {other[1]}"
