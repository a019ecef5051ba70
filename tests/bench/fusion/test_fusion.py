"""The comparison of two views with one: rules, counts, records; and one given case from end to end."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from leakwatch.bench.fusion.__main__ import main
from leakwatch.bench.fusion.case import FusionCase, Together, Told, from_line, is_biplane, to_line
from leakwatch.bench.fusion.cement import Cement, Leaked, read_cement
from leakwatch.bench.fusion.cement_table import cement_table
from leakwatch.bench.fusion.leak_table import leak_table
from leakwatch.bench.fusion.ledger import biplane_indices, read_cases, run_all
from leakwatch.bench.fusion.page import page
from leakwatch.bench.fusion.rules import RULES, judged
from leakwatch.bench.score import RunScore, Verdict, judge
from leakwatch.bench.survey.draw import draw
from leakwatch.bench.survey.record import CaseRecord, Outcome
from leakwatch.errors import UsageError


def case_of(index, a_s, b_s, told, *, leak="vein", onset_s=(4.0, None), first_s=3.5, peaks=(0.0, 0.0)):
    """A case whose planes alarmed at `a_s` and `b_s` on its clock; B began half a second late."""
    runs = tuple(
        RunScore(
            plane,
            0.0,
            0.0,
            start_s,
            60,
            8.0,
            onset_s=seen_s,
            first_leak_s=first_s if leak else None,
            alarm_s=alarm_s,
        )
        for plane, start_s, seen_s, alarm_s in (
            ("A", 0.0, onset_s[0] if leak else None, a_s),
            ("B", 0.5, onset_s[1] if leak else None, b_s),
        )
    )
    score = judge(f"case-{index}", leak, runs)
    record = CaseRecord(index, Outcome.SCORED, "vertebra", leak or "", (), score=score)
    return FusionCase(record, Together(told, peaks))


def verdicts(case):
    return [judged(case, case.record.score, rule).verdict for rule in RULES]


def line_of(text, start):
    return next(line for line in text.splitlines() if line.startswith(start))


ONLY_B = case_of(0, None, 4.7, Told("B", 4.2, "not_visible", "behind the bone", 0.0))
BOTH = case_of(1, 4.4, 5.0, Told("A", 4.4, "confirmed", "", 0.6), onset_s=(4.0, 4.2))
NEITHER = case_of(2, None, None, None, peaks=(0.7, 0.4))
NOTHING = case_of(3, None, None, None)
NUISANCE = case_of(4, 3.0, None, Told("A", 3.0, "contradicted", "clear there", 1.5), leak=None)


def test_each_rule_takes_its_own_alarm():
    hit, missed, false, quiet = Verdict.HIT, Verdict.MISSED, Verdict.FALSE_ALARM, Verdict.QUIET
    assert verdicts(ONLY_B) == [missed, hit, hit, hit, missed]
    assert verdicts(BOTH) == [hit] * 5
    assert verdicts(NUISANCE) == [false, quiet, false, quiet, quiet]


def test_delays_count_from_what_any_view_shows_on_the_clock_of_the_case():
    delays = [judged(BOTH, BOTH.record.score, rule).delay_s for rule in RULES]
    assert delays == pytest.approx([0.4, 1.0, 0.4, 0.4, 1.0])
    # B's own clock began half a second late
    (fused,) = [judged(ONLY_B, ONLY_B.record.score, rule) for rule in RULES if "fused:" in rule.name]
    assert fused.delay_s == pytest.approx(0.7)


def test_the_page_counts_hits_words_and_what_a_sum_would_find():
    unpaired = replace(BOTH, together=None)
    text = page([ONLY_B, BOTH, NEITHER, NOTHING, NUISANCE, unpaired], "--cases 6 --seed 5", drawn=True)
    assert "fusion --cases 6 --seed 5 --page" in text
    assert "6 cases, 6 scored, 5 with paired views. Of 4 leaks 1 show 3 mm² in both views, 3 in one" in text
    assert line_of(text, "| plane A alone").split("|")[2].startswith(" 1/4")
    assert line_of(text, "| plane B alone").split("|")[2].startswith(" 2/4")
    fused = line_of(text, "| **fused").split("|")
    assert (fused[2][:4], fused[4][:4]) == (" 2/4", " 1/1")
    assert line_of(text, "| fused, unless").split("|")[4].startswith(" 0/1")
    assert line_of(text, "| `confirmed`").startswith("| `confirmed` | 1 | 0 | 0.60 s")
    assert line_of(text, "| `contradicted`").startswith("| `contradicted` | 0 | 1 | 1.50 s")
    assert line_of(text, "| visible leaks missed") == "| visible leaks missed by both | 2 | 1 | 1 |"


def test_records_come_back_as_they_were_and_a_cut_line_is_dropped(tmp_path):
    assert from_line(to_line(BOTH)) == BOTH
    (tmp_path / "cases.jsonl").write_text(to_line(BOTH) + to_line(ONLY_B) + to_line(NUISANCE)[:40])
    assert read_cases(tmp_path) == (ONLY_B, BOTH)
    (tmp_path / "cases.jsonl").write_text("{}\n")
    with pytest.raises(UsageError, match="did not write"):
        read_cases(tmp_path)


def test_drawn_cases_have_two_planes_at_once():
    indices = biplane_indices(6, 3600)
    assert len(indices) == 6
    assert [index for index in range(indices[-1] + 1) if is_biplane(draw(index, 3600))] == list(indices)


def test_a_given_case_is_analysed_once_and_kept(tmp_path, capsys):
    """The quiet sample, from end to end; the second call finds the record."""
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "quiet").symlink_to(Path(__file__).parents[3] / "sample_dicom" / "quiet")
    words = ["--suite", str(suite), "--out", str(tmp_path / "out")]
    assert main(words) == 0
    text = capsys.readouterr().out
    assert "1 cases, 1 scored, 1 with paired views. Of 0 leaks" in text
    assert line_of(text, "| **fused").split("|")[4].startswith(" 0/1")
    (case,) = read_cases(tmp_path / "out")
    assert case.together is not None
    assert case.record.score.verdict is Verdict.QUIET
    assert main(words) == 0
    assert capsys.readouterr().err == ""
    with pytest.raises(UsageError, match="other cases"):
        run_all((0,), 1, (suite / "elsewhere",), tmp_path / "out", print)


def test_the_table_of_cement_counts_what_was_told_and_why_the_rest_was_not():
    cases = [
        Cement(1000.0, 1100.0, 600.0, 2000.0, 2500.0, 90.0, ""),
        Cement(500.0, 350.0, 200.0, 450.0, 1500.0, 90.0, ""),
        Cement(400.0, 600.0, 300.0, 1200.0, 1200.0, 45.0, ""),
        Cement(800.0, None, None, None, None, 90.0, "one view shows no cement"),
        Cement(100.0, 900.0, 500.0, 1600.0, 2000.0, 90.0, ""),
    ]
    text = cement_table(cases)
    assert "the 4 of 5 pairs" in text
    cells = [cell.strip() for cell in line_of(text, "| all").split("|")[2:-1]]
    assert cells == ["3", "30%", "46%", "+10%", "2/3", "3.0"]
    assert line_of(text, "| 70 degrees").split("|")[2].strip() == "2"
    assert line_of(text, "| less").split("|")[3].strip() == "50%"
    assert "- 1: one view shows no cement" in text


TOLD = {"volume_ul": 300.0, "volume_interval_ul": [150.0, 600.0], "hull_ul": 900.0}


def lay_out(folder, second_deg, table, at_s):
    """Write a pair's index and truth; give the folders of results and truth, and its scene."""
    out, truth = folder / "out", folder / "truth"
    (truth / "1.1").mkdir(parents=True)
    out.mkdir()
    (truth / "1.1" / "frames.csv").write_text(f"time_s,cement_ul,leak_ul\n{table}\n")
    (out / "index.csv").write_text(
        f"sop_instance_uid,primary_deg,secondary_deg\n1.1,0,0\n1.2,{second_deg},0\n"
    )
    told = {**TOLD, "pair_time_s": at_s}
    return out, truth, {"a": "1.1", "b": "1.2", "cement": told, "cement_reason": None}


