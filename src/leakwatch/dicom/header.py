"""The part of a file before its pixels, and only the elements that are needed."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_partial
from pydicom.tag import BaseTag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from leakwatch.dicom.content import begins_like_dicom
from leakwatch.dicom.enhanced_scan import PER_FRAME, SHARED, pass_over
from leakwatch.dicom.guard import HEADER_BYTES, GuardedFile
from leakwatch.dicom.inflate import CorruptStream, open_dataset
from leakwatch.dicom.keywords import HEADER_TAGS
from leakwatch.dicom.peek import HEAD_BYTES, peek
from leakwatch.errors import InputError

_LAST_TAGS = (0x7FE00010, 0x7FE00009, 0x7FE00008, SHARED, PER_FRAME)
_LONG_VRS = (b"OB", b"OW", b"OF", b"OD", b"OV", b"OL", b"UN")
_UNDEFINED = 0xFFFFFFFF
_MOST_ELEMENTS = 100_000


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says before its pixels.

    Attributes
    ----------
    dataset
        The elements of `keywords.HEADER_TAGS` that the file holds, and no others: patient data are
        never read.
    syntax
        Transfer Syntax UID; where the file states none, the plain encoding it turned out to have.
    little_endian
        Byte order of native pixels.
    pixel_offset
        First byte of the value of Pixel Data (7FE0,0010), in the inflated stream of a deflated file; None
        where there is none.
    pixel_length
        Its stated length in bytes; None if undefined, as in encapsulated files.
    groups_offset
        Where the functional groups begin, in the inflated stream of a deflated file; None if there are none.
    """

    path: Path
    dataset: Dataset
    syntax: UID
    little_endian: bool
    pixel_offset: int | None
    pixel_length: int | None
    groups_offset: int | None = None

    @property
    def deflated(self) -> bool:
        """Whether offsets count inflated bytes."""
        return self.syntax == DeflatedExplicitVRLittleEndian


def read_header(path: Path) -> Header:
    """Read a DICOM file up to its pixels.

    Raises
    ------
    InputError
        The file cannot be opened or is not DICOM that can be parsed.
    """
    try:
        with open_dataset(path, HEADER_BYTES) as (source, deflated):
            if deflated:
                return _deflated_header(path, source)
            _refuse_other(path, source)
            return _plain_header(path, source)
    except (InputError, CorruptStream) as error:
        msg = f"{path}: cannot be read ({error})"
        raise (error if isinstance(error, InputError) else InputError(msg)) from error
    # A parser fed a broken file may fail in any way at all; here is the one border it does not cross. What
    # it says may quote the file, so that only the system's own words are passed on.
    except Exception as error:
        system = error.strerror if isinstance(error, OSError) else None
        msg = f"{path}: " + (
            f"cannot be read ({system})"
            if system
            else f"is not a DICOM file that can be parsed ({type(error).__name__})"
        )
        raise InputError(msg) from error


def _refuse_other(path: Path, source: BinaryIO) -> None:
    """Refuse what does not begin like DICOM: a parser told to read it all the same reads to the end."""
    head = source.read(HEAD_BYTES)
    source.seek(0)
    if not begins_like_dicom(head):
        msg = f"{path}: is not a DICOM file" if head else f"{path}: is empty, not a DICOM file"
        raise InputError(msg)


def _plain_header(path: Path, source: BinaryIO) -> Header:
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    guarded = cast(BinaryIO, GuardedFile(source, size))
    dataset = read_partial(guarded, _StopAtPixels(), force=True, specific_tags=[*map(int, HEADER_TAGS)])
    implicit, little = dataset.original_encoding
    stated = getattr(dataset, "file_meta", Dataset()).get("TransferSyntaxUID")
    syntax = UID(str(stated)) if stated else _plain_syntax(bool(implicit), bool(little))
    groups = _pass_over_groups(path, source, guarded, dataset)
    offset, length = _pixel_value(source, bool(little))
    return Header(path, dataset, syntax, bool(little), offset, length, groups)


def _deflated_header(path: Path, source: BinaryIO) -> Header:
    guarded = cast(BinaryIO, GuardedFile(source, None))
    tags = [*map(int, HEADER_TAGS)]
    dataset = read_dataset(guarded, False, True, stop_when=_StopAtPixels(), specific_tags=tags)
    stated = peek(path).sop_class
    if "SOPClassUID" not in dataset and stated:
        dataset.SOPClassUID = stated
    groups = _pass_over_groups(path, source, guarded, dataset)
    offset, length = _pixel_value(source, True)
    return Header(path, dataset, DeflatedExplicitVRLittleEndian, True, offset, length, groups)


def _pass_over_groups(path: Path, source: BinaryIO, guarded: BinaryIO, dataset: Dataset) -> int | None:
    """Add what comes after the functional groups to `dataset`; return where they begin, None if nowhere."""
    start = source.tell()
    try:
        pass_over(source)
    except ValueError as error:
        msg = f"{path}: cannot be read ({error})"
        raise InputError(msg) from error
    if source.tell() == start:
        return None
    implicit, little = dataset.original_encoding
    tags = [*map(int, HEADER_TAGS)]
    rest = read_dataset(guarded, bool(implicit), bool(little), stop_when=_StopAtPixels(), specific_tags=tags)
    dataset.update(rest)
    return start


class _StopAtPixels:
    """Tells the parser to stop: at Pixel Data, functional groups, what no data set holds, and in time."""

    def __init__(self) -> None:
        self._left = _MOST_ELEMENTS

    def __call__(self, tag: BaseTag, vr: str | None, length: int) -> bool:
        self._left -= 1
        # group 0 belongs to messages: in a file it is padding, which may go on for gigabytes
        return int(tag) in _LAST_TAGS or int(tag) >> 16 == 0 or self._left < 0


def _plain_syntax(implicit: bool, little: bool) -> UID:
    if not little:
        return ExplicitVRBigEndian
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def _pixel_value(source: BinaryIO, little: bool) -> tuple[int | None, int | None]:
    """Where the value of Pixel Data begins and how long it says it is; the source stands at its tag.

    The element itself tells whether its VR is written out: the transfer syntax may state the wrong one.
    """
    start = source.tell()
    head = source.read(12)
    order = "<" if little else ">"
    if len(head) < 8 or struct.unpack(f"{order}HH", head[:4]) != (0x7FE0, 0x0010):
        return None, None
    if head[4:6] in _LONG_VRS and head[6:8] == b"\0\0" and len(head) == 12:
        offset, length = start + 12, struct.unpack(f"{order}L", head[8:12])[0]
    else:
        offset, length = start + 8, struct.unpack(f"{order}L", head[4:8])[0]
    return offset, None if length == _UNDEFINED else length
