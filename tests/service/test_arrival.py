"""What an instance is, told from its header; files that lie or break are refused with a sentence."""

from __future__ import annotations

import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian, SegmentationStorage

from leakwatch.errors import InputError
from leakwatch.service.arrival import ArrivalKind, read_arrival

from .test_listen import Runs


def partner(uid: str, code: str) -> list[Dataset]:
    purpose, reference = Dataset(), Dataset()
    purpose.CodeValue, purpose.CodingSchemeDesignator, purpose.CodeMeaning = code, "DCM", "other plane"
    reference.ReferencedSOPInstanceUID = uid
    reference.PurposeOfReferenceCodeSequence = [purpose]
    return [reference]


def changed(path: Path, **values: object) -> Path:
    dataset = dcmread(path)
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.save_as(path)
    return path


def test_a_run_says_its_plane_and_its_partner(make_runs: Runs) -> None:
    (path,) = make_runs(1, ImageType=["ORIGINAL", "PRIMARY", "BIPLANE B"])
    arrival = read_arrival(changed(path, ReferencedImageSequence=partner("2.25.5", "121314")))
    assert (arrival.kind, arrival.plane, arrival.partners) == (ArrivalKind.RUN, "B", ("2.25.5",))
    assert arrival.is_biplane


def test_another_reference_is_no_partner(make_runs: Runs) -> None:
    arrival = read_arrival(changed(make_runs(1)[0], ReferencedImageSequence=partner("2.25.5", "121311")))
    assert arrival.partners == ()
    assert not arrival.is_biplane


@pytest.mark.parametrize(("manufacturer", "kind"), [("leakwatch", "own"), ("Someone", "outline")])
def test_a_result_of_ours_is_no_outline(make_runs: Runs, manufacturer: str, kind: str) -> None:
    path = changed(make_runs(1)[0], SOPClassUID=SegmentationStorage, Manufacturer=manufacturer)
    assert read_arrival(path).kind == kind


@pytest.mark.parametrize("keyword", ["SOPInstanceUID", "StudyInstanceUID", "SOPClassUID"])
def test_a_uid_that_points_elsewhere_is_refused(write_xa: Callable[..., Path], keyword: str) -> None:
    path = write_xa(np.zeros((2, 8, 8), np.uint16), **{keyword: b"../../elsewhere\0"})
    with pytest.raises(InputError):
        read_arrival(path)


def test_a_small_file_that_inflates_to_much_is_not_held(make_runs: Runs, tmp_path: Path) -> None:
    plain = dcmread(make_runs(1)[0])
    plain.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    bomb = tmp_path / "bomb.dcm"
    head = Dataset()
    head.SOPClassUID, head.SOPInstanceUID, head.StudyInstanceUID = plain.SOPClassUID, "2.25.1", "2.25.2"
    head.file_meta = plain.file_meta
    head.save_as(bomb, enforce_file_format=True)
    content = bomb.read_bytes()
    start = content.index(b"DICM") + 4
    start += 12 + int.from_bytes(content[start + 8 : start + 12], "little")
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    inflated = zlib.decompressobj(-zlib.MAX_WBITS).decompress(content[start:])
    # one element of nearly 4 GB, group 0009, before the pixels
    element = b"\x09\x00\x10\x10OB\0\0" + (0xFFFFFFF0).to_bytes(4, "little")
    body = deflate.compress(inflated + element)
    zeros = bytes(1 << 24)
    body += b"".join(deflate.compress(zeros) for _ in range(24)) + deflate.flush()
    bomb.write_bytes(content[:start] + body)
    assert bomb.stat().st_size < 1_000_000
    tracemalloc.start()
    try:
        with suppress(InputError):
            read_arrival(bomb)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 200_000_000, "of the 400 MB that it inflates to"


# A service shows no warnings of libraries: they quote what they read.
@pytest.mark.filterwarnings("ignore")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(data=st.data())
def test_a_broken_header_is_read_or_refused(make_runs: Runs, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(make_runs(1, frames=2)[0].read_bytes())
    for place in data.draw(st.lists(st.integers(128, 900), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path / "broken.dcm"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    said = ""
    try:
        arrival = read_arrival(path)
        assert set(arrival.sop_instance_uid + arrival.study_instance_uid) <= set("0123456789.")
    except InputError as error:
        said = str(error)
    assert "Planted" not in said
