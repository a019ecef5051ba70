"""What a compressed frame says of its own size, read before any memory is spent on it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_SOI = b"\xff\xd8"
_END_OF_IMAGE = b"\xff\xd9"
_PADDING = 64
_J2K_START = b"\xff\x4f\xff\x51"
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
# SOF0..SOF15 but for DHT (C4), JPG (C8) and DAC (CC); SOF55 is JPEG-LS.
_FRAME_MARKERS = ({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}) | {0xF7}


@dataclass(frozen=True, slots=True)
class StatedSize:
    """Size and depth in a codestream's own header."""

    rows: int
    columns: int
    components: int


def is_complete(data: bytes) -> bool:
    """Say whether the codestream reaches its end marker, which padding may follow.

    Some decoders fill in grey for what is cut off and say nothing; the marker's code cannot occur inside
    compressed data (ISO/IEC 10918-1 B.1.1.5, 15444-1 A.1.1).
    """
    return _END_OF_IMAGE in data[-_PADDING:]


def stated_size(data: bytes) -> StatedSize:
    """Read the frame header of a JPEG, JPEG-LS or JPEG 2000 codestream.

    Formula: ISO/IEC 10918-1 B.2.2 (SOF), 14495-1 C.2.2 (SOF55), 15444-1 A.5.1 (SIZ).

    Raises
    ------
    ValueError
        There is no such header.
    """
    try:
        if data.startswith(_SOI):
            return _jpeg_size(data)
        # some writers wrap the codestream in a JP2 file, whose boxes come first
        start = data.find(_J2K_START, 0, 4096)
        if start >= 0:
            return _j2k_size(data, start)
    except struct.error as error:
        msg = "the codestream ends inside its header"
        raise ValueError(msg) from error
    msg = "no codestream begins here"
    raise ValueError(msg)


def _jpeg_size(data: bytes) -> StatedSize:
    position = 2
    while True:
        lead, marker = struct.unpack_from(">BB", data, position)
        if lead != 0xFF:
            msg = "a JPEG marker is missing"
            raise ValueError(msg)
        if marker == 0xFF:  # fill byte
            position += 1
        elif marker in _STANDALONE:
            position += 2
        elif marker in _FRAME_MARKERS:
            rows, columns, components = struct.unpack_from(">HHB", data, position + 5)
            return StatedSize(rows, columns, components)
        else:
            position += 2 + struct.unpack_from(">H", data, position + 2)[0]


def _j2k_size(data: bytes, start: int) -> StatedSize:
    x_end, y_end, x_start, y_start = struct.unpack_from(">LLLL", data, start + 8)
    components = struct.unpack_from(">H", data, start + 40)[0]
    return StatedSize(y_end - y_start, x_end - x_start, components)
