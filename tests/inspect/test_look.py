from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from leakwatch.config import Config
from leakwatch.inspect.inspection import Inspection
from leakwatch.inspect.look import look

from .mixed import LONE, OTHER_STUDY, A, B, write_mixed


@pytest.fixture
def mixed(write_xa: Callable[..., Path], scene: NDArray[np.uint16]) -> Inspection:
    return look([write_mixed(write_xa, scene)], Config())


def test_runs_are_grouped_by_study_and_numbered_through(mixed: Inspection) -> None:
    assert [entry.run.sop_instance_uid for entry in mixed.entries] == [A, B, LONE]
    assert [entry.number for entry in mixed.entries] == [1, 2, 3]
    assert [len(study.entries) for study in mixed.studies] == [2, 1]
    assert mixed.studies[1].study_instance_uid == OTHER_STUDY


def test_names_are_short(mixed: Inspection) -> None:
    assert [Path(entry.name).as_posix() for entry in mixed.entries] == [
        "a/plane_a.dcm",
        "a/plane_b.dcm",
        "b/lone.dcm",
    ]


def test_planes_find_each_other(mixed: Inspection) -> None:
    a, b, lone = mixed.entries
    assert a.partner is not None
    assert b.partner is not None
    assert (a.partner.number, a.partner.start_gap_s, a.partner.by) == (2, 0.25, "plane")
    assert (b.partner.number, b.partner.start_gap_s) == (1, -0.25)
    assert lone.partner is None
    assert (a.since_study_start_s, b.since_study_start_s) == (0.0, 0.25)
    assert lone.since_study_start_s is None


def test_pauses_are_seen(mixed: Inspection) -> None:
    assert mixed.entries[2].pace.pauses == 1
    assert mixed.entries[2].pace.longest_pause_s == pytest.approx(12.0)


def test_everything_else_is_accounted_for(mixed: Inspection) -> None:
    assert [(group.reason, len(group.files)) for group in mixed.passed_over] == [("CT Image Storage", 3)]
    assert [file.path.name for file in mixed.duplicates] == ["lone_copy.dcm"]
    assert [file.path.name for file in mixed.failures] == ["broken.dcm"]
    assert [path.name for path in mixed.ignored] == ["notes.txt"]


def test_costs_name_their_runs(mixed: Inspection) -> None:
    said = {cost.numbers for cost in mixed.costs if "Imager Pixel Spacing (0018,1164)" in cost.sentence}
    assert said == {(3,)}


def test_nothing_there(tmp_path: Path) -> None:
    found = look([tmp_path], Config())
    assert (found.studies, found.costs, found.next_step) == ((), (), "")
