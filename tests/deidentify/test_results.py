"""Results leave with their run, refer to it still, and are as valid as before."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames

from leakwatch.config import Config
from leakwatch.deidentify.black_out import Rectangle
from leakwatch.deidentify.export import Order, export
from leakwatch.dicom.read import read_run
from leakwatch.errors import NothingToAnalyse
from leakwatch.nouns import State
from leakwatch.objects.identity import Identity
from leakwatch.objects.moment import Moment
from leakwatch.objects.overlay import overlay
from leakwatch.objects.source import read_source
from leakwatch.outline.given import read_outlines
from leakwatch.review.window import choose_window
from leakwatch.simulate.testing import tiny_case

from ..objects.conftest import analyse

pytestmark = pytest.mark.slow


def errors(path: Path) -> set[str]:
    done = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True, check=False, timeout=60)
    return {line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")}


def test_results_refer_to_the_exported_run_and_validate(tmp_path: Path) -> None:
    written = analyse(tmp_path / "case", tmp_path / "results", "lateral")
    order = Order(
        (written.run_file, written.folder), tmp_path / "out", b"k" * 16, Config(), "0.1.0", approved=True
    )
    done = export(order)
    assert done.failures == ()
    datasets = {path: dcmread(path) for path in done.files}
    assert sorted(one.Modality for one in datasets.values()) == ["KO", "OT", "PR", "SEG", "SR", "XA"]
    (run,) = [one for one in datasets.values() if one.Modality == "XA"]
    original = str(dcmread(written.run_file, stop_before_pixels=True).SOPInstanceUID)
    for path, dataset in datasets.items():
        assert original.encode() not in path.read_bytes()
        assert dataset.StudyInstanceUID == run.StudyInstanceUID
        if dataset is not run:
            named = {str(e.value) for e in dataset.iterall() if e.keyword == "ReferencedSOPInstanceUID"}
            assert named == {str(run.SOPInstanceUID)}
        if dataset.Modality == "PR":
            assert read_outlines(path, ()).outlines
    if shutil.which("dciodvfy") is not None:
        before = errors(written.run_file).union(*map(errors, (written.folder / "dicom").glob("*.dcm")))
        assert set().union(*map(errors, done.files)) <= before


def pictures(path: Path) -> NDArray[np.uint8]:
    dataset = dcmread(path)
    frames = generate_frames(dataset.PixelData, number_of_frames=int(dataset.NumberOfFrames))
    return np.stack([cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR) for one in frames])


def test_the_overlay_is_covered_where_its_run_is(tmp_path: Path) -> None:
    """Words that the machine wrote into the run show on the overlay, with all that JPEG makes of them."""
    case = tiny_case(tmp_path / "case", None, size_px=90, frames=8)
    (file,) = (case.folder / "dicom").glob("*.dcm")
    plain = dcmread(file)
    where = Rectangle(20, 40, 41, 9)
    originals = []
    for number, name in enumerate(("ANNA", "OTTO")):
        dataset = dcmread(file)
        dataset.decompress()
        pixels = plain.pixel_array.copy()
        words = np.zeros(pixels.shape[1:], np.uint8)
        cv2.putText(words, name, (where.x, where.y + where.height - 1), 0, 0.3, 255, 1)
        rows, columns = np.nonzero(words)
        assert rows.min() >= where.y
        assert rows.max() < where.y + where.height
        assert columns.max() < where.x + where.width
        pixels[:, words > 0] = plain.pixel_array.max()
        dataset.PixelData = pixels.tobytes()
        (tmp_path / name).mkdir()
        dataset.save_as(tmp_path / name / "run.dcm")
        order = Order((tmp_path / name,), tmp_path / f"out-{number}", b"k" * 16, Config(), "0.1.0", (where,))
        source = read_source(read_run(tmp_path / name / "run.dcm", Config().dicom))
        moment = Moment(0, 0.0, State.CLEAR, 0.0, 0.0, ())
        run = read_run(tmp_path / name / "run.dcm", Config().dicom)
        blank = np.zeros((run.rows, run.columns), np.uint8)
        window = choose_window(list(plain.pixel_array), run.intensity, run.shutter)
        drawn = overlay(
            source, Identity("1.2", "x", "0.1.0"), run, window, [(frame, blank, moment) for frame in pixels]
        )
        drawn.save_as(tmp_path / name / "overlay.dcm", enforce_file_format=True)
        originals.append(pictures(tmp_path / name / "overlay.dcm"))
        done = export(order)
        assert (done.failures, done.left_out) == ((), ())
        assert len(done.files) == 2
        assert len(list(order.sheets.glob("*.png"))) == 2
    assert (originals[0] != originals[1]).any(), "or else nothing is covered below"
    first, second = (
        next(path for path in (tmp_path / f"out-{number}").iterdir() if dcmread(path).Modality == "OT")
        for number in (0, 1)
    )
    # nothing in them tells which of the two names was written there
    assert np.array_equal(pictures(first), pictures(second))
    scale = originals[0].shape[1] // 90
    covered = pictures(first)[:, where.y * scale : (where.y + where.height) * scale]
    assert covered[:, :, where.x * scale : (where.x + where.width) * scale].max() <= 2
    assert pictures(first).max() > 200
    dataset = dcmread(first)
    assert (dataset.BurnedInAnnotation, dataset.PatientIdentityRemoved) == ("NO", "YES")


@pytest.mark.parametrize("change", ["no run", "another matrix", "other words", "no picture"])
def test_an_overlay_that_nobody_can_answer_for_is_left_out(tmp_path: Path, change: str) -> None:
    written = analyse(tmp_path / "case", tmp_path / "results", None, frames=8)
    (tmp_path / "in").mkdir()
    dataset = written.read("overlay")
    if change == "another matrix":
        dataset.Rows += 16
    if change == "other words":
        dataset.DerivationDescription = "Drawn on the run of Anna"
    if change == "no picture":
        dataset.PixelData = encapsulate([b"no picture"] * int(dataset.NumberOfFrames))
    dataset.save_as(tmp_path / "in" / "overlay.dcm")
    runs = () if change == "no run" else (written.run_file,)
    order = Order((*runs, tmp_path / "in"), tmp_path / "out", b"k" * 16, Config(), "0.1.0", approved=True)
    if change == "no run":
        with pytest.raises(NothingToAnalyse):
            export(order)
        return
    done = export(order)
    assert done.failures == ()
    assert [dcmread(path).Modality for path in done.files] == ["XA"]
    assert "left out" in done.left_out[0]
