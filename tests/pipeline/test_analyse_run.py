import csv
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames

from leakwatch.bench.recording import write_recording
from leakwatch.config import Config
from leakwatch.config.dicom import DicomConfig
from leakwatch.config.report import ReportConfig
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError
from leakwatch.nouns import AnalysedRun, Outline, Run
from leakwatch.outline.given import load_outlines
from leakwatch.pipeline.analyse_run import analyse_run
from leakwatch.simulate.testing import tiny_case

CONFIG = Config(report=ReportConfig(enabled=False))
SIDE = 96


def analyse(path: Path, out: Path, *outlines: Outline) -> AnalysedRun:
    return analyse_read(read_run(path, DicomConfig()), out, *outlines)


def analyse_read(run: Run, out: Path, *outlines: Outline) -> AnalysedRun:
    counted: list[int] = []
    analysed, _ = analyse_run(run, outlines, CONFIG, out, "0", counted.append)
    assert counted == list(range(1, analysed.frames + 1))
    return analysed


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "frames.csv").open(newline="", encoding="utf-8") as file:
        return [{k: v for k, v in row.items() if k != "latency_ms"} for row in csv.DictReader(file)]


def labels(folder: Path) -> np.ndarray:
    ok, pages = cv2.imreadmulti(str(folder / "labels.tif"), flags=cv2.IMREAD_UNCHANGED)
    assert ok
    return np.stack(pages)


@pytest.fixture
def box(make_outline: Callable[..., Outline]) -> Callable[[str], Outline]:
    around = np.array([[29.0, 29.0], [67.0, 29.0], [67.0, 67.0], [29.0, 67.0]])
    return lambda uid: make_outline(sop_instance_uid=uid, polygon_xy_px=around)


def test_everything_promised_is_there(tmp_path: Path) -> None:
    uid = write_recording(tmp_path / "a.dcm", 12, SIDE)
    analysed = analyse(tmp_path / "a.dcm", tmp_path / "out")
    folder = tmp_path / "out" / "runs" / uid
    assert {path.name for path in folder.iterdir()} == {"frames.csv", "labels.tif", "events.json", "run.json"}
    assert [row["frame"] for row in rows(folder)] == [str(index) for index in range(12)]
    assert float(rows(folder)[-1]["time_s"]) == pytest.approx(11 * 0.133)
    assert labels(folder).shape == (12, SIDE, SIDE)
    assert (analysed.frames, analysed.error) == (12, "")
    assert {"read", "attenuation", "core", "write"} <= set(analysed.summary.stage_seconds)
    assert list((tmp_path / "out" / "runs").iterdir()) == [folder]


@pytest.mark.parametrize("with_outline", [False, True])
def test_the_future_changes_nothing(
    tmp_path: Path, box: Callable[[str], Outline], with_outline: bool
) -> None:
    """Analysing the first frames alone gives the same rows and labels as analysing them all."""
    whole = tmp_path / "whole.dcm"
    uid = write_recording(whole, 45, SIDE, uid_seed="same")
    outlines = (box(uid),) if with_outline else ()
    analyse(whole, tmp_path / "whole", *outlines)
    all_rows = rows(tmp_path / "whole" / "runs" / uid)
    all_labels = labels(tmp_path / "whole" / "runs" / uid)
    for count in (2, 13, 29, 44):
        cut = tmp_path / f"{count}.dcm"
        assert write_recording(cut, count, SIDE, uid_seed="same") == uid
        out = tmp_path / str(count)
        analyse(cut, out, *outlines)
        assert rows(out / "runs" / uid) == all_rows[:count]
        assert np.array_equal(labels(out / "runs" / uid), all_labels[:count])


def test_the_future_changes_nothing_in_a_leaking_run(tmp_path: Path) -> None:
    """The same with cement, a leak, motion and the simulator's noise: here the core has things to say."""
    case = tiny_case(tmp_path / "case", frames=32)
    (source,) = case.dicom
    outlines = load_outlines(case.outline)
    whole = analyse(source, tmp_path / "whole", *outlines)
    folder = tmp_path / "whole" / "runs" / whole.run.sop_instance_uid
    all_rows, all_labels = rows(folder), labels(folder)
    for count in (9, 17, 25, 31):
        cut = first_frames(source, tmp_path / f"{count}.dcm", count)
        analysed = analyse(cut, tmp_path / str(count), *outlines)
        folder = tmp_path / str(count) / "runs" / analysed.run.sop_instance_uid
        assert rows(folder) == all_rows[:count]
        assert np.array_equal(labels(folder), all_labels[:count])


def first_frames(source: Path, target: Path, count: int) -> Path:
    dataset = dcmread(source)
    frames = list(generate_frames(dataset.PixelData, number_of_frames=dataset.NumberOfFrames))
    dataset.PixelData = encapsulate(frames[:count])
    dataset.NumberOfFrames = count
    dataset.save_as(target)
    return target


def test_the_same_run_gives_the_same_bytes(tmp_path: Path, box: Callable[[str], Outline]) -> None:
    uid = write_recording(tmp_path / "a.dcm", 30, SIDE)
    for out in ("one", "two"):
        analyse(tmp_path / "a.dcm", tmp_path / out, box(uid))
    one, two = (tmp_path / out / "runs" / uid for out in ("one", "two"))
    assert rows(one) == rows(two)
    for name in ("labels.tif", "events.json", "run.json"):
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def cut_off(path: Path, frames: float) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - int(frames * SIDE * SIDE * 2))


def test_a_run_that_breaks_keeps_what_was_finished(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    uid = write_recording(path, 12, SIDE)
    run = read_run(path, DicomConfig())
    cut_off(path, 4.5)
    analysed = analyse_read(run, tmp_path / "out")
    folder = tmp_path / "out" / "runs" / uid
    assert analysed.frames == len(rows(folder)) == len(labels(folder)) == 7
    assert str(path) in analysed.error
    assert "frame 7" in analysed.error
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["error"] == analysed.error


def test_a_run_without_one_good_frame_has_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    write_recording(path, 12, SIDE)
    run = read_run(path, DicomConfig())
    cut_off(path, 12)
    with pytest.raises(InputError, match="frame 0"):
        analyse_read(run, tmp_path / "out")
    assert list((tmp_path / "out" / "runs").iterdir()) == []


def test_a_run_that_cannot_be_redone_keeps_its_older_result(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    uid = write_recording(path, 12, SIDE)
    run = read_run(path, DicomConfig())
    analyse_read(run, tmp_path / "out")
    before = rows(tmp_path / "out" / "runs" / uid)
    cut_off(path, 12)
    with pytest.raises(InputError):
        analyse_read(run, tmp_path / "out")
    assert rows(tmp_path / "out" / "runs" / uid) == before
