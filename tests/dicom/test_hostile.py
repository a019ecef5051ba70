"""Files and folders made to do harm: one sentence each, bounded memory, and the rest goes on."""

from __future__ import annotations

import os
import resource
import socket
import struct
import subprocess
import sys
import tracemalloc
import zlib

import numpy as np
import pydicom
import pytest
from pydicom import uid
from pydicom.dataset import Dataset

from leakwatch.config.dicom import DicomConfig
from leakwatch.config.video import VideoConfig
from leakwatch.dicom import guard
from leakwatch.dicom.find import find_inputs
from leakwatch.source.runs import Fate, read_runs

PATIENT = "Doe^Jane"
CONFIG = DicomConfig()
DEFLATED = uid.DeflatedExplicitVRLittleEndian


def read(path):
    return read_runs(find_inputs([path]), CONFIG, VideoConfig())


def pixels_at(content):
    """Where the Pixel Data element of an explicit VR file begins."""
    return content.index(b"\xe0\x7f\x10\x00OW")


def element(tag, vr, value, length=None):
    size = len(value) if length is None else length
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr)
    long = vr in (b"OB", b"OW", b"SQ", b"UN", b"UT")
    return head + (struct.pack("<HL", 0, size) if long else struct.pack("<H", size)) + value


def nested(depth, defined):
    """A sequence in a sequence in a sequence, ..."""
    if not defined:
        return (
            element(0x00286100, b"SQ", b"\xfe\xff\x00\xe0\xff\xff\xff\xff", 0xFFFFFFFF) * depth
            + (b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0") * depth
        )
    value = b""
    for _ in range(depth):
        value = element(0x00286100, b"SQ", b"\xfe\xff\x00\xe0" + struct.pack("<L", len(value)) + value)
    return value


HUGE = 0xFFFFFFF0
SPOILT = {
    "element of gigabytes": element(0x00283006, b"OW", b"", HUGE),
    "wanted element of gigabytes": element(0x00286100, b"SQ", b"", HUGE),
    "element without an end": element(0x00330010, b"OB", b"", 0xFFFFFFFF),
    "sequence without an end": element(0x00330010, b"SQ", b"", 0xFFFFFFFF),
    "nested without lengths": nested(3000, defined=False),
    "nested with lengths": nested(3000, defined=True),
    "nested and cut off": nested(3000, defined=False)[:5000],
    "too many elements": b"".join(element(0x00330000 + i % 7, b"LO", b"") for i in range(150_000)),
    "items without number": element(0x00330010, b"SQ", b"\xfe\xff\x00\xe0\0\0\0\0" * 300_000, 0xFFFFFFFF),
}
REFUSED = set(SPOILT) - {"nested with lengths"}


@pytest.fixture
def batch(write_xa, scene, tmp_path):
    """A folder with one sound run, and a way to put one spoilt file beside it."""
    write_xa(scene, "in/sound", SOPInstanceUID="2.25.99", PatientName=PATIENT, PatientID="4711")

    def read_beside(content, expected=Fate.FAILED):
        path = tmp_path / "in" / "spoilt"
        if content is not None:
            path.write_bytes(content)
        tracemalloc.start()
        reading = read(tmp_path / "in")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 100 << 20
        assert "2.25.99" in [run.sop_instance_uid for run in reading.runs]
        said = [one.why for one in reading.rest] + [text for run in reading.runs for text in run.warnings]
        for sentence in said:
            assert "\n" not in sentence
            assert "Traceback" not in sentence
            assert not any(word in sentence for word in ("Doe", "Jane", "4711"))
        if expected is None:
            return None
        (rest,) = reading.rest
        assert (rest.path, rest.fate) == (path, expected)
        assert rest.why.startswith(f"{path}: ")
        return rest.why

    return read_beside


@pytest.fixture
def sound(write_xa, scene):
    """The bytes of a sound file, written as asked."""

    def content(**elements):
        return write_xa(
            scene, "other", **{"PatientName": PATIENT, "PatientID": "4711", **elements}
        ).read_bytes()

    return content


@pytest.mark.parametrize("what", SPOILT)
def test_header_that_claims_too_much(batch, sound, monkeypatch, what):
    monkeypatch.setattr(guard, "HEADER_READS", 50_000)
    whole = sound()
    where = pixels_at(whole)
    content = whole[:where] + SPOILT[what] + whole[where:]
    why = batch(content, Fate.FAILED if what in REFUSED else None)
    assert why is None or "can" in why or "missing" in why


@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, DEFLATED])
def test_cut_off_anywhere(batch, sound, syntax):
    whole = sound(syntax=syntax)
    for length in [*range(133, 1000, 97), len(whole) - 1]:
        batch(whole[:length], None)
    # what a deflated file holds is known when its frames are read
    batch(whole[: len(whole) // 2], None if syntax == DEFLATED else Fate.FAILED)


def test_explicit_that_is_implicit_is_read(batch, write_xa, scene, tmp_path):
    path = write_xa(scene, "in/spoilt", syntax=uid.ImplicitVRLittleEndian, PatientName=PATIENT)
    content = path.read_bytes()
    wrong = uid.ExplicitVRLittleEndian.encode()
    right = uid.ImplicitVRLittleEndian.encode().ljust(18, b"\0") + b"\0\0"
    stated = content.index(uid.ImplicitVRLittleEndian.encode())
    # one UID is two bytes longer than the other, and the lengths before it say so
    meta = bytearray(content[: stated - 2] + struct.pack("<H", len(wrong) + 1) + wrong + b"\0")
    rest = content[stated + len(right) - 2 :]
    struct.pack_into("<L", meta, 140, struct.unpack_from("<L", meta, 140)[0] + 2)
    path.write_bytes(bytes(meta) + rest)
    assert pydicom.filereader.read_file_meta_info(path).TransferSyntaxUID == uid.ExplicitVRLittleEndian
    reading = read(tmp_path / "in")
    by_name = {run.paths[0].name: run for run in reading.runs}
    assert by_name["spoilt"].frames == 4
    assert any("breaks DICOM's rules" in warning for warning in by_name["spoilt"].warnings)


@pytest.mark.parametrize(
    ("claimed", "phrase"),
    [(uid.JPEGLSLossless, "which 'JPEG-LS Lossless Image Compression' forbids"), (DEFLATED, "corrupt")],
)
def test_native_pixels_called_something_else(batch, sound, claimed, phrase):
    content = sound(syntax=uid.ImplicitVRLittleEndian if claimed == DEFLATED else uid.ExplicitVRLittleEndian)
    plain = pydicom.uid.UID(
        uid.ImplicitVRLittleEndian if claimed == DEFLATED else uid.ExplicitVRLittleEndian
    ).encode()
    at = content.index(b"\x02\x00\x10\x00UI")
    end = at + 8 + struct.unpack_from("<H", content, at + 6)[0]
    assert content[at + 8 : end].strip(b"\0") == plain
    value = claimed.encode() + b"\0" * (len(claimed) % 2)
    why = batch(content[:at] + element(0x00020010, b"UI", value) + content[end:])
    assert phrase in why


def deflated(content, body):
    """The file meta information of a deflated file, and another body."""
    start = 144 + int.from_bytes(content[140:144], "little")
    squeeze = zlib.compressobj(9, wbits=-15)
    return content[:start] + b"".join(squeeze.compress(part) for part in body) + squeeze.flush()


def test_bomb_in_a_deflated_header(batch, sound):
    content = sound(syntax=DEFLATED)
    claim = b"\x09\x00\x01\x10OB\0\0" + (300 << 20).to_bytes(4, "little")
    assert len(content) < 1 << 20
    batch(deflated(content, [claim, *[bytes(1 << 20)] * 300]))


def test_bomb_in_deflated_pixels(batch, write_xa):
    flat = np.zeros((200, 512, 512), np.uint16)
    whole = write_xa(flat, "other", syntax=DEFLATED, PatientName=PATIENT).read_bytes()
    assert len(whole) < 1 << 20
    why = batch(whole)
    assert "Number of Frames (0028,0008) is 200, more than 100 times the size" in why


NONSENSE = {
    "rate that is no number": {"FrameTime": b"nan ", "CineRate": b"inf "},
    "angle that is no number": {"PositionerPrimaryAngle": b"NaN ", "DistanceSourceToDetector": b"-inf"},
    "overlong": {"Manufacturer": b"x" * 9_000, "FrameTime": b"1" * 9_000},
    "letters": {"Rows": b"\xff\xff\xff\xff", "ImageType": b"\x1b[2J\n\r\0"},
    "frames": {"NumberOfFrames": b"99999999999999999999999999999999"},
    "negative frames": {"NumberOfFrames": b"-1"},
    "half a frame": {"NumberOfFrames": b"2.5 "},
    "instance": {"NumberOfFrames": None, "InstanceNumber": b"1e308", "TriggerTime": b"1e300"},
    "exponent": {"NumberOfFrames": b"1e400"},
    "time": {"AcquisitionTime": b"999999", "AcquisitionDateTime": b"0000", "ContentDate": b"\xff\xff"},
}


@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian])
@pytest.mark.parametrize("what", NONSENSE)
def test_values_that_are_nonsense(batch, sound, what, syntax):
    batch(sound(syntax=syntax, **NONSENSE[what]), None)


