"""The frames of a run, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from leakwatch.dicom.decode import decode_frame
from leakwatch.dicom.fragments import group_frames, scan_fragments
from leakwatch.dicom.header import Header, read_header
from leakwatch.dicom.inflate import open_dataset
from leakwatch.dicom.layout import Layout, read_layout
from leakwatch.dicom.offset_table import extended_offsets
from leakwatch.dicom.quiet import quiet
from leakwatch.errors import InputError
from leakwatch.nouns import Run, StoredFrame


def iter_stored_frames(run: Run) -> Iterator[StoredFrame]:
    """Decode a run frame by frame; only one frame is in memory at a time.

    Yields
    ------
    StoredFrame
        `pixels` (rows, columns), as stored: no LUT applied, bits outside Bits Stored dropped.

    Raises
    ------
    InputError
        A frame is cut off, cannot be decoded or is not the picture the header describes; the message
        names the file and the frame, and says how many frames before it are good.
    """
    index = 0
    for path in run.paths:
        with quiet():
            header = read_header(path)
            layout = read_layout(header)
        _check_same(path, layout, run)
        for number, data in enumerate(_frame_bytes(header, layout)):
            if index >= run.frames:
                return
            try:
                pixels = decode_frame(data, layout)
            except ValueError as error:
                raise _broken(path, number, layout, str(error)) from error
            yield StoredFrame(index, float(run.times_s[index]), pixels)
            index += 1


def _frame_bytes(header: Header, layout: Layout) -> Iterator[bytes]:
    number = 0
    try:
        with open_dataset(header.path) as (source, _):
            frames = _encapsulated(header, layout, source) if layout.codec else _native(layout, source)
            for data in frames:
                yield data
                number += 1
    except OSError as error:
        raise _broken(header.path, number, layout, error.strerror or str(error)) from error
    if number < layout.frames:
        raise _broken(header.path, number, layout, "the file ends there")


def _native(layout: Layout, source: BinaryIO) -> Iterator[bytes]:
    source.seek(layout.offset)
    for _ in range(layout.frames):
        data = source.read(layout.frame_bytes)
        if len(data) < layout.frame_bytes:
            return
        yield data


def _encapsulated(header: Header, layout: Layout, source: BinaryIO) -> Iterator[bytes]:
    try:
        pixels = scan_fragments(source, layout.offset)
    except ValueError as error:
        raise _broken(header.path, 0, layout, str(error)) from error
    for parts in group_frames(source, pixels, layout.frames, extended_offsets(header)):
        yield b"".join(_read(source, part.start, part.length) for part in parts)


def _read(source: BinaryIO, start: int, length: int) -> bytes:
    source.seek(start)
    return source.read(length)


def _check_same(path: Path, layout: Layout, run: Run) -> None:
    chain = run.intensity
    stored = (layout.rows, layout.columns, layout.bits_stored, layout.signed)
    if stored != (run.rows, run.columns, chain.bits_stored, chain.signed):
        msg = f"{path}: is no longer the file that was read: Rows, Columns or bits have changed"
        raise InputError(msg)


def _broken(path: Path, number: int, layout: Layout, why: str) -> InputError:
    msg = (
        f"{path}: frame {number} of {layout.frames} in Pixel Data (7FE0,0010) cannot be decoded ({why}); "
        f"{number} frame{'' if number == 1 else 's'} before it are good"
    )
    return InputError(msg)
