"""What becomes of every file, whatever the others are."""

from __future__ import annotations

import warnings

import pytest
from pydicom import uid

from leakwatch.config.dicom import DicomConfig
from leakwatch.config.video import VideoConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.source import runs
from leakwatch.source.runs import Fate, read_runs


def read(*paths):
    return read_runs(find_inputs(paths), DicomConfig(), VideoConfig())


def test_every_file_has_a_fate_in_the_order_found(write_xa, scene, tmp_path):
    write_xa(scene, "in/a run", SOPInstanceUID="2.25.1")
    write_xa(scene, "in/b ct", SOPClassUID=uid.CTImageStorage, Modality="CT")
    (tmp_path / "in" / "c broken").write_bytes((tmp_path / "in" / "a run").read_bytes()[:600])
    write_xa(scene, "in/d again", SOPInstanceUID="2.25.1")
    write_xa(scene[:1], "in/e single", SOPInstanceUID="2.25.2")
    write_xa(scene, "in/f run", SOPInstanceUID="2.25.3")
    (tmp_path / "in" / "g text").write_text("nothing")
    reading = read(tmp_path / "in")
    assert [run.paths[0].name for run in reading.runs] == ["a run", "f run"]
    assert [(one.path.name, one.fate) for one in reading.rest] == [
        ("b ct", Fate.OTHER),
        ("c broken", Fate.FAILED),
        ("d again", Fate.DUPLICATE),
        ("e single", Fate.OTHER),
    ]
    assert reading.rest[2].sop_instance_uid == "2.25.1"
    assert "is the same run as" in reading.rest[2].why
    assert [path.name for path in reading.ignored] == ["g text"]


def test_run_of_single_frames_stands_where_its_first_file_does(write_xa, scene, tmp_path):
    for number, name in enumerate(["b", "d", "e"]):
        write_xa(
            scene[:1],
            f"in/{name}",
            SOPInstanceUID=f"2.25.5{number}",
            AcquisitionDate="20260101",
            AcquisitionTime=f"12000{number}",
        )
    for name in "acf":
        write_xa(scene, f"in/{name}", SOPInstanceUID=f"2.25.6{ord(name)}", SeriesInstanceUID="2.25.7")
    reading = read(tmp_path / "in")
    assert ["".join(path.name for path in run.paths) for run in reading.runs] == ["a", "bde", "c", "f"]


def test_file_of_another_kind_that_was_named_is_an_error(write_xa, scene):
    path = write_xa(scene, SOPClassUID=uid.CTImageStorage, Modality="CT")
    (rest,) = read(path).rest
    assert (rest.fate, "not a fluoroscopy run" in rest.why) == (Fate.FAILED, True)


def test_named_file_that_is_no_recording_is_one_sentence(tmp_path):
    (tmp_path / "note").write_text("nothing at all")
    (tmp_path / "empty").touch()
    said = [one.why for one in read(tmp_path / "note", tmp_path / "empty").rest]
    assert said == [
        f"{tmp_path / 'note'}: is not a DICOM file",
        f"{tmp_path / 'empty'}: is empty, not a DICOM file",
    ]


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError, OSError])
def test_fault_nobody_foresaw_costs_one_file_and_quotes_nothing(
    write_xa, scene, tmp_path, monkeypatch, error
):
    write_xa(scene, "in/a", SOPInstanceUID="2.25.1")
    write_xa(scene, "in/b", SOPInstanceUID="2.25.2")
    real = runs.read_member

    def read_member(path, config):
        if path.name == "a":
            raise error("Doe^Jane")
        return real(path, config)

    monkeypatch.setattr(runs, "read_member", read_member)
    reading = read(tmp_path / "in")
    assert [run.sop_instance_uid for run in reading.runs] == ["2.25.2"]
    assert [one.why for one in reading.rest] == [
        f"{tmp_path / 'in' / 'a'}: the header cannot be read ({error.__name__})"
    ]


def test_parser_neither_prints_nor_logs_what_it_reads(write_xa, scene, caplog):
    path = write_xa(
        scene, syntax=uid.ImplicitVRLittleEndian, ImageType=b"Doe^Jane lower case", FrameTime=b"Doe"
    )
    with warnings.catch_warnings(), caplog.at_level("DEBUG"):
        warnings.simplefilter("error")
        caplog.clear()
        read(path)
    assert "Doe" not in caplog.text
