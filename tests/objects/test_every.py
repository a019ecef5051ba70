"""What holds for each of the objects."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from leakwatch.notice import RESEARCH_USE

from .conftest import Written, analyse

pytestmark = pytest.mark.slow
NAMES = ("report", "segmentation", "overlay", "presentation", "key-objects")


@pytest.mark.parametrize("name", NAMES)
def test_a_validator_finds_no_error(name: str, leaking: Written) -> None:
    if shutil.which("dciodvfy") is None:
        pytest.skip("dicom3tools is not installed")
    done = subprocess.run(
        ["dciodvfy", "-new", leaking.path(name)], capture_output=True, text=True, check=False, timeout=60
    )
    said = (done.stdout + done.stderr).splitlines()
    assert [line for line in said if line.startswith("Error")] == []
    assert said  # it names the object at least


@pytest.mark.parametrize("name", ["report", "key-objects"])
def test_dcmtk_reads_the_documents(name: str, leaking: Written) -> None:
    if shutil.which("dsrdump") is None:
        pytest.skip("dcmtk is not installed")
    done = subprocess.run(
        ["dsrdump", "+Pl", leaking.path(name)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "XA image" in done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_it_belongs_to_the_runs_patient_and_study(name: str, leaking: Written) -> None:
    source, result = dcmread(leaking.run_file, stop_before_pixels=True), leaking.read(name)
    for keyword in ("PatientName", "PatientID", "StudyInstanceUID", "StudyDate", "AccessionNumber"):
        assert result.get(keyword, "") == source.get(keyword, ""), keyword
    assert source.PatientID
    assert result.SeriesInstanceUID != source.SeriesInstanceUID
    assert result.SOPInstanceUID != source.SOPInstanceUID
    assert (result.ContentDate, result.ContentTime) == (source.ContentDate, source.ContentTime)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_who_made_it_and_what_it_is_not_for(name: str, leaking: Written) -> None:
    # the library that writes some of them names itself as well
    everyone = leaking.read(name).ContributingEquipmentSequence
    (made_by,) = [one for one in everyone if one.Manufacturer == "leakwatch"]
    assert made_by.SoftwareVersions == "0.1.0"
    assert made_by.ContributionDescription == RESEARCH_USE


def test_each_has_a_series_and_a_uid_of_its_own(leaking: Written) -> None:
    objects = [leaking.read(name) for name in NAMES]
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "SeriesNumber"):
        assert len({str(one[keyword].value) for one in objects}) == len(NAMES), keyword


def test_every_reference_is_to_the_run(leaking: Written) -> None:
    uid = leaking.analysed.run.sop_instance_uid

    def references(dataset: Dataset) -> set[str]:
        found = set()
        for element in dataset.iterall():
            if element.keyword == "ReferencedSOPInstanceUID":
                found.add(str(element.value))
        return found

    for name in NAMES:
        assert references(leaking.read(name)) == {uid}, name


def test_the_same_analysis_writes_the_same_bytes(leaking: Written, tmp_path: Path) -> None:
    again = analyse(tmp_path / "case", tmp_path / "out", "lateral")
    for name in NAMES:
        assert again.path(name).read_bytes() == leaking.path(name).read_bytes(), name


def test_what_there_is_nothing_to_say_in_is_not_written(quiet: Written) -> None:
    written = {path.stem for path in (quiet.folder / "dicom").iterdir()}
    assert written == {"report", "overlay", "presentation"}
    assert quiet.analysed.error == ""
