from __future__ import annotations

import io

import pytest

from leakwatch.dicom.fragments import scan_fragments

ITEM, END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0" + bytes(4)
EMPTY = ITEM + bytes(4)


def test_items_are_placed_without_being_read() -> None:
    source = io.BytesIO(b"head" + EMPTY + ITEM + b"\x04\x00\x00\x00abcd" + EMPTY + END)
    found = scan_fragments(source, 4)
    assert [(one.item, one.start, one.length) for one in found.fragments] == [(0, 20, 4), (12, 32, 0)]
    assert not found.cut


def test_empty_items_beyond_count_are_refused_and_not_collected() -> None:
    source = io.BytesIO(EMPTY + EMPTY * 300_001 + END)
    with pytest.raises(ValueError, match="more than 300000 fragments"):
        scan_fragments(source, 0)
