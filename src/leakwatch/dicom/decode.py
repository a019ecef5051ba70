"""Turn the bytes of one frame into stored values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.codestream import is_complete, stated_size
from leakwatch.dicom.layout import Layout


def decode_frame(data: bytes, layout: Layout) -> NDArray[np.integer]:
    """Decode one frame.

    Parameters
    ----------
    data
        The frame's codestream, or its native bytes.

    Returns
    -------
    (rows, columns) uint8, uint16 or int16: `bits_stored` bits of each cell, sign extended; overlay
    and other bits outside them are dropped.

    Raises
    ------
    ValueError
        The bytes do not hold the picture that the header describes, or cannot be decoded.
    """
    if layout.codec is None:
        cells = _native(data, layout)
    elif layout.codec == "rle":
        cells = _rle(data, layout)
    else:
        cells = _codestream(data, layout)
    return stored_values(cells, layout)


def stored_values(cells: NDArray[np.integer], layout: Layout) -> NDArray[np.integer]:
    """Keep the stored bits of each cell: shift down to bit 0, mask, extend the sign."""
    shift = layout.high_bit + 1 - layout.bits_stored
    mask = (1 << layout.bits_stored) - 1
    values = (cells.astype(np.uint16, copy=False) >> np.uint16(shift)) & np.uint16(mask)
    if not layout.signed:
        return values if layout.bits_stored > 8 else values.astype(np.uint8)
    # shifting the sign bit up to the top and back down again, arithmetically, extends it
    spare = 16 - layout.bits_stored
    return (values << np.uint16(spare)).view(np.int16) >> np.int16(spare)


def _native(data: bytes, layout: Layout) -> NDArray[np.integer]:
    if len(data) < layout.frame_bytes:
        msg = f"only {len(data)} of {layout.frame_bytes} bytes are there"
        raise ValueError(msg)
    order = "<" if layout.little_endian else ">"
    cells = np.frombuffer(data, f"{order}u{layout.bits_allocated // 8}", layout.rows * layout.columns)
    return cells.reshape(layout.rows, layout.columns)


def _rle(data: bytes, layout: Layout) -> NDArray[np.integer]:
    import imagecodecs

    cell = np.dtype(f"<u{layout.bits_allocated // 8}")
    try:
        decoded = imagecodecs.dicomrle_decode(data, cell)
    except RuntimeError as error:
        raise ValueError(_first_line(error)) from error
    if len(decoded) < layout.frame_bytes:
        msg = f"it decodes to only {len(decoded)} of {layout.frame_bytes} bytes"
        raise ValueError(msg)
    return np.frombuffer(decoded, cell, layout.rows * layout.columns).reshape(layout.rows, layout.columns)


def _codestream(data: bytes, layout: Layout) -> NDArray[np.integer]:
    import imagecodecs

    size = stated_size(data)
    if (size.rows, size.columns, size.components) != (layout.rows, layout.columns, 1):
        msg = (
            f"its codestream states {size.rows} x {size.columns} x {size.components}, "
            f"the header {layout.rows} x {layout.columns} x 1"
        )
        raise ValueError(msg)
    if not is_complete(data):
        msg = "its codestream has no end"
        raise ValueError(msg)
    decoder = {
        "jpeg": imagecodecs.jpeg_decode,
        "jpegls": imagecodecs.jpegls_decode,
        "jpeg2k": imagecodecs.jpeg2k_decode,
        "htj2k": imagecodecs.htj2k_decode,
    }[str(layout.codec)]
    try:
        pixels = np.asarray(decoder(data))
    # each codec has its own error classes, all of them RuntimeErrors
    except (RuntimeError, TypeError, MemoryError) as error:
        raise ValueError(_first_line(error)) from error
    if pixels.shape != (layout.rows, layout.columns) or pixels.dtype.kind not in "ui":
        msg = f"it decodes to {pixels.shape} of {pixels.dtype}, not {layout.rows} x {layout.columns} integers"
        raise ValueError(msg)
    return pixels


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
