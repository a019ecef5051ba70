"""Walk the functional groups of a file, and keep no more of them than is wanted.

Written by hand because pydicom builds every item of a sequence whole: of 4000 frames, 300 MB and up to ten
seconds, and where lengths are not stated even to pass over them.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import BinaryIO

from leakwatch.dicom.content import LONG_VRS

SHARED, PER_FRAME = 0x52009229, 0x52009230
"""Shared and Per-Frame Functional Groups Sequence (PS3.3 C.7.6.16)."""
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_UNDEFINED = 0xFFFFFFFF
_MOST_BYTES = 64 << 20
_MOST_ELEMENTS = 5_000_000
_LARGEST_VALUE = 1 << 20
_DEEPEST = 16
_SMALL = 1 << 14
_TOO_LARGE = "the functional groups are larger than they can be"


@dataclass(frozen=True, slots=True)
class Stated:
    """One value in a functional group, as the file holds it.

    Attributes
    ----------
    group, number
        Tag of the group's sequence, and which item of it, from 0 on.
    tag, vr, value
        The element; `vr` is None in implicit VR; of a nested sequence, its items.
    """

    group: int
    number: int
    tag: int
    vr: str | None
    value: bytes


def pass_over(source: BinaryIO) -> None:
    """Leave the functional groups behind: `source` stands at one of the two, and after it at what follows.

    Raises
    ------
    ValueError
        They are broken, cut off, nested too deep or too large.
    """
    while (scan := _at_groups(source)) is not None:
        start = source.tell()
        _, vr, length = scan.head()
        scan.skip(vr, length, 0)
        source.seek(start + scan.position)


def scan_groups(source: BinaryIO, wanted: Mapping[int, Set[int]]) -> Iterator[tuple[int, tuple[Stated, ...]]]:
    """Yield the items of both sequences in order, each as its sequence's tag and what it holds of `wanted`.

    Parameters
    ----------
    source
        Stands at one of the two sequences.
    wanted
        Tag of a group's sequence to the tags wanted in it.

    Raises
    ------
    ValueError
        As `pass_over`.
    """
    while (scan := _at_groups(source)) is not None:
        start = source.tell()
        tag, _, length = scan.head()
        for end in scan.items(length):
            yield tag, tuple(_item(scan, end, wanted))
        source.seek(start + scan.position)


def _at_groups(source: BinaryIO) -> _Scan | None:
    start = source.tell()
    head = source.read(6)
    source.seek(start)
    for order in "<>":
        if len(head) == 6 and struct.unpack(f"{order}HH", head[:4]) in ((0x5200, 0x9229), (0x5200, 0x9230)):
            return _Scan(source, order, implicit=head[4:6] != b"SQ")
    return None


def _item(scan: _Scan, end: int | None, wanted: Mapping[int, Set[int]]) -> Iterator[Stated]:
    for group, group_vr, group_length in scan.elements(end):
        if group not in wanted:
            scan.skip(group_vr, group_length, 1)
            continue
        for number, group_end in enumerate(scan.items(group_length)):
            for tag, vr, length in scan.elements(group_end):
                if tag in wanted[group]:
                    yield Stated(
                        group, number, tag, vr.decode("ascii") if vr else None, scan.value(vr, length)
                    )
                else:
                    scan.skip(vr, length, 2)


class _Scan:
    """Reads forward; `position` counts bytes from where it began."""

    def __init__(self, source: BinaryIO, order: str, *, implicit: bool) -> None:
        self._source = source
        self._implicit = implicit
        self._tag = struct.Struct(f"{order}HH").unpack_from
        self._short = struct.Struct(f"{order}H").unpack_from
        self._long = struct.Struct(f"{order}L").unpack_from
        self._elements_left = _MOST_ELEMENTS
        self.position = 0

    def _read(self, size: int) -> bytes:
        self.position += size
        if self.position > _MOST_BYTES:
            raise ValueError(_TOO_LARGE)
        data = self._source.read(size)
        if len(data) < size:
            msg = "the file ends within the functional groups"
            raise ValueError(msg)
        return data

    def _pass(self, size: int) -> None:
        if size <= _SMALL:
            self._read(size)
            return
        self.position += size
        if self.position > _MOST_BYTES:
            raise ValueError(_TOO_LARGE)
        self._source.seek(size, io.SEEK_CUR)

    def head(self) -> tuple[int, bytes | None, int]:
        """Read tag, VR and length of the next element or item."""
        self._elements_left -= 1
        if self._elements_left < 0:
            msg = "the functional groups have more elements than they can"
            raise ValueError(msg)
        raw = self._read(8)
        group, element = self._tag(raw)
        if self._implicit or group == 0xFFFE:
            return group << 16 | element, None, self._long(raw, 4)[0]
        vr = raw[4:6]
        length = self._long(self._read(4))[0] if vr in LONG_VRS else self._short(raw, 6)[0]
        return group << 16 | element, vr, length

    def items(self, length: int) -> Iterator[int | None]:
        """Yield where each item of a sequence ends, None if its end is marked; read it before the next."""
        end = None if length == _UNDEFINED else self.position + length
        while end is None or self.position < end:
            tag, _, size = self.head()
            if tag == _SEQUENCE_END and end is None:
                return
            if tag != _ITEM:
                msg = "an item of the functional groups does not begin as one"
                raise ValueError(msg)
            yield None if size == _UNDEFINED else self.position + size

    def elements(self, end: int | None) -> Iterator[tuple[int, bytes | None, int]]:
        """Yield the head of each element in an item; its value must be read before the next."""
        while end is None or self.position < end:
            tag, vr, length = self.head()
            if tag == _ITEM_END:
                return
            yield tag, vr, length

    def skip(self, vr: bytes | None, length: int, depth: int) -> None:
        """Pass over a value of stated length, or over items and elements to the end that is marked."""
        if length != _UNDEFINED:
            self._pass(length)
            return
        if depth > _DEEPEST:
            msg = "the functional groups are nested too deep"
            raise ValueError(msg)
        was_implicit = self._implicit
        self._implicit = self._implicit or vr == b"UN"  # PS3.5 6.2.2, note 2
        for end in self.items(length):
            if end is not None:
                self._pass(max(0, end - self.position))
                continue
            for _, inner_vr, inner_length in self.elements(None):
                self.skip(inner_vr, inner_length, depth + 1)
        self._implicit = was_implicit

    def value(self, vr: bytes | None, length: int) -> bytes:
        """Read a value; of a sequence, the bytes of its items."""
        if length == _UNDEFINED:
            start, began = self._source.tell(), self.position
            self.skip(vr, length, 2)
            size = self.position - began - 8
            self._source.seek(start)
            data = self._source.read(max(0, size))
            self._source.seek(start + size + 8)
        else:
            data = self._read(min(length, _LARGEST_VALUE + 1))
        if len(data) > _LARGEST_VALUE:
            msg = "a value in the functional groups is larger than it can be"
            raise ValueError(msg)
        return data
