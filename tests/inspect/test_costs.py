from collections.abc import Callable

import numpy as np

from leakwatch.inspect.costs import fold_costs
from leakwatch.inspect.inspection import Entry, Partner
from leakwatch.nouns import Plane

Make = Callable[..., Entry]


def test_the_same_sentence_is_said_once_and_the_most_common_first(make_entry: Make) -> None:
    entries = [make_entry(1, warnings=("rare",)), *(make_entry(n, warnings=("common",)) for n in (2, 3))]
    folded = fold_costs(entries)
    assert [(cost.sentence, cost.numbers) for cost in folded] == [("common", (2, 3)), ("rare", (1,))]


def test_sentences_that_differ_in_a_value_are_alike(make_entry: Make) -> None:
    entries = [
        make_entry(1, warnings=("Frame Time (0018,1063) is '66.7', but 15 frames/s are meant",)),
        make_entry(2, warnings=("Frame Time (0018,1063) is '33', but 30.5 frames/s are meant",)),
    ]
    (cost,) = fold_costs(entries)
    assert cost.sentence == entries[0].run.warnings[0]
    assert (cost.numbers, cost.alike) == ((1, 2), True)


def test_sentences_about_different_tags_are_not_alike(make_entry: Make) -> None:
    entry = make_entry(warnings=("it (0018,1063) is wrong", "it (0018,1065) is wrong"))
    assert len(fold_costs([entry])) == 2


def test_causes_of_one_cost_are_joined(make_entry: Make) -> None:
    entry = make_entry(warnings=("A is missing: pixels only", "C: no volume", "B is missing: pixels only"))
    assert [cost.sentence for cost in fold_costs([entry])] == [
        "A is missing; B is missing: pixels only",
        "C: no volume",
    ]


def test_causes_in_different_runs_are_not_joined(make_entry: Make) -> None:
    entries = [make_entry(1, warnings=("A: pixels only",)), make_entry(2, warnings=("B: pixels only",))]
    assert [cost.sentence for cost in fold_costs(entries)] == ["A: pixels only", "B: pixels only"]


def test_a_pause_and_a_missing_plane_cost_something(make_entry: Make) -> None:
    pausing = make_entry(1, times_s=np.array([0.0, 0.1, 0.2, 9.0, 9.1]))
    alone = make_entry(2, plane=Plane.B)
    stated = make_entry(3, partners=("1.2.4",))
    paired = make_entry(4, partner=Partner(5, 0.0, "reference"), plane=Plane.A)
    folded = {cost.numbers: cost.sentence for cost in fold_costs([pausing, alone, stated, paired])}
    assert set(folded) == {(1,), (2, 3)}
    assert "pause" in folded[1,]
    assert "other plane is not among these files" in folded[2, 3]
