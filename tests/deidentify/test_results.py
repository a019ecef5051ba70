"""Results leave with their run, refer to it still, and are as valid as before."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pydicom import dcmread

from leakwatch.config import Config
from leakwatch.deidentify.export import Order, export
from leakwatch.outline.given import read_outlines

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
    assert sorted(one.Modality for one in datasets.values()) == ["KO", "PR", "SEG", "SR", "XA"]
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
