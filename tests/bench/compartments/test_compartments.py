from __future__ import annotations

from pathlib import Path

import pytest

from leakwatch.bench.compartments.__main__ import main
from leakwatch.bench.compartments.answers import of_truth
from leakwatch.bench.compartments.expected import Grade, Truth, grade_place, grade_type, read_truth
from leakwatch.bench.survey.draw import draw
from leakwatch.nouns import Site
from leakwatch.simulate.case import write_case
from leakwatch.simulate.config.injection import LeakKind
from leakwatch.simulate.testing import tiny_config


@pytest.mark.parametrize(
    ("site", "kind", "headward", "answer", "grade"),
    [
        (Site.VERTEBRA, LeakKind.DISC, True, "disc_superior", Grade.RIGHT),
        (Site.VERTEBRA, LeakKind.DISC, False, "disc_superior", Grade.WRONG),
        (Site.VERTEBRA, LeakKind.EPIDURAL, True, "canal_or_foramen", Grade.RIGHT),
        (Site.VERTEBRA, LeakKind.LATERAL, True, "prevertebral", Grade.WRONG),
        (Site.VERTEBRA, LeakKind.LATERAL, True, None, Grade.NULL),
        (Site.FEMUR, LeakKind.NEEDLE_TRACK, True, "needle_track", Grade.RIGHT),
        (Site.FEMUR, LeakKind.SOFT_TISSUE, True, "needle_track", Grade.WRONG),
        (Site.SACRUM, LeakKind.DISC, False, "disc_superior", Grade.RIGHT),
    ],
)
def test_places_are_graded(
    site: Site, kind: LeakKind, headward: bool, answer: str | None, grade: Grade
) -> None:
    assert grade_place(answer, Truth(site, kind, headward)) is grade


@pytest.mark.parametrize(
    ("site", "kind", "answer", "grade"),
    [
        (Site.VERTEBRA, LeakKind.VEIN, "S", Grade.RIGHT),
        (Site.VERTEBRA, LeakKind.EPIDURAL, "C", Grade.WRONG),
        (Site.VERTEBRA, LeakKind.NEEDLE_TRACK, "C", Grade.WRONG),
        (Site.SACRUM, LeakKind.VEIN, "S", Grade.WRONG),
        (Site.SACRUM, LeakKind.VEIN, None, Grade.NULL),
    ],
)
def test_types_are_graded(site: Site, kind: LeakKind, answer: str | None, grade: Grade) -> None:
    assert grade_type(answer, Truth(site, kind, True)) is grade


@pytest.mark.parametrize(
    ("kind", "lateral", "name"),
    [
        (LeakKind.ANTERIOR, True, "prevertebral"),
        (LeakKind.POSTERIOR, True, "canal_or_foramen"),
        (LeakKind.LATERAL, False, "paravertebral"),
    ],
)
def test_true_footprint_of_a_simulated_leak_is_placed_rightly(
    kind: LeakKind, lateral: bool, name: str, tmp_path: Path
) -> None:
    config = tiny_config(kind)
    angle = 90.0 if lateral else 0.0
    machine = config.machine.model_copy(
        update={"views": (config.machine.views[0].model_copy(update={"primary_deg": angle}),)}
    )
    write_case(config.model_copy(update={"machine": machine}), 1, tmp_path)
    truth = read_truth(tmp_path / "truth" / "case.json")
    (said,) = of_truth(tmp_path)
    assert said.primary_deg == angle
    assert said.compartment == name
    assert grade_place(said.compartment, truth) is Grade.RIGHT


def test_case_that_does_not_leak_is_not_even_simulated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw(0, 1004).case.leak is None
    assert main(["--cases", "1", "--seed", "1004", "--keep", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == []
