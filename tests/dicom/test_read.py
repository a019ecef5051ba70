from __future__ import annotations

import warnings

import numpy as np
import pytest
from pydicom import uid
from pydicom.dataset import Dataset

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.nouns import Plane

CONFIG = DicomConfig()


def test_complete_file_is_read_without_a_warning(write_xa, scene):
    run = read_run(write_xa(scene, bits_stored=12), CONFIG)
    assert (run.frames, run.rows, run.columns, run.modality, run.plane) == (4, 24, 32, "XA", Plane.SINGLE)
    assert run.sop_instance_uid == "2.25.1001"
    assert run.geometry.pixel_mm == pytest.approx((0.3, 0.3))
    assert run.warnings == ()
    assert run.tags["ImageType"] == r"ORIGINAL\PRIMARY\SINGLE PLANE"


def test_planes_know_each_other(write_xa, scene):
    purpose, other = Dataset(), Dataset()
    purpose.CodeValue, purpose.CodingSchemeDesignator = "121314", "DCM"
    other.ReferencedSOPInstanceUID = "2.25.77"
    other.PurposeOfReferenceCodeSequence = [purpose]
    path = write_xa(scene, ImageType=["ORIGINAL", "PRIMARY", "BIPLANE B"], ReferencedImageSequence=[other])
    run = read_run(path, CONFIG)
    assert (run.plane, run.partners) == (Plane.B, ("2.25.77",))


REFUSED = {
    "ct": ({"SOPClassUID": uid.CTImageStorage, "Modality": "CT"}, NotFluoroscopy, "'CT Image Storage'"),
    "one frame": ({"NumberOfFrames": 1}, NotFluoroscopy, r"Number of Frames \(0028,0008\) is 1, too few"),
    "no pixels": ({"PixelData": None}, InputError, r"Pixel Data \(7FE0,0010\) is missing"),
    "more frames": ({"NumberOfFrames": 5}, InputError, r"is 5, but .* holds only 4 whole frames"),
    "huge": ({"Rows": 46341, "Columns": 46341}, InputError, r"Rows \(0028,0010\) is 46341, over the limit"),
    "large": ({"Rows": 4000, "Columns": 4000}, InputError, "holds only 0 whole frames"),
    "too long": ({"NumberOfFrames": 2000000000}, InputError, "is 2000000000, over the limit of 100000"),
    "no rows": ({"Rows": None}, InputError, r"Rows \(0028,0010\) is missing"),
    "zero rows": ({"Rows": 0}, InputError, r"Rows \(0028,0010\) is 0"),
    "negative": ({"NumberOfFrames": b"-3"}, InputError, r"Number of Frames \(0028,0008\) is -3"),
    "word": ({"NumberOfFrames": b"many"}, InputError, r"must be one whole number, not 'many'"),
    "not a number": ({"NumberOfFrames": b"nan "}, InputError, "must be one whole number, not 'nan'"),
    "two": ({"NumberOfFrames": b"2\\3 "}, InputError, r"must be one whole number"),
    "bits": ({"BitsStored": 17}, InputError, r"Bits Stored \(0028,0101\) is 17"),
    "32 bits": ({"BitsAllocated": 32}, InputError, r"Bits Allocated \(0028,0100\) must be 8 or 16, not 32"),
    "high bit": ({"BitsStored": 12, "HighBit": 3}, InputError, r"High Bit \(0028,0102\) is 3"),
    "colour": ({"SamplesPerPixel": 3}, InputError, r"Samples per Pixel \(0028,0002\) is 3, but .* has 1"),
    "palette": ({"PhotometricInterpretation": "PALETTE COLOR"}, InputError, "the palette cannot be read"),
    "no uid": ({"SOPInstanceUID": None}, InputError, r"SOP Instance UID \(0008,0018\) is missing"),
    "path": ({"SOPInstanceUID": b"../../etc "}, InputError, "no UID to file results under"),
    "no clock": ({"FrameTime": None}, InputError, r"Frame Time \(0018,1063\) is missing"),
}


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_sentence_that_names_the_file(write_xa, scene, case, syntax):
    elements, kind, phrase = REFUSED[case]
    path = write_xa(scene, syntax=syntax, **elements)
    with pytest.raises(kind, match=phrase) as caught:
        read_run(path, CONFIG)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("other", "name"), [("1.2.840.10008.1.2.4.95", "JPIP"), ("1.2.840.10008.1.2.4.8x", "1")]
)
def test_syntax_without_decoder_is_named(write_xa, scene, other, name):
    path = write_xa(scene, syntax=uid.JPEGLSLossless, bits_stored=12)
    data = path.read_bytes()
    assert data.count(b"1.2.840.10008.1.2.4.80") == 1
    path.write_bytes(data.replace(b"1.2.840.10008.1.2.4.80", other.encode()))
    with pytest.raises(InputError, match=rf"Transfer Syntax UID \(0002,0010\) is '{name}.*no decoder"):
        read_run(path, CONFIG)


