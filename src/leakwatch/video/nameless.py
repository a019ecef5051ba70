"""A file that the demuxer cannot know the name of."""

from __future__ import annotations

from typing import BinaryIO


class Nameless:
    """Hands on reading and seeking only.

    Without a name there is nothing to take for an address or a neighbour, and no message can quote it.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes."""
        return self._source.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move, as files do; -1 where that cannot be, for an exception would be printed."""
        try:
            return self._source.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1

    def tell(self) -> int:
        """Say where it stands."""
        return self._source.tell()
