"""The grey values of a decoded video frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av import VideoFrame

_LIMITED, _FULL = 1, 2
"""AVCOL_RANGE_MPEG and AVCOL_RANGE_JPEG."""


@dataclass(frozen=True, slots=True)
class Luma:
    """`pixels` (rows, columns) uint8 or uint16 of `bits` bits: 0 is black and the largest value white."""

    pixels: NDArray[np.integer]
    bits: int


def has_colour(format_name: str) -> bool:
    """Say whether a pixel format holds more than grey values."""
    return not format_name.startswith(("gray", "mono", "ya"))


def luma_of(frame: VideoFrame) -> Luma:
    """Take the luma plane of a frame, or the luminance of an RGB one, and stretch it to full range.

    Limited range has black at 16 and white at 235, times 2 ** (bits - 8) (ITU-R BT.601-7 2.5.3); a YUV
    format that states no range has it, by convention. What lies below black or above white is cut.

    Raises
    ------
    ValueError
        The pixel format is one that cannot be converted.
    """
    form = frame.format
    if form.is_rgb or form.has_palette:
        deep = max(component.bits for component in form.components) > 8
        return _luminance(frame, 16 if deep else 8)
    bits = form.components[0].bits
    plain = frame
    if not _is_plain(form.name, bits) or frame.planes[0].line_size < 0:
        plain = frame.reformat(format="gray" if bits <= 8 else "yuv444p16le" if bits > 12 else "yuv444p12le")
        bits = max(8, plain.format.components[0].bits)
        if plain.format.name == "gray":  # the conversion has stretched it
            return Luma(_plane(plain, np.dtype("u1")), 8)
    pixels = _plane(plain, np.dtype("u1") if bits <= 8 else np.dtype("<u2"))
    limited = frame.color_range == _LIMITED or (
        frame.color_range != _FULL and not form.name.startswith(("gray", "yuvj", "ya"))
    )
    return Luma(_stretch(bits)[np.minimum(pixels, (1 << bits) - 1)] if limited else pixels, bits)


def luminance(
    red: NDArray[np.integer], green: NDArray[np.integer], blue: NDArray[np.integer]
) -> NDArray[np.integer]:
    """Weigh colour planes into luminance of the same depth, 0.299 R + 0.587 G + 0.114 B (BT.601-7 2.5.1).

    Where all three are equal the result is the same value.
    """
    weighed = np.float32(0.299) * red + np.float32(0.587) * green + np.float32(0.114) * blue
    grey: NDArray[np.integer] = np.rint(weighed).astype(red.dtype)
    return grey


def _is_plain(name: str, bits: int) -> bool:
    """Whether plane 0 is luma alone, in bytes or little-endian words."""
    if bits <= 8:
        return name.startswith(("yuv4", "yuvj4", "yuva4", "nv12", "nv21", "nv16")) or name == "gray"
    return name.startswith(("yuv4", "yuva4", "gray")) and name.endswith("le") and not name.startswith("grayf")


def _plane(frame: VideoFrame, cell: np.dtype[np.integer]) -> NDArray[np.integer]:
    plane = frame.planes[0]
    stride = plane.line_size // cell.itemsize
    rows = np.frombuffer(memoryview(plane), cell, stride * frame.height).reshape(frame.height, stride)
    return np.ascontiguousarray(rows[:, : frame.width])


def _luminance(frame: VideoFrame, bits: int) -> Luma:
    colours = frame.reformat(format="gbrp" if bits == 8 else "gbrp16le")
    cell = np.dtype("u1" if bits == 8 else "<u2")
    shape = (frame.height, colours.planes[0].line_size // cell.itemsize)
    green, blue, red = (
        np.frombuffer(memoryview(plane), cell, shape[0] * shape[1]).reshape(shape)[:, : frame.width]
        for plane in colours.planes
    )
    return Luma(luminance(red, green, blue), bits)


def _stretch(bits: int) -> NDArray[np.integer]:
    top = (1 << bits) - 1
    black, span = 16 << (bits - 8), 219 << (bits - 8)
    full = np.clip(np.rint((np.arange(top + 1) - black) * (top / span)), 0, top)
    table: NDArray[np.integer] = full.astype(np.uint8 if bits == 8 else np.uint16)
    return table