def test_values_that_are_nonsense_and_needed_are_named(batch, sound):
    assert "'2.5'" in batch(sound(NumberOfFrames=b"2.5 "))
    assert "Number of Frames (0028,0008)" in batch(sound(NumberOfFrames=b"9" * 40))
    assert "Frame Time (0018,1063)" in batch(sound(FrameTime=b"nan "))


def test_patient_in_the_wrong_place_is_not_quoted(batch, sound):
    """A sequence that holds the patient, where a number is wanted."""
    inner = Dataset()
    inner.PatientName = PATIENT
    batch(sound(ReferencedImageSequence=[inner], DerivationCodeSequence=[inner]), None)
    content = sound()
    where = pixels_at(content)
    spoilt = content[:where] + element(0x00283000, b"SQ", PATIENT.encode() * 9) + content[where:]
    batch(spoilt, None)


def test_what_is_no_file_is_not_opened(batch, tmp_path):
    folder = tmp_path / "in"
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        if os.geteuid() == 0:
            os.mknod(folder / "device", 0o666 | 0o020000, os.makedev(1, 5))
        (folder / "loop").symlink_to(folder)
        (folder / "nowhere").symlink_to(folder / "nowhere")
        (folder / "out").symlink_to("/")
        (folder / "empty").touch()
        reading = read(folder)
    assert len(reading.runs) == 1
    assert reading.rest == ()
    ignored = {path.name for path in reading.ignored}
    assert ignored >= {"pipe", "socket", "loop", "nowhere", "out", "empty"}


