"""The size that a JPEG XL codestream states, by hand: the decoder spends memory on it before it tells."""

from __future__ import annotations

_BARE = b"\xff\x0a"
_BOXES = b"\0\0\0\x0cJXL "
_SIZE_BITS = (9, 13, 18, 30)
_RATIOS = ((0, 1), (1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


def jpeg_xl_start(data: bytes) -> int | None:
    """Return where the bits after the signature begin, in bytes; None if this is no JPEG XL.

    Formula: ISO/IEC 18181-2 9.1 (boxes jxlc and jxlp).
    """
    if data.startswith(_BARE):
        return 2
    if not data.startswith(_BOXES):
        return None
    start = data.find(_BARE, 0, 4096)
    return start + 2 if start >= 0 else None


def jpeg_xl_size(data: bytes, start: int) -> tuple[int, int]:
    """Read (rows, columns) from the size header that begins at byte `start`.

    Formula: ISO/IEC 18181-1 D.2: bits from the least significant on; a height, then the width or one of
    seven ratios to it.

    Raises
    ------
    ValueError
        The codestream ends inside it.
    """
    bits = int.from_bytes(data[start : start + 16], "little")
    if len(data) < start + 10:
        msg = "the codestream ends inside its header"
        raise ValueError(msg)
    small, bits = bits & 1, bits >> 1
    rows, bits = _side(bits, bool(small))
    ratio, bits = bits & 7, bits >> 3
    if ratio:
        numerator, denominator = _RATIOS[ratio]
        return rows, rows * numerator // denominator
    return rows, _side(bits, bool(small))[0]


def _side(bits: int, small: bool) -> tuple[int, int]:
    """Take one side off the bits."""
    if small:
        return 8 * (1 + (bits & 31)), bits >> 5
    width = _SIZE_BITS[bits & 3]
    return 1 + (bits >> 2 & ((1 << width) - 1)), bits >> (2 + width)
