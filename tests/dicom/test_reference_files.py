from __future__ import annotations

import tracemalloc

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom import uid

from leakwatch.config.dicom import DicomConfig
from leakwatch.config.video import VideoConfig
from leakwatch.dicom.find import find_inputs
from leakwatch.dicom.frames import iter_stored_frames
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.imaging.attenuation import to_frame
from leakwatch.source.runs import read_runs

from .reference_files import READABLE, REFUSED, RELABELLED

pytestmark = pytest.mark.shared
# single pictures have no clock
SINGLES = DicomConfig(min_frames=1, frame_time_ms=100)


@pytest.fixture
def xray(shared_dir):
    return shared_dir / "data" / "xray"


@pytest.mark.parametrize("expected", READABLE, ids=lambda expected: expected.path)
def test_run_is_read(xray, expected):
    run = read_run(xray / expected.path, DicomConfig())
    assert (run.frames, (run.rows, run.columns)) == (expected.frames, expected.size)
    assert run.times_s[1] == pytest.approx(expected.second_time_s)
    assert run.geometry.pixel_mm == pytest.approx(expected.pixel_mm)
    assert run.intensity.relationship is expected.relationship
    assert run.intensity.calibration is expected.calibration
    assert not run.intensity.subtracted
    assert any(expected.said in warning for warning in run.warnings)
    count = 0
    for stored in iter_stored_frames(run):
        if count == 0:
            assert tuple(stored.pixels[100, 100:103]) == pytest.approx(expected.pixels, abs=1)
        frame = to_frame(stored, run)
        assert np.isfinite(frame.attenuation).all()
        assert frame.valid.mean() > 0.7
        count += 1
    assert count == expected.frames


@pytest.mark.parametrize("expected", REFUSED, ids=lambda expected: expected.path)
def test_file_is_refused_in_one_sentence(xray, expected):
    with pytest.raises(NotFluoroscopy) as caught:
        read_run(xray / expected.path, DicomConfig())
    assert expected.phrase in str(caught.value)
    assert str(xray / expected.path) in str(caught.value)


def test_table_is_complete(xray):
    on_disk = {str(path.relative_to(xray)) for path in find_inputs([xray]).files}
    assert on_disk == {entry.path for entry in READABLE + REFUSED}


def test_folder_as_a_whole_gives_the_same_runs_and_loses_no_file(xray):
    reading = read_runs(find_inputs([xray]), DicomConfig(), VideoConfig())
    assert [run.paths for run in reading.runs] == [(xray / expected.path,) for expected in READABLE]
    assert sorted(one.path for one in reading.rest) == sorted(xray / expected.path for expected in REFUSED)
    # six files share a series, and nothing says when each was taken: no run can be made of them
    assert any(
        one.path.parent.name == "WG04_XA1" and "no usable frame times" in one.why for one in reading.rest
    )
    assert all("\n" not in one.why for one in reading.rest)


@pytest.mark.parametrize("single", [entry.path for entry in REFUSED if entry.single])
def test_single_pictures_decode_where_they_are_allowed(xray, single):
    run = read_run(xray / single, SINGLES)
    (frame,) = iter_stored_frames(run)
    assert frame.pixels.shape == (run.rows, run.columns)
    assert frame.pixels.max() < 2**run.intensity.bits_stored


@pytest.mark.parametrize("name", ["J2KR", "JLSL", "JPLL", "RLE"])
def test_lossless_versions_of_one_picture_are_one_picture(xray, name):
    def pixels(path):
        return next(iter_stored_frames(read_run(xray / f"WG04_XA1/XA1_{path}.dcm", SINGLES))).pixels

    np.testing.assert_array_equal(pixels(name), pixels("UNC"))


@pytest.mark.parametrize("name", ["J2KI", "JLSN", "JPLY"])
def test_lossy_versions_of_one_picture_come_close(xray, name):
    def pixels(path):
        return next(iter_stored_frames(read_run(xray / f"WG04_XA1/XA1_{path}.dcm", SINGLES))).pixels.astype(
            int
        )

    assert np.abs(pixels(name) - pixels("UNC")).mean() < 12


@pytest.mark.parametrize("path", RELABELLED)
def test_other_kinds_called_xa_are_read_or_refused_within_bounded_memory(xray, path, tmp_path):
    copy = tmp_path / "relabelled"
    dataset = pydicom.dcmread(xray / path, force=True)
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = uid.XRayAngiographicImageStorage
    dataset.save_as(copy)
    del dataset
    tracemalloc.start()
    try:
        frames = list(iter_stored_frames(read_run(copy, SINGLES)))
        said = ""
    except InputError as error:
        frames, said = [], str(error)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert RELABELLED[path] in said
    assert (said == "") == (RELABELLED[path] == "")
    assert (len(frames) > 0) == (said == "")
    assert peak < 64 << 20


def test_decoders_agree_with_the_maker_of_the_development_set(shared_dir):
    run = read_run(shared_dir / "devset" / "dev1-lateral" / "dicom" / "runA.dcm", DicomConfig())
    assert run.partners == ("2.25.1217915805640044778604056289316956867",)
    whole = pydicom.dcmread(run.paths[0])
    fragments = pydicom.encaps.generate_frames(whole.PixelData, number_of_frames=90)
    for stored, codestream in zip(iter_stored_frames(run), fragments, strict=True):
        np.testing.assert_array_equal(stored.pixels, imagecodecs.jpegls_decode(codestream))
