"""A file in a multipart message (RFC 2046), in and out, never whole in memory.

By hand, where dicomweb-client has the same: it holds each part whole, and more than once; a part is a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from itertools import chain
from pathlib import Path

_PIECE_BYTES = 1 << 20
_MOST_HEADERS_BYTES = 1 << 16


class BrokenMessage(ValueError):
    """A message that is not what it says it is."""


def boundary_of(content_type: str) -> bytes | None:
    """Read what parts a message's parts; None where it is not a multipart message, or does not say."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_param("boundary")
    if message.get_content_maintype() != "multipart" or not isinstance(boundary, str):
        return None
    return boundary.encode("latin-1", "replace")


def first_part(pieces: Iterable[bytes], boundary: bytes) -> Iterator[bytes]:
    """Give the content of a message's first part, piece by piece, however the message comes cut.

    Raises
    ------
    BrokenMessage
        The message has no part, or ends within it.
    """
    delimiter = b"\r\n--" + boundary
    # the first delimiter may be the very beginning, without the line's end that belongs to it
    rest = chain([b"\r\n"], pieces)
    held = bytearray()
    while (start := _after_headers(held, delimiter)) is None:
        piece = next(rest, None)
        if piece is None or len(held) > _MOST_HEADERS_BYTES:
            msg = "the answer has no part"
            raise BrokenMessage(msg)
        held += piece
    del held[:start]
    while (end := held.find(delimiter)) < 0:
        whole = max(0, len(held) - len(delimiter) + 1)  # what follows may be the head of the delimiter
        if whole:
            yield bytes(held[:whole])
            del held[:whole]
        piece = next(rest, None)
        if piece is None:
            msg = "the answer ends within its part"
            raise BrokenMessage(msg)
        held += piece
    yield bytes(held[:end])


def _after_headers(held: bytearray, delimiter: bytes) -> int | None:
    start = held.find(delimiter)
    end = -1 if start < 0 else held.find(b"\r\n\r\n", start + len(delimiter))
    return None if end < 0 else end + 4


@dataclass(frozen=True, slots=True)
class FilePart:
    """The body of a request that holds one file; it has a length, and need not go in chunks."""

    path: Path
    kind: str
    boundary: str

    @property
    def content_type(self) -> str:
        """Content-Type of the request."""
        return f'multipart/related; type="{self.kind}"; boundary="{self.boundary}"'

    @property
    def _head(self) -> bytes:
        return f"--{self.boundary}\r\nContent-Type: {self.kind}\r\n\r\n".encode()

    @property
    def _tail(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()

    def __len__(self) -> int:
        """Bytes of it all."""
        return len(self._head) + self.path.stat().st_size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        """Read it, piece by piece."""
        yield self._head
        with self.path.open("rb") as content:
            while piece := content.read(_PIECE_BYTES):
                yield piece
        yield self._tail
