"""Turn the bytes of one frame into stored values."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.codestream import is_complete, is_ycc, stated_size
from leakwatch.dicom.colour import luminance_of
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.rle_header import check_segments

_DECODED_TO_RGB = frozenset(["RGB", "YBR_RCT", "YBR_ICT", "XYB"])
"""What the decoders of JPEG 2000 and its like give back as RGB."""


def decode_frame(data: bytes, layout: Layout) -> NDArray[np.integer]:
    """Decode one frame.

    Parameters
    ----------
    data
        The frame's codestream, or its native bytes.

    Returns
    -------
    (rows, columns) uint8, uint16 or int16: `bits_stored` bits of each cell, sign extended; overlay
    and other bits outside them are dropped. Colour is made luminance.

    Raises
    ------
    ValueError
        The bytes do not hold the picture that the header describes, or cannot be decoded.
    """
    is_rgb = layout.photometric == "RGB"
    if layout.codec in (None, "raw"):
        cells = _native(data, layout)
    elif layout.codec == "deflate":
        cells = _native(_inflated(data, layout.frame_bytes), layout)
    elif layout.codec == "rle":
        cells = _rle(data, layout)
    else:
        cells, is_rgb = _codestream(data, layout)
    values = stored_values(cells, layout)
    if layout.samples > 1:
        return luminance_of(values, is_rgb)
    return values if layout.grey_table is None else layout.grey_table[values]


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


def swap_pairs(data: bytes) -> bytes:
    """Put the bytes of big-endian words in order: of two, the lower is the first pixel (PS3.5 8.1.1)."""
    return np.frombuffer(data, ">u2").astype("<u2").tobytes()


def _native(data: bytes, layout: Layout) -> NDArray[np.integer]:
    if len(data) < layout.frame_bytes:
        msg = f"only {len(data)} of {layout.frame_bytes} bytes are there"
        raise ValueError(msg)
    order = "<" if layout.little_endian else ">"
    cell = np.dtype(f"{order}u{layout.bits_allocated // 8}")
    cells = np.frombuffer(data, cell, layout.frame_bytes // cell.itemsize)
    shape = (layout.rows, layout.columns)
    if layout.samples == 1:
        return cells.reshape(shape)
    if layout.photometric == "YBR_FULL_422":
        # Y Y Cb Cr for each two pixels (PS3.3 C.7.6.3.1.2); the colour is not needed
        return cells.reshape(-1, 4)[:, :2].reshape(*shape, 1)
    if layout.planar:
        return np.moveaxis(cells.reshape(layout.samples, *shape), 0, -1)
    return cells.reshape(*shape, layout.samples)


def _inflated(data: bytes, size: int) -> bytes:
    """Undo RFC 1951, up to the size of a frame and no further (PS3.5 A.4.12)."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, size)
    except zlib.error as error:
        msg = "the deflated stream is corrupt"
        raise ValueError(msg) from error


def _rle(data: bytes, layout: Layout) -> NDArray[np.integer]:
    import imagecodecs

    cell = np.dtype(f"<u{layout.bits_allocated // 8}")
    check_segments(data, layout.samples * cell.itemsize)
    try:
        decoded = imagecodecs.dicomrle_decode(data, cell)
    except RuntimeError as error:
        raise ValueError(_first_line(error)) from error
    count = layout.rows * layout.columns * layout.samples
    if len(decoded) < count * cell.itemsize:
        msg = f"it decodes to only {len(decoded)} of {count * cell.itemsize} bytes"
        raise ValueError(msg)
    cells = np.frombuffer(decoded, cell, count)
    if layout.samples == 1:
        return cells.reshape(layout.rows, layout.columns)
    # one segment after another, whatever Planar Configuration says (PS3.5 G.2)
    return np.moveaxis(cells.reshape(layout.samples, layout.rows, layout.columns), 0, -1)


def _codestream(data: bytes, layout: Layout) -> tuple[NDArray[np.integer], bool]:
    """Decode, and say whether three samples are RGB."""
    import imagecodecs

    size = stated_size(data)
    samples = size.components or layout.samples
    if (size.rows, size.columns, samples) != (layout.rows, layout.columns, layout.samples):
        msg = (
            f"its codestream states {size.rows} x {size.columns} x {samples}, "
            f"the header {layout.rows} x {layout.columns} x {layout.samples}"
        )
        raise ValueError(msg)
    if not is_complete(data):
        msg = "its codestream has no end"
        raise ValueError(msg)
    is_rgb = layout.photometric in _DECODED_TO_RGB or layout.codec == "jpegxl"
    try:
        if layout.codec == "jpeg" and layout.samples > 1:
            # asking for the colours it is stored in leaves them as they are
            is_rgb = not is_ycc(data, assumed=layout.photometric != "RGB")
            space = "RGB" if is_rgb else "YCBCR"
            pixels = np.asarray(imagecodecs.jpeg_decode(data, colorspace=space, outcolorspace=space))
        else:
            pixels = np.asarray(_decoder(str(layout.codec))(data))
    # each codec has its own error classes, all of them RuntimeErrors
    except (RuntimeError, ValueError, TypeError, MemoryError) as error:
        raise ValueError(_first_line(error)) from error
    shape = (layout.rows, layout.columns, layout.samples)[: 2 if layout.samples == 1 else 3]
    if pixels.shape != shape or pixels.dtype.kind not in "ui":
        what = " x ".join(str(side) for side in shape)
        msg = f"it decodes to {pixels.shape} of {pixels.dtype}, not {what} integers"
        raise ValueError(msg)
    return pixels, is_rgb


def _decoder(codec: str) -> Callable[[bytes], NDArray[np.integer]]:
    import imagecodecs

    decoders: dict[str, Callable[[bytes], NDArray[np.integer]]] = {
        "jpeg": imagecodecs.jpeg_decode,
        "jpegls": imagecodecs.jpegls_decode,
        "jpeg2k": imagecodecs.jpeg2k_decode,
        "htj2k": imagecodecs.htj2k_decode,
        "jpegxl": imagecodecs.jpegxl_decode,
    }
    return decoders[codec]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