@pytest.mark.parametrize(
    "name", [b"line\nfeed", b"\x1b[31mred", b"\xff\xfe", "na\u00efve \u202e".encode(), b"-rf", b"%s{}"]
)
def test_names_with_odd_letters(batch, write_xa, scene, tmp_path, name):
    folder = os.fsencode(tmp_path / "in")
    broken = write_xa(scene, "other").read_bytes()[:700]
    with open(os.path.join(folder, name), "wb") as file:  # noqa: PTH118, PTH123 the name is bytes
        file.write(broken)
    reading = read(tmp_path / "in")
    assert len(reading.runs) == 1
    (rest,) = reading.rest
    assert rest.why.isprintable()
    rest.why.encode()


def test_file_that_vanished_after_it_was_listed(write_xa, scene, tmp_path):
    write_xa(scene, "in/a", SOPInstanceUID="2.25.1")
    write_xa(scene, "in/b", SOPInstanceUID="2.25.2")
    found = find_inputs([tmp_path / "in"])
    (tmp_path / "in" / "a").unlink()
    reading = read_runs(found, CONFIG, VideoConfig())
    assert [run.sop_instance_uid for run in reading.runs] == ["2.25.2"]
    assert reading.rest[0].why == f"{tmp_path / 'in' / 'a'}: cannot be read (No such file or directory)"


def test_folder_that_vanished_while_it_was_searched(tmp_path, monkeypatch):
    (tmp_path / "in" / "gone").mkdir(parents=True)
    real = os.scandir

    def scandir(path):
        if path.name == "gone":
            path.rmdir()
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    (trouble,) = find_inputs([tmp_path / "in"]).unreadable
    assert trouble.why == f"{tmp_path / 'in' / 'gone'}: cannot be listed (No such file or directory)"


SPARSE = """
import resource, sys
from pathlib import Path
from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.source.runs import read_runs
config = Config()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reading = read_runs(find_inputs([Path(name) for name in sys.argv[1:]]), config.dicom, config.video)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, len(reading.runs))
print(*(one.why for one in reading.rest), sep="\\n")
"""


def test_gigabytes_of_nothing(sound, tmp_path):
    """A sparse file of zeros, and a header that goes on into one, as a copy cut short leaves it."""
    zeros, header = tmp_path / "zeros", tmp_path / "header"
    zeros.touch()
    content = sound()
    header.write_bytes(content[: pixels_at(content)])
    for path in (zeros, header):
        os.truncate(path, 2 << 30)
    child = subprocess.run(
        [sys.executable, "-c", SPARSE, str(zeros), str(header)], capture_output=True, text=True, check=True
    )
    figures, *said = child.stdout.splitlines()
    growth, runs = map(int, figures.split())
    unit = 1 if sys.platform == "darwin" else 1024
    assert growth * unit < 64 << 20
    assert runs == 0
    assert said == [
        f"{zeros}: is not a DICOM file",
        f"{header}: Pixel Data (7FE0,0010) is missing",
    ]
    assert child.stderr == ""


def test_open_files_are_given_back(batch, sound, tmp_path):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    content = sound()
    for number in range(100):
        (tmp_path / "in" / f"broken{number}").write_bytes(content[: 400 + number])
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, limit[1]))
    try:
        reading = read(tmp_path / "in")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    assert len(reading.runs) == 1
    assert len(reading.rest) == 100
    assert not any("Too many open files" in one.why for one in reading.rest)
