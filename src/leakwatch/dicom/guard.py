"""Feed a parser no more than a header can need, whatever lengths the header claims."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

HEADER_BYTES = 64 << 20
"""A larger header is taken for a trap; one that says much of each of 4000 frames has some 10 MB."""
HEADER_READS = 1_000_000
"""More reads than this too: an empty element is eight bytes in the file and hundreds in memory."""
_SMALL = 1 << 16


class HeaderTooLarge(ValueError):
    """The parser asked for more than a header may hold."""


class GuardedFile:
    """An open file as a parser sees it; every byte and every call that it reads is counted.

    Parameters
    ----------
    source
        The open file; stays the caller's to close.
    size
        Bytes it holds, None if not known. A longer read is cut to it beforehand, for a reader sets aside
        the memory that it is asked to fill.
    """

    def __init__(self, source: BinaryIO, size: int | None) -> None:
        self._source = source
        self._size = size
        self._bytes_left = HEADER_BYTES
        self._reads_left = HEADER_READS
        self.seek = source.seek
        self.tell = source.tell

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[BinaryIO]:
        """Open a file guarded; what is yielded reads, seeks and tells as a binary file does."""
        with path.open("rb") as source:
            size = source.seek(0, io.SEEK_END)
            source.seek(0)
            yield cast(BinaryIO, cls(source, size))

    def read(self, size: int = -1) -> bytes:
        """Read `size` bytes; there is no reading of all the rest.

        Raises
        ------
        HeaderTooLarge
            More was read than `HEADER_BYTES` in all, in more than `HEADER_READS` calls, or all the rest.
        """
        if size > _SMALL and self._size is not None:
            size = min(size, max(0, self._size - self._source.tell()))
        self._reads_left -= 1
        self._bytes_left -= size
        if size < 0 or self._bytes_left < 0 or self._reads_left < 0:
            msg = "the header is larger than a header can be"
            raise HeaderTooLarge(msg)
        return self._source.read(size)
