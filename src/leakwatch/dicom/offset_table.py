"""The Extended Offset Table, for files beyond 4 GiB and writers that like it."""

from __future__ import annotations

import struct

from leakwatch.dicom.header import Header
from leakwatch.dicom.values import value_in


def extended_offsets(header: Header) -> tuple[int, ...]:
    """Return the byte offsets of (7FE0,0001) Extended Offset Table, () where absent or not readable.

    They count from the first item after the Basic Offset Table (PS3.3 C.7.6.3.1.8).
    """
    value = value_in(header.dataset, "ExtendedOffsetTable")
    if not isinstance(value, bytes) or len(value) % 8:
        return ()
    return struct.unpack(f"<{len(value) // 8}Q", value)
