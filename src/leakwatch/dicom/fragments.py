"""Where the compressed frames of a file lie: a list of places, no pixels."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from pydicom.encaps import parse_basic_offsets

_ITEM = b"\xfe\xff\x00\xe0"
_END = b"\xfe\xff\xdd\xe0"
_CODESTREAM_STARTS = (b"\xff\xd8\xff", b"\xff\x4f\xff\x51", b"\xff\x0a", b"\0\0\0\x0c")
"""JPEG and JPEG-LS, JPEG 2000, JPEG XL, and the last two in boxes."""

_MOST = 300_000
"""No run has so many: empty items cost 8 bytes each in a file, and far more in memory."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """One item of encapsulated Pixel Data.

    `item` counts bytes from the end of the Basic Offset Table to the item's tag, as offset tables do;
    `start` and `length` are the place of its value in the file.
    """

    item: int
    start: int
    length: int

    @property
    def end_item(self) -> int:
        """Where the next item begins, counted as `item` is."""
        return self.item + 8 + self.length


@dataclass(frozen=True, slots=True)
class Encapsulated:
    """The items of one Pixel Data: those wholly inside the file; `cut` if another one runs over its end."""

    basic_offsets: tuple[int, ...]
    fragments: tuple[Fragment, ...]
    cut: bool


def scan_fragments(source: BinaryIO, offset: int) -> Encapsulated:
    """Walk the items of encapsulated Pixel Data, whose value begins at `offset`, without reading them.

    Raises
    ------
    ValueError
        What is there is no encapsulated pixel data.
    """
    end = source.seek(0, 2)
    source.seek(offset)
    try:
        basic_offsets = tuple(parse_basic_offsets(source))
    except struct.error as error:
        msg = "the Basic Offset Table is cut off"
        raise ValueError(msg) from error
    first = source.tell()
    fragments: list[Fragment] = []
    while True:
        item = source.tell()
        head = source.read(8)
        if len(head) < 8 or head[:4] == _END:
            return Encapsulated(basic_offsets, tuple(fragments), cut=0 < len(head) < 8)
        if head[:4] != _ITEM:
            msg = f"no item where fragment {len(fragments)} should begin"
            raise ValueError(msg)
        length = struct.unpack("<L", head[4:])[0]
        if item + 8 + length > end:
            return Encapsulated(basic_offsets, tuple(fragments), cut=True)
        if len(fragments) == _MOST:
            msg = f"more than {_MOST} fragments"
            raise ValueError(msg)
        fragments.append(Fragment(item - first, item + 8, length))
        source.seek(length, 1)


def group_frames(
    source: BinaryIO, pixels: Encapsulated, frames: int, extended_offsets: tuple[int, ...]
) -> tuple[tuple[Fragment, ...], ...]:
    """Say which fragments make which frame, for as many whole frames as there are, at most `frames`.

    An offset table that names one existing item per frame decides, the extended one first; without one,
    a fragment is a frame where their numbers agree, else a frame begins where a fragment starts a
    codestream (PS3.5 A.4).
    """
    fragments = pixels.fragments
    for table in (extended_offsets, pixels.basic_offsets):
        if len(table) == frames and (grouped := _by_table(pixels, table)) is not None:
            return grouped
    starts = [index for index, fragment in enumerate(fragments) if _starts_codestream(source, fragment)]
    if not starts or starts[0] != 0 or (len(fragments) == frames and not pixels.cut):
        return tuple((fragment,) for fragment in fragments[:frames])
    if pixels.cut and len(starts) < len(fragments):
        # the last frame may go on in what was cut off; the next start would have told
        return _split(fragments, starts)[:-1][:frames]
    return _split(fragments, starts)[:frames]


def _by_table(pixels: Encapsulated, table: tuple[int, ...]) -> tuple[tuple[Fragment, ...], ...] | None:
    """Group by an offset table; None if it does not fit the items."""
    if not pixels.fragments:
        return ()
    held = pixels.fragments[-1].end_item
    index_of = {fragment.item: index for index, fragment in enumerate(pixels.fragments)}
    starts = [index_of.get(offset) for offset in table if offset < held]
    known = [start for start in starts if start is not None]
    if len(known) < len(starts) or known[:1] != [0] or known != sorted(set(known)):
        return None
    # a frame is whole if the next one begins inside the file, the last of all if nothing was cut off
    whole = sum(1 for offset in table[1:] if offset <= held) + (len(known) == len(table) and not pixels.cut)
    return _split(pixels.fragments, known)[:whole]


def _split(fragments: tuple[Fragment, ...], starts: list[int]) -> tuple[tuple[Fragment, ...], ...]:
    ends = [*starts[1:], len(fragments)]
    return tuple(fragments[start:end] for start, end in zip(starts, ends, strict=True))


def _starts_codestream(source: BinaryIO, fragment: Fragment) -> bool:
    source.seek(fragment.start)
    return source.read(4).startswith(_CODESTREAM_STARTS)
