"""What a compressed frame says of its own size, read before any memory is spent on it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from leakwatch.dicom.jpeg_xl import jpeg_xl_size, jpeg_xl_start

_SOI = b"\xff\xd8"
_END_OF_IMAGE = b"\xff\xd9"
_PADDING = 64
_J2K_START = b"\xff\x4f\xff\x51"
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
# SOF0..SOF15 but for DHT (C4), JPG (C8) and DAC (CC); SOF55 is JPEG-LS.
_FRAME_MARKERS = ({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}) | {0xF7}


@dataclass(frozen=True, slots=True)
class StatedSize:
    """Size in a codestream's own header; `components` 0 where it is stated further on."""

    rows: int
    columns: int
    components: int


def is_complete(data: bytes) -> bool:
    """Say whether the codestream reaches its end marker, which padding may follow.

    Some decoders fill in grey for what is cut off and say nothing; the marker's code cannot occur inside
    compressed data (ISO/IEC 10918-1 B.1.1.5, 15444-1 A.1.1).
    """
    # JPEG XL has no such marker, and its decoder says when something is missing
    return _END_OF_IMAGE in data[-_PADDING:] or jpeg_xl_start(data) is not None


def is_ycc(data: bytes, *, assumed: bool) -> bool:
    """Say whether the three components of a JPEG are YCbCr, from what stands before its frame header.

    A JFIF header means YCbCr (ISO/IEC 10918-5), one of Adobe says which (10918-6); where there is
    neither, `assumed`. They go before the attributes of the file, which are often wrong.
    """
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xE0 and data[position + 4 : position + 9] == b"JFIF\0":
            return True
        if marker == 0xEE and data[position + 4 : position + 9] == b"Adobe":
            return data[position + 15 : position + 16] != b"\0"
        if marker in _FRAME_MARKERS:
            break
        position += 2 if marker in _STANDALONE else 2 + struct.unpack_from(">H", data, position + 2)[0]
    return assumed


def stated_size(data: bytes) -> StatedSize:
    """Read the frame header of a JPEG, JPEG-LS, JPEG 2000 or JPEG XL codestream.

    Formula: ISO/IEC 10918-1 B.2.2 (SOF), 14495-1 C.2.2 (SOF55), 15444-1 A.5.1 (SIZ), 18181-1 D.2.

    Raises
    ------
    ValueError
        There is no such header.
    """
    try:
        if data.startswith(_SOI):
            return _jpeg_size(data)
        if (bits := jpeg_xl_start(data)) is not None:
            return StatedSize(*jpeg_xl_size(data, bits), 0)
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
