"""Whether a file is DICOM, judged by what is in it and never by its name."""

from __future__ import annotations

import struct
from pathlib import Path

_HEAD = 1024
SHORT_VRS = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
"""Value representations whose length is two bytes in explicit VR."""
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ UC UN UR UT SV UV".split())
"""Those whose length is four bytes (PS3.5 7.1.2)."""
_LONGEST = 1 << 16
"""No attribute near the start of a data set is longer."""


def is_dicom(path: Path) -> bool:
    """Say whether a file begins like DICOM: DICM at byte 128, or a data set without preamble.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    with path.open("rb") as source:
        head = source.read(_HEAD)
    return begins_like_dicom(head)


def begins_like_dicom(head: bytes) -> bool:
    """Say the same of a file's first bytes."""
    return head[128:132] == b"DICM" or any(
        _begins_data_set(head, order, explicit) for order in "<>" for explicit in (True, False)
    )


def _begins_data_set(head: bytes, order: str, explicit: bool) -> bool:
    """Whether two or more elements follow each other in ascending order, from group 2 or 8 on."""
    position, last, seen = 0, -1, 0
    while position + 12 <= len(head) and seen < 4:
        group, element = struct.unpack_from(f"{order}HH", head, position)
        tag = group << 16 | element
        if tag <= last or (seen == 0 and group not in (0x0002, 0x0008)):
            return False
        vr = head[position + 4 : position + 6]
        if explicit and vr not in SHORT_VRS | LONG_VRS:
            return False
        if explicit and vr in LONG_VRS:
            value, length = position + 12, struct.unpack_from(f"{order}L", head, position + 8)[0]
        elif explicit:
            value, length = position + 8, struct.unpack_from(f"{order}H", head, position + 6)[0]
        else:
            value, length = position + 8, struct.unpack_from(f"{order}L", head, position + 4)[0]
        if length > _LONGEST:
            return False
        position, last, seen = value + length, tag, seen + 1
    return seen >= 2