def read_told(out, truth, scenes, leaks):
    (out / "cases.json").write_text(json.dumps({"cases": [{"scenes": scenes, "leaks": leaks}]}))
    return read_cement(out, truth)


def test_cement_is_read_from_published_files_and_held_against_the_truth_of_then(tmp_path):
    out, truth, scene = lay_out(tmp_path, -135, "0,0,0\n1,400,0\n2,800,40", 1.1)
    for scenes, expected in (
        ([scene], Cement(400.0, 300.0, 150.0, 600.0, 900.0, 45.0, "")),
        ([{**scene, "cement": None, "cement_reason": "cut"}], Cement(800.0, *[None] * 4, 45.0, "cut")),
        ([], None),
    ):
        found = read_told(out, truth, scenes, [])
        if found is not None:
            found = replace(found, degrees=round(found.degrees, 6))
        assert found == expected


def test_what_leaked_is_held_against_all_that_had_leaked_by_then(tmp_path):
    out, truth, scene = lay_out(tmp_path, 90, "0,0,0\n1,400,50", 1.0)
    one = {"volume_ul": 30.0, "volume_interval_ul": [10.0, 60.0]}
    silent = {"volume_ul": None, "volume_interval_ul": None}
    for leaks, expected in (
        ([one, silent, one], Leaked(50.0, 60.0, 20.0, 120.0)),
        ([silent], Leaked(50.0, None, None, None)),
    ):
        found = read_told(out, truth, [scene], leaks)
        assert found is not None
        assert found.leak == expected


def test_the_table_of_leaks_leaves_out_what_is_tiny():
    leaks = [
        Leaked(100.0, 50.0, 20.0, 120.0),
        Leaked(100.0, 90.0, 60.0, 95.0),
        Leaked(200.0, None, None, None),
        Leaked(5.0, 50.0, 20.0, 120.0),
    ]
    text = leak_table(leaks)
    assert "of 3 pairs" in text
    assert "in 2 of them" in text
    cells = [cell.strip() for cell in line_of(text, "| all").split("|")[2:-1]]
    assert cells == ["2", "0.54", "0.70", "0.86", "1/2"]
