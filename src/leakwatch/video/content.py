"""Which container a stream is, judged by its first bytes and never by a name."""

from __future__ import annotations

HEAD = 400
"""Bytes that `container_of` wants to see."""

_MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_TS_PACKETS = (188, 192)
"""Transport stream packets begin every so many bytes; those of a disc have a stamp of 4 bytes before."""


def container_of(head: bytes) -> str | None:
    """Name the demuxer for a stream that begins with `head`; None if it is no video container.

    Only these are ever opened: none of them is a playlist or can name another file or address that
    would be followed.
    """
    if head[128:132] == b"DICM":
        return None
    if head[4:8] in _MP4_BOXES:
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if (head[:4], head[8:12]) == (b"RIFF", b"AVI "):
        return "avi"
    if head.startswith(_ASF_HEADER):
        return "asf"
    if head.startswith(b"\x00\x00\x01\xba"):
        return "mpeg"
    if any(_beats(head, size, lead) for size, lead in zip(_TS_PACKETS, (0, 4), strict=True)):
        return "mpegts"
    return None


def _beats(head: bytes, size: int, lead: int) -> bool:
    places = range(lead, min(len(head), lead + 2 * size + 1), size)
    return len(places) == 3 and all(head[place] == 0x47 for place in places)