@pytest.mark.parametrize("fragments", [1, 3])
@pytest.mark.parametrize("table", ["basic", "none"])
def test_truncated_compressed_file_says_what_it_holds(write_xa, scene, table, fragments):
    path = write_xa(scene, syntax=uid.JPEGLSLossless, bits_stored=12, table=table, fragments=fragments)
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(InputError, match=r"is 4, but Pixel Data \(7FE0,0010\) holds only 3 whole frames"):
        read_run(path, CONFIG)


def test_deflated_claim_beyond_what_deflate_can_hold_is_refused(write_xa):
    flat = np.zeros((2, 16, 16), np.uint16)
    path = write_xa(flat, syntax=uid.DeflatedExplicitVRLittleEndian, NumberOfFrames=90_000)
    with pytest.raises(InputError, match="whole frames"):
        read_run(path, CONFIG)


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 128 + b"DICM", b"\x08\0\x05\0CS\xff\xff", b"not dicom" * 99]
)
def test_broken_files_do_not_crash(tmp_path, content):
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(InputError, match="broken: "):
        read_run(path, CONFIG)


def test_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match=r"gone\.dcm: cannot be read \(No such file"):
        read_run(tmp_path / "gone.dcm", CONFIG)


def test_every_prefix_of_a_file_is_read_or_refused(write_xa, scene):
    path = write_xa(scene[:, :8, :8], syntax=uid.JPEGLSLossless, bits_stored=12)
    whole = path.read_bytes()
    for length in range(0, len(whole), 23):
        path.write_bytes(whole[:length])
        with pytest.raises(InputError):
            read_run(path, CONFIG)


def test_no_damaged_byte_crashes(write_xa, scene):
    path = write_xa(scene[:, :8, :8], syntax=uid.JPEGLSLossless, bits_stored=12)
    whole = path.read_bytes()
    rng = np.random.default_rng(11)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[int(rng.integers(132, len(whole)))] = int(rng.integers(0, 256))
        path.write_bytes(damaged)
        try:
            read_run(path, CONFIG)
        except InputError:
            refused += 1
    assert 0 < refused < 300


def test_breaches_are_counted_but_not_shown(write_xa, scene):
    path = write_xa(scene, syntax=uid.ImplicitVRLittleEndian, Manufacturer=b"x" * 90)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = read_run(path, CONFIG)
    assert any("breaks DICOM's rules" in warning for warning in run.warnings)


def test_patient_data_are_never_read(write_xa, scene):
    path = write_xa(scene, PatientName="Doe^Jane", PatientID="4711", PatientBirthDate="19500101")
    run = read_run(path, CONFIG)
    assert not any(word in repr(run) for word in ("Doe", "4711", "19500101"))


def test_patient_data_are_not_in_a_refusal(write_xa, scene):
    path = write_xa(scene, PatientName="Doe^Jane", Rows=b"\xff\xff\xff")
    with pytest.raises(InputError) as caught:
        read_run(path, CONFIG)
    assert "Doe" not in str(caught.value)


def test_lossy_compression_is_said(write_xa, scene):
    run = read_run(write_xa(scene, LossyImageCompression="01"), CONFIG)
    assert any("Lossy Image Compression (0028,2110) is 01" in warning for warning in run.warnings)


def test_run_without_study_stands_alone(write_xa, scene):
    run = read_run(write_xa(scene, StudyInstanceUID=None), CONFIG)
    assert run.study_instance_uid == run.sop_instance_uid
    assert any("Study Instance UID (0020,000D) is missing" in warning for warning in run.warnings)


def test_capture_of_a_run_is_read(write_xa, scene):
    kind = uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage
    assert read_run(write_xa(scene, SOPClassUID=kind, Modality="RF"), CONFIG).modality == "RF"
