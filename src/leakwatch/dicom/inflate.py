"""Read a deflated DICOM file as if it were plain, without holding it in memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag
from pydicom.uid import DeflatedExplicitVRLittleEndian

from leakwatch.dicom.content import begins_like_dicom
from leakwatch.dicom.guard import GuardedFile
from leakwatch.dicom.peek import HEAD_BYTES, judge

_CHUNK = 1 << 16
_PREAMBLE = 132
_MARK_EVERY = 4 << 20
_MARKS = 128
"""Places kept to start again from, of some 50 kB each."""


class CorruptStream(OSError):
    """A deflated stream that cannot be inflated; the text says so and quotes nothing."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place in the inflated stream: the inflater as it stood there, and the next byte it wants."""

    position: int
    inflate: zlib._Decompress
    source: int


class InflatedFile(io.RawIOBase):
    """The inflated bytes of `source` from `start` on.

    Seeking goes on from the nearest place before it that was passed and marked: marks lie 4 MiB apart, and
    further where a stream is so long that there would be more than 128 of them.

    Parameters
    ----------
    source
        The open file; stays the caller's to close.
    start
        Where the deflated stream begins, bytes.
    limit
        End of file is reported after this many inflated bytes: a small file may claim to hold gigabytes.
    """

    def __init__(self, source: BinaryIO, start: int, limit: int | None) -> None:
        super().__init__()
        self._source = source
        self._start = start
        self._limit = limit
        self._marks = [_Mark(0, zlib.decompressobj(-zlib.MAX_WBITS), start)]
        self._apart = _MARK_EVERY
        self._go_to(self._marks[0])

    def _go_to(self, mark: _Mark) -> None:
        self._source.seek(mark.source)
        self._inflate = mark.inflate.copy()
        self._pending = b""
        self._position = mark.position

    def _mark(self) -> None:
        """Keep this place if it lies far enough beyond the last one kept."""
        if self._position < self._marks[-1].position + self._apart:
            return
        if len(self._marks) == _MARKS:
            self._marks = self._marks[::2]
            self._apart *= 2
        place = self._source.tell() - len(self._pending)
        self._marks.append(_Mark(self._position, self._inflate.copy(), place))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_END:
            msg = "the end of a deflated stream is not known"
            raise io.UnsupportedOperation(msg)
        target = max(0, offset + (self._position if whence == io.SEEK_CUR else 0))
        nearest = max((mark for mark in self._marks if mark.position <= target), key=_position_of)
        if target < self._position or nearest.position > self._position:
            self._go_to(nearest)
        while self._position < target and self._next(min(_CHUNK, target - self._position)):
            pass
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._next(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _next(self, size: int) -> bytes:
        if self._limit is not None:
            size = min(size, self._limit - self._position)
        if size <= 0:
            return b""
        while not self._inflate.eof:
            if not self._pending:
                self._pending = self._source.read(_CHUNK)
                if not self._pending:
                    return b""
            try:
                data = self._inflate.decompress(self._pending, size)
            except zlib.error as error:
                msg = "the deflated stream is corrupt"
                raise CorruptStream(msg) from error
            self._pending = self._inflate.unconsumed_tail
            if data:
                self._position += len(data)
                self._mark()
                return data
        return b""


@contextmanager
def open_dataset(path: Path, limit: int | None = None) -> Iterator[tuple[BinaryIO, bool]]:
    """Open a DICOM file for reading; yields (file, deflated).

    A plain file is at its first byte, a deflated one at the first byte of its data set (its preamble and
    file meta information are not part of the stream).

    Raises
    ------
    OSError
        The file cannot be opened; later, the deflated stream is corrupt.
    """
    with path.open("rb") as source:
        start = deflated_start(path, source)
        if start is None:
            source.seek(0)
            yield source, False
        else:
            # BufferedReader is a BinaryIO in all but name.
            yield cast(BinaryIO, io.BufferedReader(InflatedFile(source, start, limit), _CHUNK)), True


def deflated_start(path: Path, source: BinaryIO) -> int | None:
    """Return where the deflated stream of an open file begins, bytes; None if it is not deflated."""
    source.seek(0)
    head = source.read(HEAD_BYTES)
    if not begins_like_dicom(head):
        return None
    seen = judge(path, head)
    if seen.dataset_start is not None:
        return seen.dataset_start if seen.syntax == DeflatedExplicitVRLittleEndian else None
    # file meta information longer than a head or written in a way of its own: a parser's work
    size = source.seek(0, io.SEEK_END)
    source.seek(_PREAMBLE if head[128:132] == b"DICM" else 0)
    try:
        meta = read_dataset(cast(BinaryIO, GuardedFile(source, size)), False, True, stop_when=_past_meta)
        syntax = meta.get("TransferSyntaxUID")
    # a parser may fail in any way; then nothing says deflated
    except Exception:
        return None
    return source.tell() if syntax == DeflatedExplicitVRLittleEndian else None


def _past_meta(tag: BaseTag, vr: str | None, length: int) -> bool:
    return int(tag) >> 16 != 2


def _position_of(mark: _Mark) -> int:
    return mark.position
