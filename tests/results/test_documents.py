"""The JSON results and the index: what a reader relies on."""

import csv
import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from leakwatch.config import Config
from leakwatch.notice import RESEARCH_USE
from leakwatch.nouns import (
    AnalysedRun,
    Calibration,
    CArm,
    LeakEvent,
    LeakKind,
    Outline,
    Region,
    Run,
    RunSummary,
    State,
    TakenUp,
)
from leakwatch.nouns.summary import BlindShare, Smallest
from leakwatch.results.cases_json import write_cases
from leakwatch.results.events_json import write_events
from leakwatch.results.index_csv import COLUMNS, IndexRow, write_index
from leakwatch.results.json_file import write_json
from leakwatch.results.manifest_json import InputRecord, Manifest, Outcome, write_manifest
from leakwatch.results.run_json import write_run
from leakwatch.views.alternate import Swing
from leakwatch.views.case import Case, MergedLeak, Sighting
from leakwatch.views.second_look import SecondLook, Verdict


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_document_has_schema_and_notice_and_no_nan(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", "leakwatch.a/1", {"x": math.nan, "y": [math.inf, 1.5], "z": {"w": 0.0}})
    assert read(tmp_path / "a.json") == {
        "schema": "leakwatch.a/1",
        "research_use": RESEARCH_USE,
        "x": None,
        "y": [None, 1.5],
        "z": {"w": 0.0},
    }


def test_bytes_that_are_no_text_stay_as_escapes(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", "leakwatch.a/1", {"path": "J\udcfcrgen ä"})
    assert read(tmp_path / "a.json")["path"] == "J\udcfcrgen ä"
    write_index(tmp_path / "a.csv", [IndexRow(None, None, error="J\udcfcrgen ä: broken")])
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").endswith("J\\udcfcrgen ä: broken\n")


def test_events_say_where_when_and_how_large(
    tmp_path: Path, make_analysed: Callable[..., AnalysedRun], make_event: Callable[..., LeakEvent]
) -> None:
    write_events(tmp_path / "e.json", make_analysed(summary=RunSummary((make_event(),))))
    document = read(tmp_path / "e.json")
    assert document["schema"] == "leakwatch.events/1"
    (leak,) = document["leaks"]
    pixel_mm2 = 0.4 * 0.3 * (720 / 1100) ** 2
    assert leak["area_mm2"] == pytest.approx([10 * pixel_mm2, 20 * pixel_mm2, 30 * pixel_mm2])
    assert leak["times_s"] == pytest.approx([4 / 7.5, 5 / 7.5, 6 / 7.5])
    assert (leak["onset_frame"], leak["alarm_frame"], leak["yeom"]) == (4, 6, None)
    assert leak["yeom_reason"]
    assert leak["kind"] == "spread"


def test_events_without_millimetres_are_null(
    tmp_path: Path,
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_event: Callable[..., LeakEvent],
) -> None:
    event = make_event(kind=LeakKind.EMBOLUS)
    analysed = make_analysed(make_run(geometry=CArm()), summary=RunSummary((event,)))
    write_events(tmp_path / "e.json", analysed)
    (leak,) = read(tmp_path / "e.json")["leaks"]
    assert leak["area_mm2"] == [None, None, None]
    assert leak["kind"] == "embolus"


def test_run_tells_outline_and_smallest_object(
    tmp_path: Path, make_analysed: Callable[..., AnalysedRun], make_outline: Callable[..., Outline]
) -> None:
    outline = make_outline()
    outline = replace(outline, regions=(Region("canal", outline.polygon_xy_px),))
    summary = RunSummary((), noise_sigma=0.02, smallest_diameter_px=8.0, warnings=("a warning",))
    write_run(tmp_path / "r.json", make_analysed(outlines=(outline,), summary=summary), "9.9")
    document = read(tmp_path / "r.json")
    diameter_mm = 8.0 * math.sqrt(0.4 * 0.3) * 720 / 1100
    assert document["smallest_detectable"]["diameter_mm"] == pytest.approx(diameter_mm)
    assert document["smallest_detectable"]["volume_ul"] == pytest.approx(math.pi / 6 * diameter_mm**3)
    assert document["outline_source"] == "given"
    assert document["outlines"][0]["polygon_xy_px"] == outline.polygon_xy_px.tolist()
    assert document["outlines"][0]["regions"][0]["name"] == "canal"
    assert document["warnings"] == ["a warning"]
    assert document["intensity"]["calibration"] == "monotone"


def test_what_a_run_cannot_support_is_empty_and_said(
    tmp_path: Path, make_run: Callable[..., Run], make_analysed: Callable[..., AnalysedRun]
) -> None:
    summary = RunSummary((), smallest_diameter_px=8.0)
    write_run(tmp_path / "r.json", make_analysed(make_run(geometry=CArm()), summary=summary), "9.9")
    document = read(tmp_path / "r.json")
    assert document["smallest_detectable"]["diameter_mm"] is None
    assert "no millimetres" in document["smallest_detectable"]["reason"]
    assert any("no millimetres" in warning for warning in document["warnings"])
    assert any("no outline" in warning for warning in document["warnings"])


def test_run_tells_where_it_is_blind_and_how_small_a_leak_it_shows_where(
    tmp_path: Path, make_analysed: Callable[..., AnalysedRun]
) -> None:
    summary = RunSummary(
        (),
        smallest_at_edge=Smallest(10.0),
        smallest_behind_bolus=Smallest(None, "no bolus"),
        blind=BlindShare(3.0, 0.5, 0.2, 0.1, 0.2, throughout=0.25, first=0.75, last=0.625, frames=40),
    )
    write_run(tmp_path / "r.json", make_analysed(summary=summary), "9.9")
    document = read(tmp_path / "r.json")
    edge, behind = (document["smallest_detectable"][place] for place in ("at_bone_edge", "behind_bolus"))
    assert edge["diameter_mm"] == pytest.approx(10.0 * math.sqrt(0.4 * 0.3) * 720 / 1100)
    assert edge["volume_ul"] == pytest.approx(math.pi / 6 * edge["diameter_mm"] ** 3)
    assert (behind["diameter_mm"], behind["reason"]) == (None, "no bolus")
    assert (document["blind"]["share"], document["blind"]["metal"]) == (0.5, 0.1)
    assert [document["blind"][key] for key in ("throughout", "first", "last", "frames")] == [
        0.25,
        0.75,
        0.625,
        40,
    ]
    assert "projection" in document["blind"]["always"]
    write_run(tmp_path / "r.json", make_analysed(summary=RunSummary(())), "9.9")
    assert read(tmp_path / "r.json")["blind"]["reason"]


def test_index_has_the_promised_columns_and_a_row_for_failures(
    tmp_path: Path, make_analysed: Callable[..., AnalysedRun]
) -> None:
    analysed = make_analysed(state=State.ALARM, first_alarm_frame=6, first_alarm_time_s=0.8)
    rows = [IndexRow(analysed.run, analysed, "1.2.4"), IndexRow(None, None, error="x.dcm: is broken, badly")]
    write_index(tmp_path / "index.csv", rows)
    with (tmp_path / "index.csv").open(newline="", encoding="utf-8") as file:
        good, bad = csv.DictReader(file)
    assert tuple(good) == COLUMNS == (
        "sop_instance_uid", "study_instance_uid", "series_instance_uid", "plane", "primary_deg",
        "secondary_deg", "frames", "folder", "state", "first_alarm_frame", "first_alarm_time_s",
        "paired_with", "goes_on_from", "error",
    )  # fmt: skip
    assert good["folder"] == "runs/1.2.3"
    assert (good["state"], good["first_alarm_frame"], float(good["first_alarm_time_s"])) == (
        "alarm",
        "6",
        0.8,
    )
    assert (good["paired_with"], good["error"], good["frames"]) == ("1.2.4", "", "10")
    assert {name: cell for name, cell in bad.items() if cell} == {"error": "x.dcm: is broken, badly"}


def test_a_run_says_which_earlier_one_it_goes_on_from_or_why_not(
    tmp_path: Path, make_analysed: Callable[..., AnalysedRun], make_event: Callable[..., LeakEvent]
) -> None:
    found = TakenUp("1.2.2", 63.0, 1, (2.0, -1.0))
    events = make_event(id=1, continues=True), make_event(id=2)
    analysed = make_analysed(summary=RunSummary(events, taken_up=found))
    write_run(tmp_path / "r.json", analysed, "9.9")
    assert read(tmp_path / "r.json")["taken_up"] == {
        "before": "1.2.2",
        "pause_s": 63.0,
        "frame": 1,
        "moved_px": [2.0, -1.0],
        "reason": None,
    }
    write_events(tmp_path / "e.json", analysed)
    assert [leak["continues"] for leak in read(tmp_path / "e.json")["leaks"]] == ["1.2.2", None]
    anew = make_analysed(summary=RunSummary((), taken_up=TakenUp("1.2.2", 63.0, reason="not the same bone")))
    write_index(tmp_path / "index.csv", [IndexRow(analysed.run, analysed), IndexRow(anew.run, anew)])
    with (tmp_path / "index.csv").open(newline="", encoding="utf-8") as file:
        assert [row["goes_on_from"] for row in csv.DictReader(file)] == ["1.2.2", ""]
    write_run(tmp_path / "r.json", make_analysed(), "9.9")
    assert read(tmp_path / "r.json")["taken_up"] is None


def test_manifest_tells_inputs_by_digest(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(b"abc")
    gone = tmp_path / "gone.dcm"
    records = [
        InputRecord((tmp_path / "a.dcm",), "1.2", Outcome.ANALYSED, "", {"core": 1.0}),
        InputRecord((gone,), "", Outcome.FAILED, "gone", {}),
    ]
    manifest = Manifest(
        "9.9", Config(), datetime(2026, 1, 1, tzinfo=UTC), {"plan": 0.5}, records, (), (), (), 2
    )
    write_manifest(tmp_path / "m.json", manifest)
    document = read(tmp_path / "m.json")
    first, second = document["inputs"]
    assert first["files"] == [{"path": str(tmp_path / "a.dcm"), "sha256": sha256(b"abc").hexdigest()}]
    assert (first["outcome"], first["sentence"]) == ("analysed", None)
    assert second["files"][0]["sha256"] is None
    assert (second["outcome"], second["sentence"]) == ("failed", "gone")
    assert document["config"]["schema"] == "leakwatch.config/1"
    assert document["packages"]["pydicom"][0].isdigit()
    # What the program runs on, not what it is developed with.
    assert "pytest" not in {name.lower() for name in document["packages"]}


def test_cases_give_no_volume_without_calibration(
    tmp_path: Path,
    make_run: Callable[..., Run],
    make_analysed: Callable[..., AnalysedRun],
    make_event: Callable[..., LeakEvent],
) -> None:
    analysed = make_analysed(first_alarm_frame=6, first_alarm_time_s=0.8, state=State.ALARM)
    leak = MergedLeak(1, (Sighting(analysed.run, make_event()),), None, None, None, "one view")
    calibrated = make_run(intensity=replace(analysed.run.intensity, calibration=Calibration.CALIBRATED))
    other = MergedLeak(2, (Sighting(calibrated, make_event()),), (1.0, 2.0, 3.0), 0.5, 0.1, "")
    write_cases(tmp_path / "c.json", [Case("1.2", (analysed,), (), (leak, other))], "9.9", {"threshold": 1.5})
    document = read(tmp_path / "c.json")
    (case,) = document["cases"]
    first, second = case["leaks"]
    assert (first["position_mm_lps"], first["position_reason"]) == (None, "one view")
    assert (first["from_bone"], first["from_bone_reason"]) == (None, "one view")
    assert (first["volume_ul"], first["volume_interval_ul"]) == (None, None)
    assert "not calibrated" in first["volume_reason"]
    assert second["position_mm_lps"] == [1.0, 2.0, 3.0]
    assert "not calibrated" not in second["volume_reason"]
    assert case["audit"]["leak"] is True
    assert case["audit"]["fluoroscopy_s"] == pytest.approx(9 / 7.5)
    assert case["audit"]["views"][0]["first_alarm_time_s"] == 0.8
    assert document["operating_point"] == {"threshold": 1.5}


def test_cases_say_what_the_other_view_says_and_where_the_arm_was_swung(
    tmp_path: Path, make_run: Callable[..., Run], make_event: Callable[..., LeakEvent]
) -> None:
    run, after = make_run(sop_instance_uid="1"), make_run(sop_instance_uid="2")
    look = SecondLook(Verdict.NOT_VISIBLE, "behind the bone", ((1.0, 2.0), (3.0, 4.0)))
    sightings = (Sighting(run, make_event()),)
    asked = MergedLeak(1, sightings, None, None, None, "one view", look)
    alone = MergedLeak(2, sightings, None, None, None, "one plane")
    case = Case("1.2", (), (), (asked, alone), (Swing(run, after, 12.5, 90.0),))
    write_cases(tmp_path / "c.json", [case], "9.9", {})
    (written,) = read(tmp_path / "c.json")["cases"]
    keys = ("verdict", "verdict_reason", "epipolar_xy_px")
    assert [[leak[key] for key in keys] for leak in written["leaks"]] == [
        ["not_visible", "behind the bone", [[1.0, 2.0], [3.0, 4.0]]],
        [None, "one plane", None],
    ]
    assert written["swings"] == [{"before": "1", "after": "2", "gap_s": 12.5, "turn_deg": 90.0}]
