"""The boxes of MP4, the chunks of AVI and the elements of Matroska."""

from __future__ import annotations

from leakwatch.bench.fuzz.cell import Cell

_MP4_FOLDERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"udta", b"moof", b"traf"}
_MATROSKA_FOLDERS = {0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE, 0xE0, 0x1549A966, 0x1C53BB6B, 0xBB, 0xA0}
_MOST = 2000


def scan_boxes(data: bytes) -> tuple[Cell, ...]:
    """List the parts of a video file; () where it is none."""
    cells: list[Cell] = []
    if data[4:8] == b"ftyp":
        _mp4(data, 0, len(data), cells)
    elif data[:4] == b"RIFF":
        _riff(data, 0, len(data), cells)
    elif data[:4] == b"\x1a\x45\xdf\xa3":
        _matroska(data, 0, len(data), cells)
    return tuple(cells)


def _mp4(data: bytes, position: int, end: int, cells: list[Cell]) -> None:
    while position + 8 <= end and len(cells) < _MOST:
        size, name = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8]
        stop = min(position + size, end) if size >= 8 else end
        cells.append(Cell(name.decode("latin-1"), "", position, position, 4, position + 8, stop, ">"))
        if name in _MP4_FOLDERS:
            _mp4(data, position + 8, stop, cells)
        position = stop


def _riff(data: bytes, position: int, end: int, cells: list[Cell]) -> None:
    while position + 8 <= end and len(cells) < _MOST:
        name, size = (
            data[position : position + 4],
            int.from_bytes(data[position + 4 : position + 8], "little"),
        )
        stop = min(position + 8 + size, end)
        text = name.decode("latin-1")
        cells.append(Cell(text, "", position, position + 4, 4, position + 8, stop, "<"))
        if name in (b"RIFF", b"LIST"):
            _riff(data, position + 12, stop, cells)
        position = stop + size % 2


def _matroska(data: bytes, position: int, end: int, cells: list[Cell]) -> None:
    while position + 2 <= end and data[position] and len(cells) < _MOST:
        id_width = 9 - data[position].bit_length()
        name = int.from_bytes(data[position : position + id_width], "big")
        size_at = position + id_width
        if size_at >= end or not data[size_at]:
            return
        width = 9 - data[size_at].bit_length()
        size = int.from_bytes(data[size_at : size_at + width], "big") & ((1 << 7 * width) - 1)
        value_at = size_at + width
        stop = end if size == (1 << 7 * width) - 1 else min(value_at + size, end)
        cells.append(Cell(f"{name:X}", "", position, size_at, width, value_at, stop, "v"))
        if name in _MATROSKA_FOLDERS:
            _matroska(data, value_at, stop, cells)
        position = max(stop, value_at)
