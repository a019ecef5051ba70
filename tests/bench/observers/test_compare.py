from pathlib import Path

import pytest

from leakwatch.bench.observers.__main__ import main
from leakwatch.bench.observers.compare import OBSERVERS, watch_case
from leakwatch.bench.survey.draw import DrawnCase
from leakwatch.simulate.testing import tiny_config


def drawn(leak: str | None) -> DrawnCase:
    """An arm that turns from AP to lateral when the run is over."""
    content = tiny_config(leak, planes=2, size_px=64).model_dump(mode="json", by_alias=True)
    content["machine"] |= {"layout": "single"}
    content["machine"]["views"][1]["start_s"] = 6.0
    return DrawnCase(7, type(tiny_config()).model_validate(content), 1, "vertebra", leak or "", ())


def test_times_are_those_of_each_run() -> None:
    first, second = watch_case(drawn("lateral"))
    assert (first.case, first.leak, first.frames_per_s) == (7, "lateral", 7.5)
    assert (first.primary_deg, second.primary_deg) == (0.0, 90.0)
    assert first.first_leak_s is not None
    assert first.onset_s is not None
    assert second.first_leak_s == pytest.approx(first.first_leak_s - 6.0)
    assert 0 < first.first_leak_s <= first.onset_s
    alarms = dict(zip(OBSERVERS, first.alarms_s, strict=True))
    assert alarms["ideal"] is not None
    assert first.first_leak_s <= alarms["ideal"] <= first.onset_s


def test_a_case_without_a_leak_has_no_leak_to_be_late_for() -> None:
    for run in watch_case(drawn(None)):
        assert run.first_leak_s is None
        assert run.onset_s is None
        alarms = dict(zip(OBSERVERS, run.alarms_s, strict=True))
        assert {alarms[name] for name in OBSERVERS if name.startswith(("ideal", "floor"))} == {None}


def test_no_case_is_an_empty_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cases", "0"]) == 0
    head, rule = capsys.readouterr().out.splitlines()
    assert head.count("|") == rule.count("|")
    assert "ideal waiting" in head


def test_the_page_says_what_each_observer_knows() -> None:
    page = (Path(__file__).parents[3] / "docs" / "observers.md").read_text(encoding="utf-8")
    knows = page.partition("## What each one knows")[2].partition("**Plain methods.**")[0]
    assert [name for name in OBSERVERS if f"`{name}`" not in knows] == []
