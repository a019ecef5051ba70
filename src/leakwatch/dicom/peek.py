"""What a file is, from its first bytes alone: each file of a large folder is opened once and hardly read.

Written by hand because pydicom parses a header whole: telling ten thousand slices of CT from fluoroscopy
takes its reader ten times as long as the two kilobytes below.
"""

from __future__ import annotations

import os
import stat
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
)

from leakwatch.dicom.content import LONG_VRS, SHORT_VRS, begins_like_dicom

HEAD_BYTES = 2048
_PREAMBLE = 132
_MEDIA_CLASS, _SYNTAX = 0x00020002, 0x00020010
_SOP_CLASS, _MODALITY = 0x00080016, 0x00080060


class Kind(StrEnum):
    """What a file begins like; ``UNKNOWN`` is one that could not be opened."""

    DICOM = "dicom"
    DIRECTORY = "directory"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Peek:
    """A file's kind, and what it says it is: empty text where it says so, None where that was not seen.

    Attributes
    ----------
    sop_class
        Media Storage SOP Class UID (0002,0002), else SOP Class UID (0008,0016); None where the two differ.
    modality
        Modality (0008,0060).
    syntax
        Transfer Syntax UID (0002,0010).
    dataset_start
        Where the data set begins, bytes.
    """

    path: Path
    kind: Kind
    sop_class: str | None = None
    modality: str | None = None
    syntax: str | None = None
    dataset_start: int | None = None


def peek(path: Path) -> Peek:
    """Look at the first two kilobytes of a file.

    Raises
    ------
    OSError
        The file cannot be opened or is no regular file (any more).
    """
    # A pipe that took the file's place since it was listed would never answer.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            msg = "it is no regular file"
            raise OSError(msg)
        head = os.read(handle, HEAD_BYTES)
    finally:
        os.close(handle)
    return judge(path, head)


def judge(path: Path, head: bytes) -> Peek:
    """Say what a file is that begins with `head`."""
    if not begins_like_dicom(head):
        return Peek(path, Kind.OTHER)
    start = _PREAMBLE if head[128:132] == b"DICM" else 0
    meta, position = _elements(head, start, implicit=False, order="<", last=0x0002FFFF)
    media_class, syntax = meta.get(_MEDIA_CLASS), meta.get(_SYNTAX)
    if media_class == MediaStorageDirectoryStorage:
        return Peek(path, Kind.DIRECTORY, media_class, syntax=syntax, dataset_start=position)
    if position is None or syntax == DeflatedExplicitVRLittleEndian:
        return Peek(path, Kind.DICOM, media_class, syntax=syntax, dataset_start=position)
    implicit, order = syntax == ImplicitVRLittleEndian, ">" if syntax == ExplicitVRBigEndian else "<"
    if syntax is None:
        # the first element tells: a group number beyond 0x00FF has its bytes the other way round
        implicit = head[position + 4 : position + 6] not in SHORT_VRS | LONG_VRS
        order = ">" if head[position : position + 1] == b"\0" else "<"
    data, end = _elements(head, position, implicit=implicit, order=order, last=_MODALITY)
    if end is None:
        return Peek(path, Kind.DICOM, syntax=syntax, dataset_start=position)
    stated = data.get(_SOP_CLASS, "")
    agree = not (stated and media_class) or stated == media_class
    return Peek(
        path,
        Kind.DICOM,
        (stated or media_class or "") if agree else None,
        data.get(_MODALITY, ""),
        syntax,
        position,
    )


def _elements(
    head: bytes, position: int, *, implicit: bool, order: str, last: int
) -> tuple[dict[int, str], int | None]:
    """Return the texts of the elements up to tag `last`, and where the next one begins.

    The place is None where an element is not whole in `head`, is a sequence of undefined length, or
    does not follow the one before: whoever needs to know must read the file.
    """
    texts: dict[int, str] = {}
    before = -1
    while position + 12 <= len(head):
        group, element = struct.unpack_from(f"{order}HH", head, position)
        tag = group << 16 | element
        if tag > last:
            return texts, position
        vr = head[position + 4 : position + 6]
        if tag <= before or (not implicit and vr not in SHORT_VRS and vr not in LONG_VRS):
            return texts, None
        if implicit:
            value, (length,) = position + 8, struct.unpack_from(f"{order}L", head, position + 4)
        elif vr in SHORT_VRS:
            value, (length,) = position + 8, struct.unpack_from(f"{order}H", head, position + 6)
        else:
            value, (length,) = position + 12, struct.unpack_from(f"{order}L", head, position + 8)
        position, before = value + length, tag
        if position > len(head):
            return texts, None
        if tag in (_MEDIA_CLASS, _SYNTAX, _SOP_CLASS, _MODALITY):
            texts[tag] = head[value:position].decode("ascii", "replace").strip(" \0")
    return texts, None
