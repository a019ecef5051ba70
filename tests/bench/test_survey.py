"""The survey: its records, its figures from hand-made cases, and one real case through all of it."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from leakwatch.bench.score import CaseScore, ReasonShare, RunScore, Verdict, judge
from leakwatch.bench.survey.__main__ import main
from leakwatch.bench.survey.draw import Chosen, DrawnCase, draw
from leakwatch.bench.survey.figures import case_figures, run_figures, runs_of
from leakwatch.bench.survey.ledger import SurveyError, append, open_ledger, program_digest, read_records
from leakwatch.bench.survey.one_case import work_through
from leakwatch.bench.survey.publish import BEGIN, END
from leakwatch.bench.survey.record import CaseRecord, Outcome, from_line, to_line
from leakwatch.bench.survey.run import run_apart, run_cases
from leakwatch.bench.survey.summarise import summarise
from leakwatch.bench.survey.tables import CHIEF
from leakwatch.simulate.testing import tiny_config


def run(**changes: object) -> RunScore:
    """A run of 8 s that says nothing."""
    whole = RunScore("A", 0.0, 0.0, 0.0, frames=60, seconds=8.0, no_decision=0.1)
    return replace(whole, reasons=(ReasonShare("settling", 0.1),), **changes)  # type: ignore[arg-type]


QUIET = judge("quiet", None, (run(),))
FALSE_ALARM = judge("false", None, (run(alarm_s=2.0), run(plane="B", primary_deg=90.0)))
HIT = judge("hit", "disc", (run(first_leak_s=4.0, onset_s=5.0, alarm_s=5.4, dice_cement=0.9),))
MISSED = judge("missed", "disc", (run(first_leak_s=4.0, onset_s=5.0),))
SHORT = judge("short", "vein", (run(first_leak_s=4.0, onset_s=7.5),))
EARLY = judge("early", "disc", (run(first_leak_s=4.0, onset_s=5.0, alarm_s=3.0),))
HIDDEN = judge("hidden", "vein", (run(first_leak_s=4.0),))
ALL = [QUIET, FALSE_ALARM, HIT, MISSED, SHORT, EARLY, HIDDEN]


def record(index: int, score: CaseScore) -> CaseRecord:
    chosen = (Chosen("disturbance", "hand" if index % 2 else "none"), Chosen("product", "baso4_30"))
    return CaseRecord(index, Outcome.SCORED, "vertebra", score.leak or "", chosen, score=score)


RECORDS = [record(index, score) for index, score in enumerate(ALL)]
REFUSED = replace(RECORDS[0], index=7, outcome=Outcome.IMPOSSIBLE, score=None, error="no | room")


def test_what_counts_as_a_hit_and_out_of_how_many() -> None:
    figures = case_figures(ALL)
    assert (figures.hits.hits, figures.hits.of) == (1, 4)
    assert (figures.missed, figures.missed_short, figures.invisible) == (2, 1, 1)
    assert (figures.alarmed_early.hits, figures.alarmed_early.of) == (1, 5)
    assert (figures.false_alarms.hits, figures.false_alarms.of) == (1, 2)
    assert figures.delay_median_s.value == pytest.approx(0.4)
    assert [one.share.hits for one in figures.within] == [1, 1, 1]


def test_a_run_can_alarm_falsely_only_until_something_leaks() -> None:
    figures = run_figures(runs_of(ALL))
    assert (figures.false_alarms.hits, figures.false_alarms.of) == (2, 8)
    # 8 quiet, 2 + 8 false, 4 each until the leak of four cases, 3 early.
    assert figures.false_alarms_per_minute.minutes == pytest.approx((8 + 2 + 8 + 4 * 4 + 3) / 60)
    assert figures.false_alarms_per_minute.events == 2
    assert figures.no_decision == pytest.approx(0.1)
    assert figures.reasons == (ReasonShare("settling", pytest.approx(0.1)),)


def test_a_second_view_after_the_leak_is_not_at_risk() -> None:
    late = replace(run(), start_s=6.0)
    scored = runs_of([judge("two", "disc", (run(first_leak_s=4.0, onset_s=5.0), late))])
    assert [one.at_risk_s for one in scored] == [4.0, 0.0]
    assert run_figures(scored).false_alarms.of == 1


def test_a_failed_analysis_is_no_hit() -> None:
    broken = replace(MISSED, verdict=Verdict.FAILED, runs=(RunScore("A", 0, 0, 0, error="not analysed"),))
    figures = case_figures([HIT, broken])
    assert (figures.hits.hits, figures.hits.of, figures.failed) == (1, 2, 1)


def test_a_record_survives_its_line() -> None:
    for one in [*RECORDS, REFUSED]:
        line = to_line(one)
        assert line.count("\n") == 1
        assert from_line(line) == one


def test_a_killed_survey_goes_on(tmp_path: Path) -> None:
    assert open_ledger(tmp_path, 5, resume=False) == ()
    for one in RECORDS[:3]:
        append(tmp_path, one)
    with (tmp_path / "cases.jsonl").open("a") as handle:
        handle.write(to_line(RECORDS[3])[:50])
    with pytest.raises(SurveyError, match="--resume"):
        open_ledger(tmp_path, 5, resume=False)
    with pytest.raises(SurveyError, match="seed 5, not 6"):
        open_ledger(tmp_path, 6, resume=True)
    assert open_ledger(tmp_path, 5, resume=True) == tuple(RECORDS[:3])
    append(tmp_path, RECORDS[3])
    assert read_records(tmp_path) == tuple(RECORDS[:4])


@pytest.fixture
def surveyed(tmp_path: Path) -> Path:
    """A folder as a survey of eight cases leaves it, the records in the order they came."""
    folder = tmp_path / "survey"
    open_ledger(folder, 3, resume=False)
    for one in [REFUSED, *RECORDS]:
        append(folder, one)
    return folder


def test_nothing_is_dropped_silently() -> None:
    summary = summarise([*RECORDS, REFUSED], 3)
    assert (summary.drawn, summary.scored) == (8, 7)
    assert [(one.error, one.indices) for one in summary.refusals] == [("no | room", (7,))]
    by_factor = {one.factor: one for one in summary.breakdowns}
    for factor in ("disturbance", "bone"):
        assert sum(group.cases.cases for group in by_factor[factor].groups) == 7
    assert [group.label for group in by_factor["leak"].groups] == ["disc", "vein"]
    assert [view.runs.runs for view in summary.views] == [7, 1, 0]
    assert set(CHIEF) <= set(by_factor)


def test_a_page_is_filled_and_filled_again(surveyed: Path, tmp_path: Path) -> None:
    page = tmp_path / "docs" / "page.md"
    page.parent.mkdir()
    page.write_text(f"# Title\n\n{BEGIN}\nold\n{END}\nafter\n")
    assert main(["--report", str(surveyed), "--into", str(page)]) == 0
    once = page.read_text()
    assert once.startswith("# Title\n")
    assert once.endswith(f"{END}\nafter\n")
    assert "old" not in once
    assert "| visible leaks hit | 1/4: 25% (5 to 70%) |" in once
    assert "| refused by the simulator | 1 | no / room | 7 |" in once
    assert main(["--report", str(surveyed), "--into", str(page)]) == 0
    assert page.read_text() == once
    ElementTree.parse(page.parent / "images" / "operating-point.svg")


def test_a_page_without_markers_is_left_alone(
    surveyed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{END}\n{BEGIN}\n")
    assert main(["--report", str(surveyed), "--into", str(page)]) == 2
    assert page.read_text() == f"{END}\n{BEGIN}\n"
    assert "once each" in capsys.readouterr().err


def test_every_table_row_is_as_wide_as_its_head(surveyed: Path) -> None:
    assert main(["--report", str(surveyed)]) == 0
    for table in (surveyed / "report.md").read_text().split("\n\n"):
        widths = {line.count("|") for line in table.splitlines() if line.startswith("|")}
        assert len(widths) <= 1
    figures = json.loads((surveyed / "summary.json").read_text())
    assert figures["total"]["cases"]["hits"]["of"] == 4


def test_a_survey_that_is_done_only_reports(surveyed: Path) -> None:
    options = ["--cases", "8", "--seed", "3", "--out", str(surveyed)]
    assert main(options) == 2
    before = (surveyed / "cases.jsonl").read_bytes()
    assert main([*options, "--resume"]) == 0
    assert (surveyed / "cases.jsonl").read_bytes() == before


def test_a_case_that_takes_too_long_or_dies_is_a_record(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_apart(4, 1, longest_s=0.01).error == "took longer than 0.01 s"
    monkeypatch.setattr(sys, "executable", "/bin/false")
    found: list[CaseRecord] = []
    run_cases([4, 5], 1, 2, found.append)
    assert sorted(one.index for one in found) == [4, 5]
    for one in found:
        assert one.outcome is Outcome.BROKEN
        assert one.error == "ended with exit code 1: said nothing"
        assert one.chosen == draw(one.index, 1).chosen


def drawn(leak: str | None) -> DrawnCase:
    return replace(draw(0, 1), case=tiny_config(leak, size_px=80, frames=24), simulation_seed=1)


def test_a_case_that_cannot_be_is_named() -> None:
    found = work_through(drawn("intra_articular"))
    assert found.outcome is Outcome.IMPOSSIBLE
    assert found.score is None
    assert "intra_articular" in found.error


@pytest.mark.slow
def test_a_real_case_is_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    found = work_through(drawn("lateral"))
    assert found.outcome is Outcome.SCORED
    assert found.error == ""
    assert found.score is not None
    assert found.score.verdict is not Verdict.FAILED
    assert found.score.runs[0].frames == 24
    assert from_line(to_line(found)) == found
    assert list(tmp_path.iterdir()) == []


def test_a_survey_begun_with_another_program_does_not_go_on(tmp_path: Path) -> None:
    open_ledger(tmp_path, 1, resume=False)
    (tmp_path / "cases.jsonl").write_text("")
    open_ledger(tmp_path, 1, resume=True)
    (tmp_path / "survey.json").write_text('{"seed": 1, "program": "another"}')
    with pytest.raises(SurveyError, match="another version"):
        open_ledger(tmp_path, 1, resume=True)


@pytest.mark.parametrize("name", ["core.py", "model.json", "preset.yaml", "net.onnx"])
def test_a_program_is_another_once_any_part_of_it_has_changed(name: str, tmp_path: Path) -> None:
    for part in ("core.py", "model.json", "preset.yaml", "net.onnx", "notes.txt"):
        (tmp_path / part).write_text("old")
    before = program_digest(tmp_path)
    (tmp_path / "notes.txt").write_text("new")
    assert program_digest(tmp_path) == before
    (tmp_path / name).write_text("new")
    assert program_digest(tmp_path) != before
