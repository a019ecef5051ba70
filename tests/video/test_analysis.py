"""A simulated leak, exported as video, through the whole analysis."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import numpy as np
import pytest
from skimage.measure import approximate_polygon, find_contours

from leakwatch.config import Config
from leakwatch.config.report import ReportConfig
from leakwatch.config.video import VideoConfig
from leakwatch.pipeline.batch import analyse_batch
from leakwatch.pipeline.request import Request
from leakwatch.simulate.testing import tiny_runs
from leakwatch.video.probe import probe_video

from ..moving import film
from ..pipeline.conftest import Listener

EXPORTS = {
    "h264.mp4": ("mp4", "libx264", "yuv420p", {"crf": "12"}),
    "mjpeg.avi": ("avi", "mjpeg", "yuvj420p", {"b": "20000000"}),
    "ffv1.mkv": ("matroska", "ffv1", "gray", {}),
}


@pytest.fixture(scope="module")
def leak():
    """Pictures for the eye, (32, 96, 96) uint8, and the outline of the treated bone at frame 0."""
    (run,) = tiny_runs()
    stored = np.stack([frame.stored for frame in run.frames()]).astype(np.float64)
    shown = np.interp(stored, np.percentile(stored, [0.1, 99.9]), [10, 245]).astype(np.uint8)
    contour = max(find_contours(run.treated_mm(), 0.5), key=len)[:, ::-1]
    return shown, approximate_polygon(contour, 0.5)[:-1]


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPORTS)
def test_leak_in_a_video_is_followed_without_claims_to_volume(tmp_path, leak, name):
    pictures, polygon = leak
    container, codec, form, options = EXPORTS[name]
    path = tmp_path / name
    path.write_bytes(film(pictures, container, codec, form, rate=15, **options))
    settings = VideoConfig(pixel_mm=92 / 96, frames_per_s=7.5)
    uid = probe_video(path, settings).sop_instance_uid
    outline = tmp_path / "outline.json"
    drawn = {"sop_instance_uid": uid, "frame": 0, "site": "vertebra", "label": "L3"}
    outline.write_text(
        json.dumps(
            {"schema": "leakwatch.outline/1", "outlines": [drawn | {"polygon_xy_px": polygon.tolist()}]}
        )
    )
    out = tmp_path / "out"
    config = Config(report=ReportConfig(enabled=False), video=settings)
    request = Request(paths=(path,), out=out, outlines=(outline,), config=config, version="0", jobs=1)
    report = analyse_batch(request, Listener())
    assert not report.failed
    folder = out / "runs" / uid
    assert {file.name for file in folder.iterdir()} >= {
        "frames.csv",
        "labels.tif",
        "events.json",
        "run.json",
    }
    with (folder / "frames.csv").open(newline="") as source:
        rows = list(csv.DictReader(source))
    assert len(rows) == len(pictures)
    np.testing.assert_allclose([float(row["time_s"]) for row in rows], np.arange(32) / 7.5, atol=1e-4)
    assert float(rows[-1]["cement_area_mm2"] or 0) > 20
    told = json.loads((folder / "run.json").read_text())
    assert any("uncalibrated" in warning for warning in told["warnings"])
    assert any("video.frames_per_s" in warning for warning in told["warnings"])
    assert "display" in json.dumps(told)
    for case in json.loads((out / "cases.json").read_text())["cases"]:
        assert all(leak["volume_ul"] is None for leak in case.get("leaks", []))


def test_videos_in_a_folder_are_passed_over_and_read_when_named(tmp_path, leak):
    from leakwatch.config.dicom import DicomConfig
    from leakwatch.dicom.find import find_inputs
    from leakwatch.source.runs import read_runs

    path = tmp_path / "export.mp4"
    path.write_bytes(film(leak[0], "mp4", "libx264", "yuv420p"))
    assert read_runs(find_inputs([tmp_path]), DicomConfig(), VideoConfig()).runs == ()
    (run,) = read_runs(find_inputs([path]), DicomConfig(), VideoConfig()).runs
    assert run.frames == 32


@pytest.mark.slow
def test_command_takes_the_size_and_rate_of_a_video(tmp_path, leak):
    path = tmp_path / "export.mp4"
    path.write_bytes(film(leak[0][:6], "mp4", "libx264", "yuv420p", rate=30))
    plain = tmp_path / "plain.yaml"
    plain.write_text("report: {enabled: false}\n", encoding="utf-8")
    command = [sys.executable, "-m", "leakwatch.cli.main", "analyze", path, "-o", tmp_path / "out"]
    flags = ["--pixel-mm", "0.5", "--frame-rate", "5", "--config", plain]
    done = subprocess.run([*map(str, command + flags)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "out" / "runs").iterdir()
    with (folder / "frames.csv").open(newline="") as source:
        assert [float(row["time_s"]) for row in csv.DictReader(source)][-1] == pytest.approx(1.0)
    assert "video.pixel_mm is not given" not in (folder / "run.json").read_text()
    wrong = subprocess.run(
        [*map(str, command), "--pixel-mm", "-1"], capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert "--pixel-mm" in wrong.stderr
