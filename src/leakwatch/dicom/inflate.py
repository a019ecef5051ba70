"""Read a deflated DICOM file as if it were plain, without holding it in memory."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_file_meta_info
from pydicom.uid import DeflatedExplicitVRLittleEndian

_CHUNK = 1 << 16


class InflatedFile(io.RawIOBase):
    """The inflated bytes of `source` from `start` on; seeking back starts over.

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
        self._rewind()

    def _rewind(self) -> None:
        self._source.seek(self._start)
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._pending = b""
        self._position = 0

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
        if target < self._position:
            self._rewind()
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
                raise OSError(msg) from error
            self._pending = self._inflate.unconsumed_tail
            if data:
                self._position += len(data)
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
    start = _deflated_start(path)
    with path.open("rb") as source:
        if start is None:
            yield source, False
        else:
            # BufferedReader is a BinaryIO in all but name.
            yield cast(BinaryIO, io.BufferedReader(InflatedFile(source, start, limit), _CHUNK)), True


def _deflated_start(path: Path) -> int | None:
    try:
        meta = read_file_meta_info(path)
    except (InvalidDicomError, EOFError, ValueError, KeyError, TypeError, NotImplementedError):
        return None  # no file meta information, so nothing says deflated
    if meta.get("TransferSyntaxUID") != DeflatedExplicitVRLittleEndian:
        return None
    group_length = meta.get("FileMetaInformationGroupLength")
    # preamble, DICM, and the 12 bytes of the group length element itself
    return None if group_length is None else 128 + 4 + 12 + int(group_length)
