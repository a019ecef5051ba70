"""The cases of a survey: valid, balanced, and the same every time."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakwatch.bench.survey.draw import DrawnCase, draw, draw_case, draw_leaking
from leakwatch.bench.survey.factors import FACTORS
from leakwatch.bench.survey.ways import WAYS
from leakwatch.simulate.config.case import CaseSection

CASES = 200


@pytest.fixture(scope="module", params=[1, 20260101])
def survey(request: pytest.FixtureRequest) -> list[DrawnCase]:
    return [draw(index, request.param) for index in range(CASES)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 2**32))
def test_every_index_gives_a_valid_case(index: int, seed: int) -> None:
    drawn = draw(index, seed)
    assert CaseSection.model_validate(drawn.case.model_dump(by_alias=True)) == drawn.case
    assert draw(index, seed) == drawn
    assert draw_case(index, seed) == drawn.case
    machine = drawn.case.machine
    assert max(machine.rows, machine.columns) <= 256
    assert 5 <= machine.frames / machine.frames_per_s <= 8.4


def test_of_two_neighbours_one_leaks(survey: list[DrawnCase]) -> None:
    leaks = [drawn.case.leak is not None for drawn in survey]
    assert all(one != other for one, other in zip(leaks[::2], leaks[1::2], strict=True))
    # Which of the two is not to be guessed from the index.
    assert len(set(leaks[::2])) == 2
    assert [bool(drawn.way) for drawn in survey] == leaks


def test_every_way_out_comes_about_equally_often(survey: list[DrawnCase]) -> None:
    count = Counter((drawn.site, drawn.way) for drawn in survey if drawn.way)
    assert set(count) == {(way.site.value, way.label) for way in WAYS}
    assert max(count.values()) - min(count.values()) <= 1


def test_every_level_of_every_factor_occurs(survey: list[DrawnCase]) -> None:
    seen = {(chosen.factor, chosen.level) for drawn in survey for chosen in drawn.chosen}
    assert {(factor.name, level.label) for factor in FACTORS for level in factor.levels} == seen


def test_a_bone_has_only_what_is_its_own(survey: list[DrawnCase]) -> None:
    for drawn in survey:
        for chosen in drawn.chosen:
            (factor,) = (one for one in FACTORS if one.name == chosen.factor)
            sites = set().union(*(one.sites for one in factor.levels if one.label == chosen.level))
            assert drawn.site in sites


def test_leaks_and_their_absence_meet_the_same_disturbances(survey: list[DrawnCase]) -> None:
    """A factor that went with the leak would let one be taken for the other."""
    for name in ("disturbance", "product", "frames/s", "exposure control"):
        leaking, kept = (
            Counter(
                one.level
                for drawn in survey
                if bool(drawn.way) is leak
                for one in drawn.chosen
                if one.factor == name
            )
            for leak in (True, False)
        )
        assert set(leaking) == set(kept)
        assert all(abs(leaking[level] - kept[level]) < 0.5 * CASES / len(leaking) for level in leaking)


def test_surveys_differ_by_seed() -> None:
    assert [draw(index, 1).case for index in range(10)] != [draw(index, 2).case for index in range(10)]


def test_leaking_cases_are_drawn_as_they_are_among_all() -> None:
    leaking = [index for index in range(12) if draw(index, 7).way]
    assert len(leaking) == 6
    assert [one.index for one in draw_leaking(12, 7, ())] == leaking
    assert list(draw_leaking(12, 7, leaking[:2])) == [draw(index, 7) for index in leaking[2:]]
