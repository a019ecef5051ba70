from __future__ import annotations

import os

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import uid

from leakwatch.dicom.peek import HEAD_BYTES, Kind, Peek, judge, peek
from leakwatch.errors import NotFluoroscopy
from leakwatch.source.foreign import Foreign

PLAIN = [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian, uid.JPEGLSLossless]


@pytest.mark.parametrize("syntax", PLAIN)
def test_first_bytes_say_what_a_file_is(write_xa, scene, syntax):
    path = write_xa(scene, syntax=syntax, bits_stored=12, Modality="RF")
    seen = peek(path)
    assert (seen.kind, seen.sop_class, seen.modality) == (Kind.DICOM, uid.XRayAngiographicImageStorage, "RF")
    assert seen.syntax == syntax
    with path.open("rb") as source:
        pydicom.filereader.read_preamble(source, False)
        pydicom.filereader._read_file_meta_info(source)
        assert seen.dataset_start == source.tell()


@pytest.mark.parametrize("syntax", PLAIN[:3])
def test_file_without_meta_information_says_it_too(write_xa, scene, syntax, tmp_path):
    dataset = pydicom.dcmread(write_xa(scene, syntax=syntax, bits_stored=12))
    implicit, little = dataset.original_encoding
    del dataset.file_meta
    dataset.preamble = None
    pydicom.dcmwrite(tmp_path / "bare", dataset, implicit_vr=implicit, little_endian=little)
    seen = peek(tmp_path / "bare")
    assert (seen.sop_class, seen.modality) == (uid.XRayAngiographicImageStorage, "XA")


def test_what_was_not_seen_is_not_claimed(write_xa, scene):
    deflated = peek(write_xa(scene, syntax=uid.DeflatedExplicitVRLittleEndian, bits_stored=12))
    assert (deflated.sop_class, deflated.modality) == (uid.XRayAngiographicImageStorage, None)
    contradicting = write_xa(scene)
    content = contradicting.read_bytes()
    classes = uid.XRayAngiographicImageStorage.encode()
    assert content.count(classes) == 2
    contradicting.write_bytes(content.replace(classes, uid.XRayRadiofluoroscopicImageStorage.encode(), 1))
    assert peek(contradicting).sop_class is None


def test_missing_modality_is_known_to_be_missing(write_xa, scene):
    assert peek(write_xa(scene, Modality=None)).modality == ""


def test_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        peek(tmp_path / "pipe")


@given(head=st.binary(max_size=HEAD_BYTES), where=st.sampled_from(["as is", "DICM", "meta"]))
def test_no_bytes_do_any_harm(head, where):
    starts = {
        "as is": b"",
        "DICM": bytes(128) + b"DICM",
        "meta": bytes(128) + b"DICM\x02\0\0\0UL\4\0\0\0\0\0",
    }
    seen = judge(None, starts[where] + head)
    assert (seen.kind is Kind.DICOM) or where == "as is" or seen.kind is Kind.DIRECTORY


def foreign_sentence(seen):
    try:
        Foreign().check(seen)
    except NotFluoroscopy as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("sop_class", "modality", "phrase"),
    [
        (
            uid.CTImageStorage,
            "CT",
            "is 'CT Image Storage' and Modality (0008,0060) 'CT', not a fluoroscopy run",
        ),
        (uid.SecondaryCaptureImageStorage, "OT", "Modality (0008,0060) 'OT', not a fluoroscopy run"),
        (uid.CTImageStorage, "", "Modality (0008,0060) 'empty'"),
        (uid.SecondaryCaptureImageStorage, "XA", ""),
        (uid.XRayAngiographicImageStorage, "XA", ""),
        (None, "CT", ""),
        (uid.CTImageStorage, None, ""),
    ],
)
def test_foreign_files_get_the_full_readers_sentence(tmp_path, sop_class, modality, phrase):
    said = foreign_sentence(
        Peek(tmp_path / "one", Kind.DICOM, sop_class, modality, uid.ExplicitVRLittleEndian)
    )
    assert phrase in said
    assert bool(said) == bool(phrase)
    assert not said or said.startswith(f"{tmp_path / 'one'}: ")


def test_sentence_is_the_same_read_either_way(write_xa, scene):
    from leakwatch.config.dicom import DicomConfig
    from leakwatch.dicom.read import read_run

    path = write_xa(scene, SOPClassUID=uid.MRImageStorage, Modality="MR")
    content = path.read_bytes()
    classes = uid.XRayAngiographicImageStorage.encode(), uid.MRImageStorage.encode()
    # in the file meta information too, of the same length or else its group length would lie
    path.write_bytes(content.replace(classes[0], classes[1].ljust(len(classes[0]), b"\0")))
    with pytest.raises(NotFluoroscopy) as caught:
        read_run(path, DicomConfig())
    assert foreign_sentence(peek(path)) == str(caught.value)
