from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import uid

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom import inflate
from leakwatch.dicom.inflate import InflatedFile, open_dataset
from leakwatch.dicom.read import read_run
from leakwatch.errors import InputError

CONTENT = np.random.default_rng(5).integers(0, 9, 150_000).astype(np.uint8).tobytes()


def inflated(limit=None):
    squeeze = zlib.compressobj(wbits=-15)
    packed = b"head" + squeeze.compress(CONTENT) + squeeze.flush()
    return InflatedFile(io.BytesIO(packed), 4, limit)


@settings(max_examples=25, deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 155_000), st.integers(0, 9_000)), max_size=6))
def test_reads_like_the_plain_file_wherever_it_is_put(moves):
    plain, packed = io.BytesIO(CONTENT), io.BufferedReader(inflated())
    for position, length in moves:
        plain.seek(position)
        packed.seek(position)
        assert packed.read(length) == plain.read(length)


def test_going_back_starts_from_a_place_that_was_marked(monkeypatch):
    monkeypatch.setattr(inflate, "_MARK_EVERY", 8_000)
    monkeypatch.setattr(inflate, "_MARKS", 6)
    packed = inflated()
    for position in (149_000, 20, 75_000, 74_000, 140_000, 0, 149_999):
        packed.seek(position)
        assert packed.read(9) == CONTENT[position : position + 9]
    assert 2 < len(packed._marks) <= 6
    packed.seek(0)
    packed.seek(149_000)
    assert packed._marks[-1].position > 60_000


def test_no_more_than_the_limit_comes_out():
    assert io.BufferedReader(inflated(1000)).read() == CONTENT[:1000]


def test_end_is_not_guessed():
    with pytest.raises(io.UnsupportedOperation, match="not known"):
        inflated().seek(0, io.SEEK_END)


def test_plain_file_is_opened_at_its_first_byte(write_xa, scene):
    with open_dataset(write_xa(scene)) as (source, deflated):
        assert not deflated
        assert source.tell() == 0


def test_corrupt_stream_is_an_error_of_the_file():
    third_block_type = b"\x07" * 9  # which deflate does not have
    with pytest.raises(OSError, match="corrupt"):
        InflatedFile(io.BytesIO(third_block_type), 0, None).read(1)


def test_header_that_never_ends_is_cut_off(tmp_path, write_xa, scene):
    path = write_xa(scene, syntax=uid.DeflatedExplicitVRLittleEndian, bits_stored=12)
    meta = path.read_bytes()
    start = 144 + int.from_bytes(meta[140:144], "little")
    squeeze = zlib.compressobj(9, wbits=-15)
    # one private element that claims 200 MiB of nothing
    bomb = squeeze.compress(b"\x09\x00\x01\x10OB\0\0" + (200 << 20).to_bytes(4, "little"))
    for _ in range(200):
        bomb += squeeze.compress(bytes(1 << 20))
    path.write_bytes(meta[:start] + bomb + squeeze.flush())
    with pytest.raises(InputError, match=r"run\.dcm"):
        read_run(path, DicomConfig())
