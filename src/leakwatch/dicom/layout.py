"""How the pixels of one file are laid out."""

from __future__ import annotations

from dataclasses import dataclass

from leakwatch.dicom.codecs import NATIVE, codec_for
from leakwatch.dicom.header import Header
from leakwatch.dicom.values import named, shown, text, whole
from leakwatch.errors import InputError


@dataclass(frozen=True, slots=True)
class Layout:
    """The pixel matrix, its bits and where they begin; every value has been checked against the others.

    Attributes
    ----------
    bits_allocated, bits_stored, high_bit, signed
        Cell of a stored value: `bits_stored` bits ending at `high_bit`, two's complement if `signed`.
    codec
        Name of the decoder (`decode.codec_for`); None for native pixels.
    offset
        First byte of the value of Pixel Data.
    """

    rows: int
    columns: int
    frames: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    little_endian: bool
    codec: str | None
    offset: int

    @property
    def frame_bytes(self) -> int:
        """Size of one decoded frame, bytes."""
        return self.rows * self.columns * self.bits_allocated // 8


def read_layout(header: Header) -> Layout:
    """Check the Image Pixel attributes of a file.

    Raises
    ------
    InputError
        Pixel data are missing or in colour, an attribute is missing or contradicts another, or there is
        no decoder for the transfer syntax.
    """
    path = header.path
    if header.pixel_offset is None:
        msg = f"{path}: Pixel Data (7FE0,0010) is missing"
        raise InputError(msg)
    _refuse_colour(header)
    codec = codec_for(header.syntax)
    if codec is None and header.syntax not in NATIVE:
        name = header.syntax.name
        msg = f"{path}: Transfer Syntax UID (0002,0010) is {name!r}, for which there is no decoder"
        raise InputError(msg)
    if (codec is None) != (header.pixel_length is not None):
        length = "a defined" if codec else "an undefined"
        msg = f"{path}: Pixel Data (7FE0,0010) has {length} length, which {header.syntax.name!r} forbids"
        raise InputError(msg)
    bits_allocated = whole(header, "BitsAllocated")
    bits_stored = whole(header, "BitsStored", default=bits_allocated)
    high_bit = whole(header, "HighBit", default=bits_stored - 1)
    layout = Layout(
        rows=whole(header, "Rows"),
        columns=whole(header, "Columns"),
        frames=whole(header, "NumberOfFrames", default=1),
        bits_allocated=bits_allocated,
        bits_stored=bits_stored,
        high_bit=high_bit,
        signed=whole(header, "PixelRepresentation", default=0) == 1,
        little_endian=header.little_endian,
        codec=codec,
        offset=header.pixel_offset,
    )
    _check(header, layout)
    return layout


def _refuse_colour(header: Header) -> None:
    if whole(header, "SamplesPerPixel", default=1) != 1:
        said = shown(header, "SamplesPerPixel")
        msg = f"{header.path}: {named('SamplesPerPixel')} is {said}, a colour picture"
        raise InputError(msg)
    photometric = text(header, "PhotometricInterpretation")
    if photometric not in ("MONOCHROME1", "MONOCHROME2"):
        msg = (
            f"{header.path}: {named('PhotometricInterpretation')} must be MONOCHROME1 or MONOCHROME2, "
            f"not {shown(header, 'PhotometricInterpretation')}"
        )
        raise InputError(msg)


def _check(header: Header, layout: Layout) -> None:
    bounds = {
        "Rows": (layout.rows, 1, 65535),
        "Columns": (layout.columns, 1, 65535),
        "NumberOfFrames": (layout.frames, 1, 1 << 31),
        "BitsStored": (layout.bits_stored, 1, layout.bits_allocated),
        "HighBit": (layout.high_bit, layout.bits_stored - 1, layout.bits_allocated - 1),
    }
    for keyword, (value, low, high) in bounds.items():
        if not low <= value <= high:
            msg = f"{header.path}: {named(keyword)} is {value}, outside {low} to {high}"
            raise InputError(msg)
    if layout.bits_allocated not in (8, 16):
        msg = f"{header.path}: {named('BitsAllocated')} must be 8 or 16, not {layout.bits_allocated}"
        raise InputError(msg)
    if layout.codec is not None and layout.high_bit != layout.bits_stored - 1:
        msg = (
            f"{header.path}: {named('HighBit')} is {layout.high_bit} with {layout.bits_stored} bits stored, "
            "which is not supported in compressed pixels"
        )
        raise InputError(msg)
    if not layout.little_endian and layout.bits_allocated == 8:
        msg = f"{header.path}: {named('BitsAllocated')} 8 in big endian byte order is not supported"
        raise InputError(msg)
