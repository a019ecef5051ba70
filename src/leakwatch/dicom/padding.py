"""Which stored values stand for no picture at all."""

from __future__ import annotations

from leakwatch.dicom.header import Header
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.values import named, numbers, shown

_MOST = 0.5
"""A range that takes more of all stored values than this is a mistake in the header."""


def read_padding(header: Header, layout: Layout) -> tuple[tuple[int, int] | None, tuple[str, ...]]:
    """Read Pixel Padding Value (0028,0120) and Range Limit (0028,0121).

    Returns
    -------
    padding
        First and last stored value that is padding, both included; None if none is.
    warnings
        A sentence if what the file says is not followed.

    Notes
    -----
    Both are stored values, before any LUT; either may be the lower one, by Photometric Interpretation
    (PS3.3 C.7.5.1.1.2). Their VR is ambiguous, so the bits decide, with the sign of the pixels.
    """
    value, limit = numbers(header, "PixelPaddingValue"), numbers(header, "PixelPaddingRangeLimit")
    if not value:
        return None, ()
    ends = [_stored(number, layout) for number in (value + limit)]
    if any(end is None for end in ends) or len(value) > 1 or len(limit) > 1:
        said = f"{named('PixelPaddingValue')} is {shown(header, 'PixelPaddingValue')}"
        return None, (f"{said}, no value that {layout.bits_stored} bits can store, and was ignored",)
    first, last = (edge([end for end in ends if end is not None]) for edge in (min, max))
    if last - first + 1 > _MOST * (1 << layout.bits_stored):
        said = f"{named('PixelPaddingRangeLimit')} is {shown(header, 'PixelPaddingRangeLimit')}"
        return None, (f"{said}, which would make padding of most values there are, and was ignored",)
    return (first, last), ()


def _stored(number: float, layout: Layout) -> int | None:
    """Return the stored value that a padding value means; None where no pixel can have it."""
    if not number.is_integer():
        return None
    span = 1 << layout.bits_allocated
    value = int(number)
    if layout.signed:
        value = (value + span // 2) % span - span // 2 if -span <= value < span else value
    lowest = -(1 << (layout.bits_stored - 1)) if layout.signed else 0
    return value if lowest <= value < lowest + (1 << layout.bits_stored) else None
