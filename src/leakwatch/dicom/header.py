"""The part of a file before its pixels, and only the elements that are needed."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.filereader import dcmread, read_dataset, read_file_meta_info
from pydicom.tag import BaseTag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from leakwatch.dicom.inflate import open_dataset
from leakwatch.dicom.keywords import HEADER_TAGS
from leakwatch.errors import InputError

_PIXEL_TAGS = (0x7FE00010, 0x7FE00009, 0x7FE00008)
_LONG_VRS = (b"OB", b"OW", b"OF", b"OD", b"OV", b"OL", b"UN")
_UNDEFINED = 0xFFFFFFFF
_HEADER_LIMIT = 64 << 20
"""A deflated header larger than this is taken for a trap."""


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
    """

    path: Path
    dataset: Dataset
    syntax: UID
    little_endian: bool
    pixel_offset: int | None
    pixel_length: int | None

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
        with open_dataset(path, _HEADER_LIMIT) as (source, deflated):
            return _deflated_header(path, source) if deflated else _plain_header(path, source)
    except InputError:
        raise
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror or error})"
        raise InputError(msg) from error
    # A parser fed a broken file may fail in any way at all; here is the one border it does not cross.
    except Exception as error:
        msg = f"{path}: is not a DICOM file that can be parsed ({type(error).__name__})"
        raise InputError(msg) from error


def _plain_header(path: Path, source: BinaryIO) -> Header:
    dataset = dcmread(source, stop_before_pixels=True, force=True, specific_tags=list(HEADER_TAGS))
    implicit, little = dataset.original_encoding
    stated = getattr(dataset, "file_meta", Dataset()).get("TransferSyntaxUID")
    syntax = UID(str(stated)) if stated else _plain_syntax(bool(implicit), bool(little))
    offset, length = _pixel_value(source, bool(implicit), bool(little))
    return Header(path, dataset, syntax, bool(little), offset, length)


def _deflated_header(path: Path, source: BinaryIO) -> Header:
    dataset = read_dataset(
        source, False, True, stop_when=_at_pixels, specific_tags=[int(tag) for tag in HEADER_TAGS]
    )
    stated = read_file_meta_info(path).get("MediaStorageSOPClassUID")
    if "SOPClassUID" not in dataset and stated:
        dataset.SOPClassUID = stated
    offset, length = _pixel_value(source, False, True)
    return Header(path, dataset, DeflatedExplicitVRLittleEndian, True, offset, length)


def _at_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:
    return int(tag) in _PIXEL_TAGS


def _plain_syntax(implicit: bool, little: bool) -> UID:
    if not little:
        return ExplicitVRBigEndian
    return ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def _pixel_value(source: BinaryIO, implicit: bool, little: bool) -> tuple[int | None, int | None]:
    """Where the value of Pixel Data begins and how long it says it is; the source stands at its tag."""
    start = source.tell()
    head = source.read(12)
    order = "<" if little else ">"
    if len(head) < 8 or struct.unpack(f"{order}HH", head[:4]) != (0x7FE0, 0x0010):
        return None, None
    if implicit:
        offset, length = start + 8, struct.unpack(f"{order}L", head[4:8])[0]
    elif head[4:6] in _LONG_VRS and len(head) == 12:
        offset, length = start + 12, struct.unpack(f"{order}L", head[8:12])[0]
    else:
        offset, length = start + 8, struct.unpack(f"{order}H", head[6:8])[0]
    return offset, None if length == _UNDEFINED else length
