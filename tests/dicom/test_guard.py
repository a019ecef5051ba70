from __future__ import annotations

import io

import pytest

from leakwatch.dicom import guard
from leakwatch.dicom.guard import GuardedFile, HeaderTooLarge


def test_reads_like_the_file_itself():
    source = GuardedFile(io.BytesIO(bytes(range(200))), 200)
    source.seek(10)
    assert source.read(3) == b"\n\x0b\x0c"
    assert source.tell() == 13
    assert len(source.read(1 << 30 >> 5)) == 187


def test_there_is_no_reading_of_all_the_rest():
    with pytest.raises(HeaderTooLarge):
        GuardedFile(io.BytesIO(b"abc"), 3).read()


def test_long_read_sets_aside_no_more_than_there_is(tmp_path):
    asked = []

    class Source(io.BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return super().read(size)

    assert GuardedFile(Source(bytes(100_000)), 100_000).read(1 << 25) == bytes(100_000)
    assert asked == [100_000]


def test_bytes_and_calls_are_counted(monkeypatch):
    monkeypatch.setattr(guard, "HEADER_BYTES", 10)
    source = GuardedFile(io.BytesIO(bytes(100)), 100)
    source.read(6)
    with pytest.raises(HeaderTooLarge):
        source.read(6)
    monkeypatch.setattr(guard, "HEADER_READS", 2)
    source = GuardedFile(io.BytesIO(bytes(100)), 100)
    source.read(1)
    source.read(1)
    with pytest.raises(HeaderTooLarge):
        source.read(1)
