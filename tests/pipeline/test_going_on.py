"""Two runs of one view, from files to tables: the second takes up what the first has learned."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from leakwatch.config import Config
from leakwatch.config.report import ReportConfig
from leakwatch.config.views import ViewsConfig
from leakwatch.pipeline.request import BatchReport
from leakwatch.simulate.case import write_case
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.testing import tiny_config

pytestmark = pytest.mark.slow

ON, ANEW = (
    Config(report=ReportConfig(enabled=False), views=ViewsConfig(go_on=go_on)) for go_on in (True, False)
)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cement and a leak that begins between two runs; the pedal is pressed three times."""
    told = tiny_config("lateral").model_dump(by_alias=True)
    view = told["machine"]["views"][0]
    told["machine"] |= {
        "layout": "single",
        "views": [
            view | {"start_s": 0.0, "frames": 12},
            view | {"start_s": 3.6, "frames": 10},
            view | {"start_s": 6.0, "frames": 8},
        ],
    }
    return write_case(CaseSection.model_validate(told), 5, tmp_path_factory.mktemp("two")).folder


def index(out: Path) -> list[dict[str, str]]:
    with (out / "index.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_leak_that_began_in_the_pause_is_found_and_followed(
    tmp_path: Path, recorded: Path, analyse: Callable[..., BatchReport]
) -> None:
    outlines = (recorded / "outline.json",)
    report = analyse(recorded / "dicom", outlines=outlines, config=ON)
    assert not report.failed
    first, second, third = index(tmp_path / "out")
    assert [row["goes_on_from"] for row in (first, second, third)] == [
        "",
        first["sop_instance_uid"],
        second["sop_instance_uid"],
    ]
    assert [row["state"] for row in (first, second, third)] == ["clear", "alarm", "alarm"]
    assert third["first_alarm_frame"] == "0"
    (case,) = json.loads((tmp_path / "out" / "cases.json").read_text())["cases"]
    assert [one["before"] for one in case["returns"]] == [
        first["sop_instance_uid"],
        second["sop_instance_uid"],
    ]
    new, on = case["leaks"]
    assert (new["continues"], on["continues"]) == (None, new["id"])
    # the same call again, one run at a time, says the same
    whole = [(row["state"], row["first_alarm_frame"]) for row in (first, second, third)]
    analyse(recorded / "dicom", outlines=outlines, config=ON, jobs=1)
    assert [(row["state"], row["first_alarm_frame"]) for row in index(tmp_path / "out")] == whole


def test_whoever_begins_anew_takes_it_for_background(
    tmp_path: Path, recorded: Path, analyse: Callable[..., BatchReport]
) -> None:
    analyse(recorded / "dicom", outlines=(recorded / "outline.json",), config=ANEW)
    rows = index(tmp_path / "out")
    assert {row["goes_on_from"] for row in rows} == {""}
    assert rows[2]["first_alarm_frame"] != "0"
