"""The suite: what is kept of a case, the curves, the report, and a real case through the command."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from leakwatch.bench.score import CaseScore, RunScore, judge
from leakwatch.bench.suite.ablations import ABLATIONS
from leakwatch.bench.suite.curve import at_rate, curve, observers_of, own_point
from leakwatch.bench.suite.figures import figures_of
from leakwatch.bench.suite.page import write_pages
from leakwatch.bench.suite.pinned import Pinned, figures, measure, read_pinned, worsened
from leakwatch.bench.suite.run import Suite, read_suite, run_suite, suite_folders
from leakwatch.bench.suite.watched import (
    LEAKWATCH,
    Climb,
    LeakSize,
    SuiteCase,
    Watched,
    climbs_of,
    from_line,
    to_line,
)
from leakwatch.bench.survey.record import CaseRecord, Outcome
from leakwatch.cli.main import app
from leakwatch.errors import UsageError
from leakwatch.notice import RESEARCH_USE
from leakwatch.simulate.testing import tiny_case

PINNED = Path(__file__).parent / "pinned.json"


def scored(index: int, leak: str | None, **times: float | None) -> CaseScore:
    run = replace(RunScore("A", 0.0, 0.0, 0.0, frames=61, seconds=8.0, dice_cement=0.9), **times)  # type: ignore[arg-type]
    return judge(f"case-{index}", leak, (run,))


def watched(
    observer: str, climbs: list[tuple[float, float]], alarm_s: float | None, *, knows: bool = True
) -> Watched:
    return Watched(observer, tuple(Climb(*one) for one in climbs), alarm_s, knows)


def case(index: int, score: CaseScore, *by: Watched, size: LeakSize | None = None) -> SuiteCase:
    record = CaseRecord(index, Outcome.SCORED, "vertebra", score.leak or "", (), score=score)
    return SuiteCase(record, size, by)


LARGE, SMALL = LeakSize(5.0, 0.5), LeakSize(1.0, 0.5)
CASES = [
    # leaks at 4 s, shows at 5 s
    case(
        0,
        scored(0, "disc", first_leak_s=4.0, onset_s=5.0, alarm_s=5.4),
        watched(LEAKWATCH, [(0.0, 0.0), (3.0, 1.0), (5.4, 3.0), (7.0, 9.0)], 5.4),
        watched("ideal_outside", [(4.0, 5.0)], 4.2),
        watched("mog2", [(2.0, 4.0)], 2.0),
        size=LARGE,
    ),
    case(
        1,
        scored(1, "vein", first_leak_s=4.0, onset_s=5.0),
        watched(LEAKWATCH, [(6.5, 2.0)], None),
        watched("ideal_outside", [(4.0, 5.0)], 4.0),
        watched("mog2", [(5.5, 2.0)], None),
        size=SMALL,
    ),
    # no leak
    case(
        2,
        scored(2, None),
        watched(LEAKWATCH, [(3.0, 2.5)], None),
        watched("ideal_outside", [], None, knows=False),
        watched("mog2", [(1.0, 6.0)], 1.0),
    ),
]  # fmt: skip


@given(st.lists(st.floats(-1e3, 1e3) | st.just(float("nan")), max_size=30), st.floats(-1e3, 1e3))
def test_climbs_cross_every_threshold_when_the_statistic_does(values: list[float], threshold: float) -> None:
    times = np.arange(len(values)) / 10
    rounded = [float(f"{value:.5g}") for value in values]
    first = next((time for time, value in zip(times, rounded, strict=True) if value >= threshold), None)
    assert watched("x", [], None).crossed_s(threshold) is None
    found = Watched("x", climbs_of(times, rounded), None, knows=True).crossed_s(threshold)
    assert found == (None if first is None else pytest.approx(first))


def test_a_case_is_one_line_and_read_back() -> None:
    for one in CASES:
        assert to_line(one).count("\n") == 1
        assert from_line(to_line(one)) == one


def test_leakwatch_comes_first() -> None:
    assert observers_of(CASES) == (LEAKWATCH, "ideal_outside", "mog2")


def test_an_observers_own_setting() -> None:
    own = own_point(CASES, LEAKWATCH)
    assert (own.hits.hits, own.hits.of) == (1, 2)
    assert (own.soon.hits, own.false_alarms.hits, own.false_alarms.of) == (1, 0, 3)
    assert own.delay_median_s.value == pytest.approx(0.4)
    # an alarm before the leak is false, and no hit
    mog = own_point(CASES, "mog2")
    assert (mog.hits.hits, mog.false_alarms.hits) == (0, 2)


def test_the_curve_replays_every_threshold() -> None:
    points = {point.threshold: point for point in curve(CASES, LEAKWATCH)}
    assert set(points) == {0.0, 1.0, 2.0, 2.5, 3.0, 9.0}
    # at 2.5 the leak-free case alarms and the first leak is found at 5.4 s
    assert (points[2.5].false_alarms.hits, points[2.5].hits.hits, points[2.5].soon.hits) == (1, 1, 1)
    assert (points[2.0].hits.hits, points[2.0].soon.hits) == (2, 1)
    # at 1 it alarms before the first leak as well
    assert (points[1.0].false_alarms.hits, points[1.0].hits.hits) == (2, 1)
    assert (points[9.0].false_alarms.hits, points[9.0].hits.hits, points[9.0].soon.hits) == (0, 1, 0)


def test_the_best_threshold_at_a_rate_is_the_lowest_that_keeps_it() -> None:
    points = curve(CASES, LEAKWATCH)
    none, third = at_rate(points, 0.05), at_rate(points, 0.34)
    assert none is not None
    assert third is not None
    assert (none.threshold, third.threshold) == (3.0, 2.0)
    assert at_rate(curve(CASES, "mog2"), 0.05) is None


def test_figures_of_the_target_and_the_ratio() -> None:
    found = figures_of(CASES)
    # only the large leak is in the target
    assert (found.target.hits, found.target.of) == (1, 1)
    assert found.ratio is not None
    assert found.ratio.value == pytest.approx(1.4 / 0.2)
    ideal = next(one for one in found.observers if one.observer == "ideal_outside")
    assert not ideal.watches_all
    assert ideal.own.false_alarms.of == 2
    assert found.already_there == 0


def test_a_leak_that_was_there_before_its_view_is_counted() -> None:
    there = case(3, scored(3, "vein", first_leak_s=0.0, onset_s=0.0), watched(LEAKWATCH, [], None))
    assert figures_of([*CASES, there]).already_there == 1


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]


def test_the_report_holds_everything_in_one_page(tmp_path: Path) -> None:
    broken = SuiteCase(CaseRecord(9, Outcome.BROKEN, "", "", (), "<b>fell & broke</b>"))
    page = write_pages([*CASES, broken], 7, tmp_path, "0.0")
    text = page.read_text(encoding="utf-8")
    parser = _Page()
    parser.feed(text)
    assert parser.tags.count("svg") == 2
    assert parser.links == []
    assert parser.tags.count("table") >= 5
    assert "<b>fell" not in text
    assert RESEARCH_USE in text
    for name in ("curves.svg", "delays.svg"):
        ElementTree.parse(tmp_path / name)
    told = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert told["target"]["hits"] == 1
    assert not list(tmp_path.glob("*.partial"))


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one" / "truth").mkdir(parents=True)
    (tmp_path / "one" / "truth" / "case.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no case"):
        suite_folders(tmp_path)


def write_kept(out: Path, suite: Suite) -> None:
    """A finished suite, its last line half written."""
    run_suite(replace(suite, cases=0), out, 1, resume=False, done=lambda _: None)
    lines = "".join(map(to_line, CASES))
    (out / "cases.jsonl").write_text(lines + '{"record": {"ind', encoding="utf-8")


def test_a_killed_suite_goes_on(tmp_path: Path) -> None:
    suite = Suite(cases=3, seed=7)
    write_kept(tmp_path, suite)
    seen: list[SuiteCase] = []
    assert run_suite(suite, tmp_path, 1, resume=True, done=seen.append) == tuple(CASES)
    assert seen == CASES
    assert read_suite(tmp_path) == tuple(CASES)
    assert (tmp_path / "cases.jsonl").read_text(encoding="utf-8") == "".join(map(to_line, CASES))


def test_another_suite_is_not_mixed_in(tmp_path: Path) -> None:
    write_kept(tmp_path, Suite(cases=3, seed=7))
    with pytest.raises(UsageError, match="--resume"):
        run_suite(Suite(cases=3, seed=7), tmp_path, 1, resume=False, done=lambda _: None)
    with pytest.raises(UsageError, match="other cases"):
        run_suite(Suite(cases=3, seed=8), tmp_path, 1, resume=True, done=lambda _: None)


PIN = Pinned(16, 5, 1, 0.8, 0.1, 0.2)


@pytest.mark.parametrize(
    ("now", "worse"),
    [
        (PIN, []),
        (Pinned(16, 4, 2, 0.785, 0.12, 0.215), []),
        (Pinned(16, 9, 0, 0.9, 0.0, 0.0), []),
        (Pinned(15, 3, 3, 0.7, 0.2, 0.3), ["scored", "hits", "false_alarms", "dice_", "motion_", "no_dec"]),
        (replace(PIN, dice_cement=float("nan")), ["dice_cement"]),
    ],
)
def test_what_worsened_beyond_chance_is_named(now: Pinned, worse: list[str]) -> None:
    found = worsened(now, PIN)
    assert len(found) == len(worse)
    assert all(sentence.startswith(name) for sentence, name in zip(found, worse, strict=True))


def test_pinned_figures_are_those_of_the_scores() -> None:
    found = figures(CASES)
    assert (found.scored, found.hits, found.false_alarms, found.dice_cement) == (3, 1, 0, 0.9)


@pytest.mark.slow
def test_no_pinned_figure_has_worsened() -> None:
    """Renew with: python -m leakwatch.bench.suite.pinned tests/bench/suite/pinned.json."""
    assert worsened(measure(2), read_pinned(PINNED)) == []


@pytest.mark.slow
def test_the_command_takes_cases_that_lie_in_a_folder(tmp_path: Path) -> None:
    tiny_case(tmp_path / "suite" / "one", "lateral", size_px=96, frames=32, seed=5)
    out = tmp_path / "out"
    words = ["bench", "-o", str(out), "--suite", str(tmp_path / "suite"), "--jobs", "1"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert f"report in {out / 'report.html'}" in done.output
    (kept,) = read_suite(out)
    assert kept.record.score is not None
    assert kept.leak is not None
    assert kept.leak.flow_ml_min > 0
    # the ideal observers need the simulation itself
    assert observers_of([kept]) == (LEAKWATCH, "subtraction", "mog2", "knn")
    assert kept.variants == ()
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code != 0
    # what was done without ablations goes on with them
    again = CliRunner().invoke(app, [*words, "--resume", "--ablations-of", "1"])
    assert again.exit_code == 0, again.output
    (varied,) = read_suite(out)
    assert [one.setting for one in varied.variants] == [one.setting for one in ABLATIONS]
    assert all(one.score is not None and not one.error for one in varied.variants)
    assert "What each stage buys" in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_command_simulates_cases_and_lets_all_observers_watch(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["bench", "-o", str(out), "--cases", "1", "--seed", "1007", "--jobs", "1"])
    assert done.exit_code == 0, done.output
    (kept,) = read_suite(out)
    assert {"ideal", "ideal_outside", "ideal_waiting", "floor"} <= set(observers_of([kept]))
