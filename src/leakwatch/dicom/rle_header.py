"""Where the segments of an RLE frame lie, checked before the decoder believes it."""

from __future__ import annotations

import struct

_HEADER = struct.Struct("<16L")


def check_segments(data: bytes, segments: int) -> None:
    """Refuse an RLE frame whose header leads out of it (PS3.5 G.5).

    The decoder follows the offsets unchecked, past the end of the frame and of the process's memory.

    Parameters
    ----------
    segments
        How many there must be: bytes of a pixel, one segment for each.

    Raises
    ------
    ValueError
        Their number is another, or they do not follow each other inside the frame.
    """
    if len(data) < _HEADER.size:
        msg = "it ends inside its RLE header"
        raise ValueError(msg)
    count, *offsets = _HEADER.unpack_from(data)
    if count != segments:
        msg = f"its RLE header states {count} segments instead of {segments}"
        raise ValueError(msg)
    ends = [*offsets[1:count], len(data)]
    if offsets[0] < _HEADER.size or any(
        start >= end for start, end in zip(offsets[:count], ends, strict=True)
    ):
        msg = "the segments in its RLE header do not follow each other inside the frame"
        raise ValueError(msg)
