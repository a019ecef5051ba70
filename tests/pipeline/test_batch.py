import csv
import json
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import MRImageStorage, RLELossless

from leakwatch.bench.recording import write_recording
from leakwatch.errors import NothingToAnalyse, OutlineError, UsageError
from leakwatch.pipeline.request import BatchReport

pytestmark = pytest.mark.slow


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def index(out: Path) -> list[dict[str, str]]:
    return table(out / "index.csv")


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def make_broken(path: Path, frame: int) -> None:
    """Compress a recording and spoil one frame."""
    dataset = dcmread(path)
    dataset.compress(RLELossless)
    frames = list(generate_frames(dataset.PixelData, number_of_frames=dataset.NumberOfFrames))
    frames[frame] = b"\xff" * len(frames[frame])
    dataset.PixelData = encapsulate(frames)
    dataset.save_as(path)


def make_other(path: Path) -> None:
    """Turn a recording into an MR image."""
    dataset = dcmread(path)
    dataset.SOPClassUID, dataset.Modality = MRImageStorage, "MR"
    dataset.file_meta.MediaStorageSOPClassUID = MRImageStorage
    dataset.save_as(path)


def test_one_bad_input_costs_only_itself(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    good, spoilt = record("good.dcm"), record("spoilt.dcm")
    make_broken(spoilt, 4)
    junk = tmp_path / "in" / "junk.dcm"
    junk.write_bytes(b"no DICOM at all")
    report = analyse(good, spoilt, junk)
    assert report.failed
    first, second, third = index(tmp_path / "out")
    assert (first["frames"], first["error"]) == ("30", "")
    assert (second["frames"], second["folder"] != "") == ("4", True)
    assert "frame 4" in second["error"]
    assert (third["sop_instance_uid"], third["folder"]) == ("", "")
    assert "junk.dcm" in third["error"]
    manifest = read(tmp_path / "out" / "manifest.json")
    outcomes = {Path(entry["files"][0]["path"]).name: entry["outcome"] for entry in manifest["inputs"]}
    assert outcomes == {"good.dcm": "analysed", "spoilt.dcm": "failed", "junk.dcm": "failed"}
    assert {path.name for path in (tmp_path / "out" / "runs").iterdir()} == {
        first["sop_instance_uid"],
        second["sop_instance_uid"],
    }


def test_biplane_runs_are_paired(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    uid = write_recording(tmp_path / "a.dcm", 20, plane="A")
    b = record("b.dcm", 20, plane="B", partner_uid=uid)
    analyse(tmp_path / "a.dcm", b)
    first, second = index(tmp_path / "out")
    assert (first["paired_with"], second["paired_with"]) == (
        second["sop_instance_uid"],
        first["sop_instance_uid"],
    )
    (case,) = read(tmp_path / "out" / "cases.json")["cases"]
    assert [(pair["a"], pair["by"], pair["start_gap_s"]) for pair in case["pairs"]] == [
        (uid, "reference", 0.0)
    ]


def test_the_same_run_twice_is_analysed_once(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    first = record("first.dcm")
    copyfile(first, first.with_name("second.dcm"))
    report = analyse(first.parent)
    assert not report.failed
    assert len(index(tmp_path / "out")) == 1
    (warning,) = report.warnings
    assert "second.dcm" in warning
    assert "first.dcm" in warning


def test_other_dicom_is_passed_over_in_a_folder_and_refused_by_name(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    good, other = record("good.dcm"), record("other.dcm")
    make_other(other)
    (good.parent / "notes.txt").write_text("x", encoding="utf-8")
    assert not analyse(good.parent).failed
    manifest = read(tmp_path / "out" / "manifest.json")
    assert sorted(entry["outcome"] for entry in manifest["inputs"]) == ["analysed", "skipped"]
    assert [Path(path).name for path in manifest["ignored"]] == ["notes.txt"]
    report = analyse(good, other)
    assert report.failed
    assert "other.dcm" in report.failures[0]


def test_nothing_to_analyse_leaves_no_trace(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    make_other(record("other.dcm"))
    with pytest.raises(NothingToAnalyse):
        analyse(tmp_path / "in")
    assert not (tmp_path / "out").exists()


def test_bad_usage_is_found_before_anything_is_written(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    good = record("good.dcm")
    with pytest.raises(UsageError, match=r"none\.dcm"):
        analyse(good, tmp_path / "none.dcm")
    with pytest.raises(OutlineError):
        analyse(good, outlines=(tmp_path / "none.json",))
    assert not (tmp_path / "out").exists()
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be made a folder"):
        analyse(good)


def test_an_outline_for_nobody_is_said(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    outline = {
        "sop_instance_uid": "9.9.9",
        "frame": 0,
        "site": "vertebra",
        "label": "L3",
        "polygon_xy_px": [[9, 9], [30, 9], [30, 30]],
    }
    path = tmp_path / "outline.json"
    path.write_text(json.dumps({"schema": "leakwatch.outline/1", "outlines": [outline]}), encoding="utf-8")
    report = analyse(record("good.dcm"), outlines=(path,))
    assert any("9.9.9" in warning for warning in report.warnings)
    manifest = read(tmp_path / "out" / "manifest.json")
    assert manifest["outlines"][0]["path"] == str(path)
    assert len(manifest["outlines"][0]["sha256"]) == 64


def test_one_job_or_two_give_the_same_tables(
    tmp_path: Path, record: Callable[..., Path], analyse: Callable[..., BatchReport]
) -> None:
    paths = [record(f"{name}.dcm", seed=seed) for seed, name in enumerate("abc")]
    outs = [tmp_path / "one", tmp_path / "two"]
    for jobs, out in enumerate(outs, start=1):
        analyse(*paths, jobs=jobs, out=out)
    first, second = (index(out) for out in outs)
    assert first == second
    for row in first:
        one, two = (table(out / row["folder"] / "frames.csv") for out in outs)
        assert [line | {"latency_ms": ""} for line in one] == [line | {"latency_ms": ""} for line in two]
