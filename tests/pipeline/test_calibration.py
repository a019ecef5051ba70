"""What a run cannot support is left empty in its results, and said."""

import csv
import json

import pytest
from pydicom import dcmread

from leakwatch.config import Config
from leakwatch.config.dicom import DicomConfig
from leakwatch.config.report import ReportConfig
from leakwatch.dicom.read import read_run
from leakwatch.nouns import State
from leakwatch.outline.given import load_outlines
from leakwatch.pipeline.analyse_run import analyse_run
from leakwatch.simulate.testing import tiny_case

CONFIG = Config(report=ReportConfig(enabled=False))


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return tiny_case(tmp_path_factory.mktemp("case"), "lateral", frames=20, seed=5)


def analyse_as(case, folder, **elements):
    """Analyse the case's run with other elements; None removes one."""
    (path,) = (one for one in case.folder.rglob("*.dcm"))
    dataset = dcmread(path)
    for keyword, value in elements.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
    changed = folder / "changed.dcm"
    dataset.save_as(changed)
    run = read_run(changed, DicomConfig())
    outlines = load_outlines(next(iter(case.folder.rglob("*outline*.json"))))
    analysed, _ = analyse_run(run, outlines, CONFIG, folder / "out", "0", lambda _: None)
    written = folder / "out" / "runs" / run.sop_instance_uid
    with (written / "frames.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return analysed, rows, json.loads((written / "run.json").read_text())


def test_subtracted_run_is_left_undecided_and_says_so(case, tmp_path):
    analysed, rows, told = analyse_as(case, tmp_path, ImageType=["DERIVED", "PRIMARY", "SUBTRACTION"])
    assert analysed.state is State.NO_DECISION
    assert analysed.undecided_frames == analysed.frames == 20
    assert {(row["state"], row["reason"]) for row in rows} == {("no_decision", "subtracted")}
    assert {row["cement_area_mm2"] + row["leak_area_mm2"] + row["dx_mm"] for row in rows} == {""}
    assert told["intensity"]["subtracted"] is True
    assert told["smallest_detectable"]["volume_ul"] is None
    assert any("already subtracted from a mask" in warning for warning in told["warnings"])


def test_display_run_keeps_areas_and_has_no_size_or_volume(case, tmp_path):
    _, rows, told = analyse_as(case, tmp_path, PixelIntensityRelationship="DISP", ModalityLUTSequence=None)
    assert told["intensity"]["calibration"] == "display"
    assert any(row["cement_area_mm2"] for row in rows)
    smallest = told["smallest_detectable"]
    assert (smallest["diameter_mm"], smallest["volume_ul"]) == (None, None)
    assert "shaped for the eye" in smallest["reason"]


def test_calibrated_run_states_its_smallest_size(case, tmp_path):
    _, rows, told = analyse_as(case, tmp_path)
    assert told["intensity"]["calibration"] == "calibrated"
    assert any(row["cement_area_mm2"] for row in rows)
    assert told["smallest_detectable"]["volume_ul"] > 0
