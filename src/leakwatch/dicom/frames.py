"""The frames of a run in DICOM files, one at a time and in any order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.decode import decode_frame, swap_pairs
from leakwatch.dicom.fragments import Fragment, group_frames, scan_fragments
from leakwatch.dicom.header import read_header
from leakwatch.dicom.inflate import open_dataset
from leakwatch.dicom.layout import Layout, read_layout
from leakwatch.dicom.offset_table import extended_offsets
from leakwatch.dicom.quiet import quiet
from leakwatch.dicom.stream import checked, open_pictures
from leakwatch.errors import InputError
from leakwatch.nouns import Run, StoredFrame
from leakwatch.video.stream import PictureStream


def iter_stored_frames(run: Run) -> Iterator[StoredFrame]:
    """Decode a run of DICOM files from its first frame to its last."""
    with DicomFrames(run) as frames:
        yield from frames


class DicomFrames:
    """Decodes frames of one run on demand; at most one file is open and one frame in memory.

    ``reader[index]`` is a `StoredFrame` with `pixels` (rows, columns) as stored: no LUT applied, bits
    outside Bits Stored dropped. A frame that is cut off, cannot be decoded or is not the picture that the
    header describes raises `InputError`, which names the file and the frame.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._stack = ExitStack()
        self._file: _OpenFile | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        self._file = None

    def __len__(self) -> int:
        return self._run.frames

    def __iter__(self) -> Iterator[StoredFrame]:
        return (self[index] for index in range(len(self)))

    def __getitem__(self, index: int) -> StoredFrame:
        if not 0 <= index < len(self):
            raise IndexError(index)
        run = self._run
        # a run in many files has one frame in each
        many = len(run.paths) > 1
        number = 0 if many else index if run.frame_numbers is None else run.frame_numbers[index]
        file = self._opened(run.paths[index if many else 0])
        try:
            pixels = file.pixels(number)
        except (OSError, ValueError) as error:
            raise _broken(file, number, str(error)) from error
        return StoredFrame(index, float(run.times_s[index]), pixels)

    def _opened(self, path: Path) -> _OpenFile:
        if self._file is None or self._file.path != path:
            self._stack.close()
            self._file = None
            self._file = self._stack.enter_context(_OpenFile(path))
            _check_same(self._file, self._run)
        return self._file


class _OpenFile:
    """One file, and where its frames lie."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with quiet():
            header = read_header(path)
            self.layout: Layout = read_layout(header)
        self._header = header
        self._stack = ExitStack()
        self._places: tuple[tuple[Fragment, ...], ...] = ()
        self._stream: PictureStream | None = None

    def __enter__(self) -> Self:
        self._source: BinaryIO = self._stack.enter_context(open_dataset(self.path))[0]
        if self.layout.codec is not None:
            try:
                self._find_frames()
            except (OSError, ValueError) as error:
                self._stack.close()
                raise _broken(self, 0, str(error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def pixels(self, number: int) -> NDArray[np.integer]:
        """Decode frame `number` of this file."""
        if self._stream is not None:
            return checked(self._stream.picture(number), self.layout).pixels
        return decode_frame(self._frame_bytes(number), self.layout)

    def _find_frames(self) -> None:
        if self.layout.is_moving:
            self._stream = open_pictures(self._source, self.layout)
            self._stack.callback(self._stream.close)
            return
        pixels = scan_fragments(self._source, self.layout.offset)
        offsets = extended_offsets(self._header)
        self._places = group_frames(self._source, pixels, self.layout.frames, offsets)

    def _frame_bytes(self, number: int) -> bytes:
        size = self.layout.frame_bytes
        if self.layout.codec is None:
            first, spare = number * size, 0
            if self.layout.swapped:
                # frames of an odd number of bytes begin in the middle of a word
                spare = first % 2
            length = size + spare + (size + spare) % 2 if self.layout.swapped else size
            self._source.seek(self.layout.offset + first - spare)
            data = self._source.read(length)
            if len(data) == length:
                return swap_pairs(data)[spare : spare + size] if self.layout.swapped else data
        elif number < len(self._places):
            return b"".join(self._read(part) for part in self._places[number])
        msg = "the file ends there"
        raise ValueError(msg)

    def _read(self, part: Fragment) -> bytes:
        self._source.seek(part.start)
        return self._source.read(part.length)


def _check_same(file: _OpenFile, run: Run) -> None:
    layout, chain = file.layout, run.intensity
    stored = (layout.rows, layout.columns, layout.bits_stored, layout.signed)
    if stored != (run.rows, run.columns, chain.bits_stored, chain.signed):
        msg = f"{file.path}: is no longer the file that was read: Rows, Columns or bits have changed"
        raise InputError(msg)


def _broken(file: _OpenFile, number: int, why: str) -> InputError:
    msg = (
        f"{file.path}: frame {number} of {file.layout.frames} in Pixel Data (7FE0,0010) cannot be decoded "
        f"({why})"
    )
    return InputError(msg)
