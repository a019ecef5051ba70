"""Two settings on the same cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from leakwatch.bench.lines import append_line, read_by_index
from leakwatch.bench.paired.__main__ import main
from leakwatch.bench.paired.table import table
from leakwatch.bench.paired.twice import Cases, Trial, Twice, score_twice
from leakwatch.bench.score import CaseScore, RunScore, judge
from leakwatch.bench.survey.draw import draw
from leakwatch.config import Config


def scored(leak: str | None, alarm_s: float | None) -> CaseScore:
    run = RunScore(
        "A",
        0.0,
        0.0,
        0.0,
        60,
        8.0,
        onset_s=4.0 if leak else None,
        first_leak_s=3.5 if leak else None,
        alarm_s=alarm_s,
    )
    return judge("case", leak, (run,))


CASES = [
    Twice(0, scored("vein", 4.5), scored("vein", 4.2)),
    Twice(1, scored("vein", None), scored("vein", 5.0)),
    Twice(2, scored(None, None), scored(None, 3.0)),
    Twice(3, scored(None, None), scored(None, None)),
    Twice(4, None, None, "cannot be simulated"),
]


def test_the_table_says_what_the_settings_changed() -> None:
    lines = table(CASES, "the file's settings").splitlines()
    default, other = (
        next(line for line in lines if line.startswith(f"| {name}")) for name in ("default", "the file")
    )
    assert "1/2" in default
    assert "2/2" in other
    assert "0/2" in default
    assert "1/2" in other.split("|")[5]
    assert "Of 5 cases 4 were scored twice." in lines
    assert "1 were hit with the file's settings alone, 0 by default alone." in lines
    assert "1 were falsely alarmed with the file's settings alone, 0 by default alone." in lines


def test_a_case_that_cannot_be_simulated_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        msg = "no room for it"
        raise ValueError(msg)

    monkeypatch.setattr("leakwatch.bench.survey.one_case.write_case", refuse)
    assert score_twice(0, Cases(1), Trial(Config())) == Twice(0, None, None, "no room for it")


def test_what_is_there_is_not_done_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("imaging: {evidence: {broad: true}}\n")
    for one in CASES:
        append_line(tmp_path / "seed-7.jsonl", TypeAdapter(Twice).dump_json(one).decode() + "\n")
    arguments = ["--config", str(settings), "--cases", "5", "--seed", "7", "--out", str(tmp_path)]
    assert main([*arguments, "--jobs", "1"]) == 0
    assert capsys.readouterr().out == table(CASES, "the file's settings")
    assert len(read_by_index(tmp_path / "seed-7.jsonl", Twice)) == 5


def test_nothing_on_trial_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--out", str(tmp_path)])


def test_settings_that_cannot_be_read_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-outline", "--patients", str(tmp_path / "none.yaml"), "--out", str(tmp_path)]) == 2
    assert "none.yaml" in capsys.readouterr().err


@pytest.mark.slow
def test_without_outlines_a_bone_is_looked_for() -> None:
    one = score_twice(5, Cases(5), Trial(Config(), outlined=False))
    assert one.error == ""
    assert one.default is not None
    assert one.other is not None
    assert [replace(run, latency_ms=None) for run in one.default.runs] != [
        replace(run, latency_ms=None) for run in one.other.runs
    ]


@pytest.mark.slow
def test_one_case_is_simulated_once_and_scored_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("imaging: {bone: {find: false}}\n")
    arguments = ["--config", str(settings), "--cases", "1", "--seed", "5", "--out", str(tmp_path)]
    assert main([*arguments, "--jobs", "1"]) == 0
    (one,) = read_by_index(tmp_path / "seed-5.jsonl", Twice)
    assert one.error == ""
    assert one.default is not None
    assert one.other is not None
    # outlines are given: nothing is looked for
    default, other = (
        [replace(run, latency_ms=None) for run in score.runs] for score in (one.default, one.other)
    )
    assert default == other
    assert (one.default.leak is not None) == bool(draw(0, 5).way)
    assert "Of 1 cases 1 were scored twice." in capsys.readouterr().out
