"""Objects of runs of every kind: classic, enhanced, a file for each frame."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.nouns import Outline, Site
from leakwatch.pipeline.analyse_run import analyse_run
from leakwatch.simulate.testing import tiny_runs
from leakwatch.source.runs import read_runs

from ..dicom_flavours import Scene, write_flavour

pytestmark = pytest.mark.slow
SIZE_PX = 90
FRAMES = 26
PATIENT = {"PatientName": "Made^Up", "PatientID": "M1", "PatientSex": "", "PatientBirthDate": ""}


@pytest.fixture(scope="module")
def scene() -> tuple[Scene, np.ndarray]:
    """A leak beside the bone, as a scene, and the bone's silhouette."""
    (run,) = tiny_runs("lateral", size_px=SIZE_PX, frames=FRAMES)
    stored = np.stack([frame.stored for frame in run.frames()])
    rows, columns = np.nonzero(run.treated_mm() > 1)
    box = [columns.min(), columns.max()], [rows.min(), rows.max()]
    corners = np.array([[box[0][i], box[1][j]] for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))], np.float64)
    spacing = 92.0 / SIZE_PX * 1000 / 750
    made = Scene(
        stored.astype(np.uint16),
        np.arange(FRAMES) / 7.5,
        bits_stored=16,
        spacing_mm=(spacing, spacing),
    )
    return made, corners


@pytest.mark.parametrize("flavour", ["xa", "rf", "enhanced_xa", "enhanced_xrf", "singles", "biplane"])
def test_a_run_of_any_kind_has_objects_that_are_valid_and_name_its_frames(
    flavour: str, scene: tuple[Scene, np.ndarray], tmp_path: Path
) -> None:
    made, corners = scene
    (tmp_path / "in").mkdir()
    # the planes of a biplane file are told apart by their pictures
    other = replace(made, pixels=made.pixels[:, ::-1], primary_deg=90.0)
    source = write_flavour(tmp_path / "in", flavour, made, other=other, **PATIENT)
    config = Config()
    reading = read_runs(find_inputs([source]), config.dicom, config.video)
    runs = reading.runs
    for run in runs:
        outline = Outline(run.sop_instance_uid, 0, Site.VERTEBRA, "L3", corners)
        analysed, _ = analyse_run(
            run, (outline,), config, tmp_path / "out", "0.1.0", lambda _: None, dicom=True
        )
        assert analysed.error == ""
        folder = tmp_path / "out" / "runs" / run.sop_instance_uid / "dicom"
        written = {path.stem for path in folder.iterdir()}
        assert {"report", "overlay", "presentation", "segmentation"} <= written
        for path in folder.iterdir():
            assert _errors(path) == []
        groups = dcmread(folder / "segmentation.dcm").PerFrameFunctionalGroupsSequence
        last = groups[-1].DerivationImageSequence[0].SourceImageSequence[0]
        classes = _classes_referred_to(folder)
        assert classes == {str(dcmread(run.paths[0], stop_before_pixels=True).SOPClassUID)}
        if flavour == "singles":
            final = dcmread(run.paths[-1], stop_before_pixels=True)
            assert last.ReferencedSOPInstanceUID == final.SOPInstanceUID
            assert "ReferencedFrameNumber" not in last
        else:
            numbers = run.frame_numbers or range(run.frames)
            assert last.ReferencedFrameNumber == numbers[-1] + 1
    assert runs, reading.rest


def _classes_referred_to(folder: Path) -> set[str]:
    return {
        str(element.value)
        for path in folder.iterdir()
        for element in dcmread(path).iterall()
        if element.keyword == "ReferencedSOPClassUID"
    }


def _errors(path: Path) -> list[str]:
    if shutil.which("dciodvfy") is None:
        return []
    done = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True, check=False, timeout=60)
    return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]
