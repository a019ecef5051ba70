from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom import uid
from pydicom.data import get_testdata_files

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.content import is_dicom
from leakwatch.dicom.frames import DicomFrames
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.nouns import Calibration, Relationship

from .packaged_files import NOT_DICOM, PACKAGED, Empty, Kept

ROOT = Path(pydicom.__file__).parent / "data" / "test_files"
# single pictures have no clock
SINGLES = DicomConfig(min_frames=1, frame_time_ms=100)
LOSSY = ("JPEG-lossy", "JPGExtended", "JPEGLSNear", "SC_", "examples_", "GDCMJ2K", "ExplVR_BigEnd")


def test_table_is_complete():
    inside = [path for path in map(Path, get_testdata_files("**/*")) if ROOT in path.parents]
    files = {str(path.relative_to(ROOT)) for path in inside if path.is_file() and is_dicom(path)}
    directories = {path for path in files if Path(path).name.startswith("DICOMDIR")}
    assert files - directories == {entry.path for entry in PACKAGED}
    named = {str(path.relative_to(ROOT)) for path in inside if path.suffix == ".dcm"}
    assert named - files == set(NOT_DICOM)


@pytest.mark.parametrize("entry", PACKAGED, ids=lambda entry: entry.path)
def test_other_kinds_are_passed_over_by_name(entry):
    with pytest.raises(NotFluoroscopy) as caught:
        read_run(ROOT / entry.path, DicomConfig())
    assert str(caught.value).startswith(f"{ROOT / entry.path}: SOP Class UID (0008,0016) is ")
    assert entry.kind in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def called_xa(tmp_path):
    def relabel(path):
        dataset = pydicom.dcmread(ROOT / path, force=True)
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = uid.XRayAngiographicImageStorage
        dataset.setdefault("SOPInstanceUID", "2.25.7")
        dataset.preamble = dataset.preamble or b"\0" * 128
        dataset.save_as(tmp_path / "called-xa.dcm")
        return tmp_path / "called-xa.dcm"

    return relabel


@pytest.mark.parametrize("entry", [e for e in PACKAGED if isinstance(e, Kept)], ids=lambda entry: entry.path)
def test_picture_called_xa_is_read(called_xa, entry):
    run = read_run(called_xa(entry.path), SINGLES)
    assert (run.frames, (run.rows, run.columns)) == (entry.frames, entry.size)
    if run.frames > 1:
        assert run.times_s[1] == pytest.approx(entry.second_time_s)
    assert run.geometry.pixel_mm is None
    assert run.intensity.relationship is Relationship.OTHER
    assert run.intensity.calibration is Calibration.DISPLAY
    with DicomFrames(run) as frames:
        pictures = [stored.pixels for stored in frames]
    assert len(pictures) == entry.frames
    row, column = entry.size[0] // 2, 0 if entry.size[1] < 8 else entry.size[1] // 2
    found = pictures[0][row, column : column + 3].astype(int)
    assert tuple(found) == pytest.approx(entry.pixels, abs=entry.path.startswith(LOSSY))
    assert all(np.ptp(picture) > 0 for picture in pictures)


@pytest.mark.parametrize(
    "entry", [e for e in PACKAGED if isinstance(e, Empty) and e.phrase], ids=lambda entry: entry.path
)
def test_what_holds_no_picture_says_so_even_called_xa(called_xa, entry):
    path = called_xa(entry.path)

    def read():
        run = read_run(path, SINGLES)
        with DicomFrames(run) as frames:
            list(frames)

    with pytest.raises(InputError) as caught:
        read()
    assert entry.phrase in str(caught.value)
    assert "\n" not in str(caught.value)
