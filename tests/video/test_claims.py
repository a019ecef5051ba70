from __future__ import annotations

import io
import struct

import pytest

from leakwatch.video.claims import check_mp4_claims

from ..moving import h264, pictures


def box(kind, content):
    return struct.pack(">L4s", 8 + len(content), kind) + content


def table(kind, count):
    lead = 8 if kind != b"trun" else 4
    return box(kind, bytes(lead) + struct.pack(">L", count) + bytes(8))


@pytest.mark.parametrize("kind", [b"stsz", b"stz2", b"trun"])
@pytest.mark.parametrize("outer", [b"moov", b"moof", b"free", b"wide", b"udta"])
def test_claim_is_found_in_every_box_but_the_media_data(kind, outer):
    with pytest.raises(ValueError, match="claims 4000 samples"):
        check_mp4_claims(io.BytesIO(box(b"ftyp", b"mp42") + box(outer, bytes(500) + table(kind, 4000))))
    check_mp4_claims(io.BytesIO(box(b"ftyp", b"mp42") + box(b"mdat", bytes(500) + table(kind, 4000))))
    check_mp4_claims(io.BytesIO(box(b"ftyp", b"mp42") + box(outer, bytes(5000) + table(kind, 4000))))


def test_claim_is_found_across_blocks_and_behind_what_is_no_box():
    for shift in range(0, 32, 3):
        inner = bytes((1 << 20) - 24 + shift) + table(b"stsz", 6_000_000)
        for data in (box(b"moov", inner), b"\0\0\0\3moov" + inner, b"\0\0\0\0moov" + inner):
            with pytest.raises(ValueError, match="claims 6000000 samples"):
                check_mp4_claims(io.BytesIO(data))


def test_large_boxes_are_passed_over():
    large = struct.pack(">L4sQ", 1, b"mdat", 16 + 600) + bytes(570) + table(b"stsz", 4000) + bytes(2)
    assert len(large) == 616
    check_mp4_claims(io.BytesIO(large))


@pytest.mark.parametrize("options", [{}, {"movflags": "faststart"}])
def test_ordinary_file_passes_and_is_left_at_its_beginning(options):
    source = io.BytesIO(h264(pictures(), "mp4", **options))
    check_mp4_claims(source)
    assert source.tell() == 0
