"""Scoring by the contract's definitions, on hand-made files, and beside the reference scorer."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from leakwatch.bench.score import CaseScore, ReasonShare, RunScore, Verdict, judge, score_case
from leakwatch.bench.tables import label_pairs

UID = "1.2.3"
FRAMES = 8


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def picture(width: int, value: int) -> np.ndarray:
    page = np.zeros((6, 10), np.uint8)
    page[:, :width] = value
    return page


@pytest.fixture
def case(tmp_path: Path) -> tuple[Path, Path]:
    """A run of 8 frames, 0.5 s apart: the first leaked voxel on frame 3, onset on frame 4, alarm on 6.

    The picture holds 60 mm² of cement from frame 2 on (found: 48 mm²) and from frame 5 on 12 mm² of leak.
    """
    truth, result = tmp_path / "case" / "truth", tmp_path / "out" / "runs" / UID
    facts = {"primary": 0.0, "secondary": 0.0, "plane": "single", "start_s": 10.0, "onset_visible_frame": 4}
    (truth / UID).mkdir(parents=True)
    (truth / "case.json").write_text(json.dumps({"case": "made", "leak": "lateral", "runs": {UID: facts}}))
    leak = [0.0, 0, 0, 0, 4, 12, 12, 12]
    write_rows(
        truth / UID / "frames.csv",
        [
            {
                "frame": k,
                "time_s": k / 2,
                "cement_area_mm2": 0 if k < 2 else 60,
                "leak_area_mm2": leak[k],
                "dx_mm": 0.1 * k,
                "dy_mm": 0.0,
                "leak_ul": max(0, k - 2),
            }
            for k in range(FRAMES)
        ],
    )
    states = ["no_decision", "no_decision", "no_decision", "clear", "watch", "watch", "alarm", "alarm"]
    reasons = ["settling", "settling", "motion", "", "evidence", "evidence", "leak", "leak"]
    write_rows(
        result / "frames.csv",
        [
            {
                "frame": k,
                "time_s": k / 2,
                "dx_mm": "" if k == 0 else 0.1 * k + 0.3,
                "dy_mm": "" if k == 0 else 0.4,
                "state": states[k],
                "reason": reasons[k],
                "latency_ms": 10.0 + k,
            }
            for k in range(FRAMES)
        ],
    )
    known = [picture(0 if k < 2 else 10, 1) for k in range(FRAMES)]
    found = [picture(0 if k < 2 else 8, 1) for k in range(FRAMES)]
    for k in range(5, FRAMES):
        known[k][:2], found[k][:2, :8] = 2, 2
    tifffile.imwrite(truth / UID / "labels.tif", np.stack(known), compression="zlib")
    tifffile.imwrite(result / "labels.tif", np.stack(found), compression="zlib")
    write_rows(tmp_path / "out" / "index.csv", [{"sop_instance_uid": UID, "folder": f"runs/{UID}"}])
    return tmp_path / "case", tmp_path / "out"


def test_the_figures_of_a_hand_made_case(case: tuple[Path, Path]) -> None:
    score = score_case(*case)
    assert (score.verdict, score.onset_s, score.first_leak_s, score.alarm_s) == (
        Verdict.HIT,
        12.0,
        11.5,
        13.0,
    )
    assert score.delay_s == 1.0
    (run,) = score.runs
    assert (run.frames, run.seconds, run.end_s) == (8, 3.5, 13.5)
    assert run.dice_cement == pytest.approx(2 * 48 / (60 + 48))
    assert run.dice_leak == pytest.approx(2 * 16 / (20 + 16))
    assert run.motion_p95_mm == pytest.approx(0.5)
    assert run.no_decision == 3 / 8
    assert run.reasons == (ReasonShare("motion", 1 / 8), ReasonShare("settling", 2 / 8))
    assert (run.time_error_s, run.latency_ms) == (0.0, 13.5)


def change_states(out: Path, change: Callable[[int, str], str]) -> None:
    path = out / "runs" / UID / "frames.csv"
    with path.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    write_rows(path, [row | {"state": change(k, row["state"])} for k, row in enumerate(rows)])


@pytest.mark.parametrize(
    ("alarm_frame", "verdict"),
    [(2, Verdict.FALSE_ALARM), (3, Verdict.HIT), (4, Verdict.HIT), (None, Verdict.MISSED)],
)
def test_an_alarm_counts_from_the_first_leaked_voxel(
    case: tuple[Path, Path], alarm_frame: int | None, verdict: Verdict
) -> None:
    change_states(case[1], lambda k, _: "alarm" if alarm_frame is not None and k >= alarm_frame else "clear")
    score = score_case(*case)
    assert score.verdict is verdict
    assert score.delay_s == (
        None if verdict is not Verdict.HIT or alarm_frame is None else (alarm_frame - 4) / 2
    )


def test_what_cannot_be_scored_fails_and_says_why(case: tuple[Path, Path]) -> None:
    labels = case[1] / "runs" / UID / "labels.tif"
    tifffile.imwrite(labels, np.zeros((FRAMES - 1, 6, 10), np.uint8), photometric="minisblack")
    score = score_case(*case)
    assert score.verdict is Verdict.FAILED
    assert score.runs[0].error == "labels are 8x6x10 and 7x6x10"
    write_rows(case[1] / "index.csv", [{"sop_instance_uid": UID, "folder": ""}])
    assert score_case(*case).runs[0].error == "not analysed"


def test_label_pages_come_one_at_a_time(case: tuple[Path, Path]) -> None:
    pages = label_pairs((case[0] / "truth" / UID / "labels.tif", case[1] / "runs" / UID / "labels.tif"))
    known, found = next(pages)
    assert known.shape == found.shape == (6, 10)
    assert sum(1 for _ in pages) == FRAMES - 1


@pytest.fixture
def seen() -> RunScore:
    """A run with onset at 5 s, a first leaked voxel at 4 s and an alarm at 6 s."""
    return RunScore("A", 0, 0, 0, frames=60, seconds=8, onset_s=5.0, first_leak_s=4.0, alarm_s=6.0)


def test_the_earliest_view_counts(seen: RunScore) -> None:
    hidden = replace(seen, plane="B", onset_s=None, alarm_s=None)
    later = replace(seen, plane="B", onset_s=4.5, alarm_s=7.0)
    assert judge("two", "disc", (hidden, seen)).delay_s == 1.0
    assert judge("two", "disc", (later, seen)).delay_s == 1.5


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.HIT),
        ({"onset_s": None}, Verdict.HIT),
        ({"onset_s": None, "alarm_s": None}, Verdict.INVISIBLE),
        ({"alarm_s": None}, Verdict.MISSED),
        ({"alarm_s": 3.9}, Verdict.FALSE_ALARM),
        ({"first_leak_s": None, "onset_s": None}, Verdict.FALSE_ALARM),
        ({"first_leak_s": None, "onset_s": None, "alarm_s": None}, Verdict.QUIET),
        ({"error": "not analysed"}, Verdict.FAILED),
    ],
)
def test_verdicts(seen: RunScore, changes: dict[str, object], verdict: Verdict) -> None:
    score = judge("one", "disc", (replace(seen, **changes),))  # type: ignore[arg-type]
    assert score.verdict is verdict
    assert (score.delay_s is None) == (verdict is not Verdict.HIT or "onset_s" in changes)


def reference_scores(cases: Path, out: Path) -> dict[str, object]:
    scorer = Path(__file__).parents[2].parent / "shared" / "score.py"
    if not scorer.is_file():
        pytest.skip("the reference scorer is not here")
    figures = out / "reference.json"
    command = [sys.executable, str(scorer), str(out), str(cases), "--json", str(figures)]
    subprocess.run(command, check=True, capture_output=True)
    (case,) = json.loads(figures.read_text())["cases"]
    return dict(case)


def agrees(ours: CaseScore, theirs: dict[str, object]) -> None:
    for key in ("case", "leak", "verdict"):
        assert getattr(ours, key) == theirs[key], key
    for key in ("delay_s", "alarm_s", "onset_s"):
        assert getattr(ours, key) == pytest.approx(theirs[key]), key
    runs = theirs["runs"]
    assert isinstance(runs, dict)
    assert [run.plane for run in ours.runs] == list(runs)
    for run in ours.runs:
        for key in ("dice_cement", "dice_leak", "motion_p95_mm", "no_decision", "time_error_s", "latency_ms"):
            assert getattr(run, key) == pytest.approx(runs[run.plane][key]), (run.plane, key)
        assert run.seconds == pytest.approx(runs[run.plane]["seconds"])


@pytest.mark.shared
def test_the_reference_scorer_agrees_on_a_hand_made_case(case: tuple[Path, Path]) -> None:
    agrees(score_case(*case), reference_scores(case[0].parent, case[1]))


@pytest.mark.shared
@pytest.mark.slow
def test_the_reference_scorer_agrees_on_a_simulated_case(tmp_path: Path) -> None:
    from leakwatch.simulate.testing import tiny_case

    written = tiny_case(tmp_path / "cases" / "one", "lateral", planes=2, frames=40)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "leakwatch.cli.main", "analyze", str(written.folder / "dicom")]
    command += ["-o", str(out), "--outline", str(written.outline), "--quiet", "--jobs", "1"]
    subprocess.run(command, check=True, capture_output=True)
    ours = score_case(written.folder, out)
    assert ours.verdict is not Verdict.FAILED
    assert any(run.dice_cement is not None for run in ours.runs)
    agrees(ours, reference_scores(tmp_path / "cases", out))
