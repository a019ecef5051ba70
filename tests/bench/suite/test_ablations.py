"""What each stage buys: the table of stages, the variants of a case, the comparison, and resuming."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakwatch.bench.score import CaseScore, RunScore, judge
from leakwatch.bench.suite.ablations import ABLATIONS, Ablation, ablations_of, left_out
from leakwatch.bench.suite.bought import bought_of
from leakwatch.bench.suite.one_case import take
from leakwatch.bench.suite.page import write_pages
from leakwatch.bench.suite.run import Suite, read_suite, run_suite
from leakwatch.bench.suite.watched import LEAKWATCH, Climb, SuiteCase, Variant, Watched, from_line, to_line
from leakwatch.bench.survey.record import CaseRecord, Outcome
from leakwatch.config import Config
from leakwatch.simulate.testing import tiny_case

FOLLOW, HOLD = "imaging.motion.follow", "imaging.reference.hold_s"


def scored(index: int, *, leaks: bool, alarm_s: float | None) -> CaseScore:
    run = RunScore("A", 0.0, 0.0, 0.0, frames=61, seconds=8.0, dice_cement=0.9, motion_p95_mm=0.1)
    times = {"first_leak_s": 4.0, "onset_s": 5.0} if leaks else {}
    return judge(f"case-{index}", "disc" if leaks else None, (replace(run, alarm_s=alarm_s, **times),))


def watched(alarm_s: float | None, value: float) -> tuple[Watched, ...]:
    climbs = () if alarm_s is None else (Climb(alarm_s, value),)
    return (Watched(LEAKWATCH, climbs, alarm_s, knows=True),)


def case(index: int, leaks: bool, alarm_s: float | None, **without: float | None) -> SuiteCase:
    """A case, and when it alarms without `follow` and without `hold`, at 9 and 5 of its statistic."""
    score = scored(index, leaks=leaks, alarm_s=alarm_s)
    record = CaseRecord(index, Outcome.SCORED, "vertebra", score.leak or "", (), score=score)
    variants = tuple(
        Variant(setting, scored(index, leaks=leaks, alarm_s=without[name]), watched(without[name], value))
        for name, setting, value in (("follow", FOLLOW, 9.0), ("hold", HOLD, 5.0))
        if name in without
    )
    return SuiteCase(record, None, watched(alarm_s, 9.0), variants)


CASES = [
    case(0, True, 5.4, follow=None, hold=6.4),
    case(1, True, None, follow=None, hold=5.2),
    case(2, False, None, follow=3.0, hold=None),
    case(3, False, 1.0, follow=1.0, hold=None),
    case(4, True, 5.1),  # analysed with all stages only
]


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda one: one.setting)
def test_each_ablation_changes_its_one_setting_and_no_other(ablation: Ablation) -> None:
    whole, without = Config().model_dump(), left_out(ablation, Config()).model_dump()

    def flat(content: dict[str, object], before: str = "") -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in content.items():
            inner = flat(value, f"{before}{key}.") if isinstance(value, dict) else {before + key: value}
            found |= inner
        return found

    changed = {key for key, value in flat(whole).items() if flat(without)[key] != value}
    assert changed == {ablation.setting}


def test_ablations_are_told_apart_by_setting_and_by_name() -> None:
    assert len({one.setting for one in ABLATIONS}) == len({one.stage for one in ABLATIONS}) == len(ABLATIONS)


@given(st.sets(st.sampled_from(ABLATIONS)))
def test_what_the_settings_have_not_cannot_be_left_out(gone: set[Ablation]) -> None:
    config = Config()
    for ablation in gone:
        config = left_out(ablation, config)
    assert ablations_of(config) == tuple(one for one in ABLATIONS if one not in gone)


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing"):
        left_out(Ablation("x", "imaging.motion.nothing", False), Config())


def test_variants_are_kept_with_their_case() -> None:
    assert [from_line(to_line(one)) for one in CASES] == CASES


def test_nothing_is_compared_where_nothing_was_left_out() -> None:
    assert bought_of([CASES[4]]) is None


def test_the_comparison_is_over_the_same_cases() -> None:
    found = bought_of(CASES)
    assert found is not None
    assert found.compared == 4
    follow, hold = found.without
    assert (follow.setting, hold.setting) == (FOLLOW, HOLD)
    assert {one.cases.cases for one in (found.whole, follow, hold)} == {4}
    assert (found.whole.cases.hits.hits, found.whole.runs.false_alarms.hits) == (1, 1)
    assert (follow.won, follow.lost, follow.woke, follow.fell_quiet) == (0, 1, 1, 0)
    assert (hold.won, hold.lost, hold.woke, hold.fell_quiet) == (1, 0, 0, 1)
    assert hold.cases.delay_median_s.value == pytest.approx(0.2)
    # one of four alarms falsely: no threshold without `follow` has so few, and all of those without `hold`
    assert follow.replayed is None
    assert hold.replayed is not None
    assert (hold.replayed.threshold, hold.replayed.hits.hits) == (5.0, 2)


@pytest.mark.parametrize(
    ("variants", "why"),
    [
        ((Variant(FOLLOW, None, error="fell over"), CASES[0].variants[1]), "fell over"),
        ((CASES[0].variants[0],), "was not analysed"),
        (
            (
                Variant(FOLLOW, judge("x", None, (RunScore("A", 0.0, 0.0, 0.0, error="no table"),))),
                CASES[0].variants[1],
            ),
            "no table",
        ),
    ],
)
def test_a_broken_variant_is_named_and_its_case_left_out_of_all_rows(
    variants: tuple[Variant, ...], why: str, tmp_path: Path
) -> None:
    cases = [replace(CASES[0], variants=variants), *CASES[1:]]
    found = bought_of(cases)
    assert found is not None
    assert [(one.index, one.error) for one in found.broken] == [(0, why)]
    assert {one.cases.cases for one in (found.whole, *found.without)} == {found.compared} == {3}
    assert why in write_pages(cases, 7, tmp_path, "0.0").read_text(encoding="utf-8")


def test_the_report_says_what_each_stage_buys(tmp_path: Path) -> None:
    page = write_pages(CASES, 7, tmp_path, "0.0").read_text(encoding="utf-8")
    assert "What each stage buys" in page
    assert "calibrated or fitted afresh" in page
    assert "<td>following the bone</td>" in page
    told = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert [one["setting"] for one in told["bought"]["without"]] == [FOLLOW, HOLD]
    page = write_pages([CASES[4]], 7, tmp_path, "0.0").read_text(encoding="utf-8")
    assert "What each stage buys" not in page


def all_variants(one: SuiteCase) -> SuiteCase:
    score = one.record.score
    return replace(one, variants=tuple(Variant(each.setting, score) for each in ABLATIONS))


def test_only_cases_that_lack_a_variant_are_done_again(tmp_path: Path) -> None:
    """Folders that hold nothing: a case that is done again breaks."""
    folders = tuple(tmp_path / f"none-{k}" for k in range(3))
    suite, out = Suite(3, 7, folders, observers=False), tmp_path / "out"
    run_suite(suite, out, 1, resume=False, done=lambda _: None)
    kept = [all_variants(CASES[0]), CASES[1], CASES[2]]
    (out / "cases.jsonl").write_text("".join(map(to_line, kept)), encoding="utf-8")
    assert run_suite(suite, out, 1, resume=True, done=lambda _: None) == tuple(kept)
    seen: list[int] = []
    again = run_suite(
        replace(suite, ablated=2), out, 1, resume=True, done=lambda one: seen.append(one.record.index)
    )
    assert sorted(seen) == [0, 1, 2]
    assert [one.record.outcome for one in again] == [Outcome.SCORED, Outcome.BROKEN, Outcome.SCORED]
    # the later line of a case counts
    assert read_suite(out) == again


@pytest.mark.slow
def test_the_same_files_are_analysed_again_and_what_breaks_is_named(tmp_path: Path) -> None:
    written = tiny_case(tmp_path / "case", "lateral", size_px=96, frames=32, seed=5)
    empty = CaseRecord(0, Outcome.SCORED, "", "lateral", ())
    chosen = (
        Ablation("following the bone", FOLLOW, False),
        Ablation("nothing", "imaging.motion.nothing", False),
        Ablation("evidence is summed for long", "imaging.alarm.threshold", 1000.0),
    )
    found = take(written.folder, tmp_path / "out", empty, Config(), ablations=chosen, observers=False)
    assert found.record.score is not None
    assert found.record.score.alarm_s is not None
    still, unknown, deaf = found.variants
    assert "nothing" in unknown.error
    assert unknown.score is None
    assert still.score is not None
    assert deaf.score is not None
    # the variant was analysed with its own settings, on the same truth
    assert deaf.score.alarm_s is None
    assert deaf.score.onset_s == found.record.score.onset_s
    motion = [one.runs[0].motion_p95_mm for one in (found.record.score, still.score)]
    assert motion[0] is not None
    assert motion[1] is not None
    assert motion[1] > motion[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case", "out"]
