"""How the pixels of one file are laid out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.codecs import CELLS, MOVING, codec_for, no_decoder
from leakwatch.dicom.colour import COLOUR, GREY, read_grey_table
from leakwatch.dicom.header import Header
from leakwatch.dicom.layout_checks import check_layout
from leakwatch.dicom.syntaxes import syntax_name
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
        Name of the decoder (`codecs.codec_for`); None for native pixels.
    offset
        First byte of the value of Pixel Data.
    samples
        Per pixel: 1, or 3 for colour, which is decoded to luminance of `bits_stored` bits.
    photometric
        Photometric Interpretation (0028,0004).
    planar
        Whether each colour of a native frame is stored by itself (Planar Configuration 1).
    swapped
        Whether native bytes come in pairs, the second before the first (8 bits in big-endian words).
    grey_table, grey_palette
        Of PALETTE COLOR, the luminance of each index, (2 ** bits_stored,), and whether it has no colours.
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
    samples: int = 1
    photometric: str = "MONOCHROME2"
    planar: bool = False
    swapped: bool = False
    grey_table: NDArray[np.integer] | None = None
    grey_palette: bool = False

    @property
    def frame_bytes(self) -> int:
        """Size of one decoded frame, bytes; in native YBR_FULL_422 two pixels share their colour."""
        shared = self.codec not in ("jpeg", "jpegxl") and self.photometric == "YBR_FULL_422"
        return self.rows * self.columns * (2 if shared else self.samples) * self.bits_allocated // 8

    @property
    def is_colour(self) -> bool:
        """Whether decoding makes luminance out of something else."""
        return self.samples > 1 or self.grey_table is not None

    @property
    def is_moving(self) -> bool:
        """Whether all frames are one video stream."""
        return self.codec in MOVING


def read_layout(header: Header) -> Layout:
    """Check the Image Pixel attributes of a file.

    Raises
    ------
    InputError
        Pixel data are missing, an attribute is missing or contradicts another, or there is no decoder
        for the transfer syntax.
    """
    path = header.path
    if header.pixel_offset is None:
        msg = f"{path}: Pixel Data (7FE0,0010) is missing"
        raise InputError(msg)
    if trouble := no_decoder(header.syntax):
        msg = f"{path}: Transfer Syntax UID (0002,0010) is {syntax_name(header.syntax)!r}, {trouble}"
        raise InputError(msg)
    codec = codec_for(header.syntax)
    if (codec is None) != (header.pixel_length is not None):
        length = "a defined" if codec else "an undefined"
        name = syntax_name(header.syntax)
        msg = f"{path}: Pixel Data (7FE0,0010) has {length} length, which {name!r} forbids"
        raise InputError(msg)
    photometric = _photometric(header, codec)
    bits_allocated = whole(header, "BitsAllocated")
    bits_stored = whole(header, "BitsStored", default=bits_allocated)
    samples = 1 if photometric in (*GREY, "PALETTE COLOR") else 3
    layout = Layout(
        rows=whole(header, "Rows"),
        columns=whole(header, "Columns"),
        frames=whole(header, "NumberOfFrames", default=1),
        bits_allocated=bits_allocated,
        bits_stored=bits_stored,
        high_bit=whole(header, "HighBit", default=bits_stored - 1),
        signed=whole(header, "PixelRepresentation", default=0) == 1,
        little_endian=header.little_endian,
        codec=codec,
        offset=header.pixel_offset,
        samples=samples,
        photometric=photometric,
        planar=samples == 3 and whole(header, "PlanarConfiguration", default=0) == 1,
        swapped=not header.little_endian and bits_allocated == 8 and _is_words(header),
    )
    check_layout(header, layout, CELLS)
    if photometric != "PALETTE COLOR":
        return layout
    table, is_grey = read_grey_table(header, bits_stored)
    return replace(layout, grey_table=table, grey_palette=is_grey)


def _photometric(header: Header, codec: str | None) -> str:
    """Return Photometric Interpretation once it agrees with Samples per Pixel."""
    photometric = text(header, "PhotometricInterpretation").upper()
    samples = whole(header, "SamplesPerPixel", default=1)
    expected = 3 if photometric in COLOUR else 1
    moving_only = photometric == "YBR_PARTIAL_420" and codec not in MOVING
    if photometric not in (*GREY, *COLOUR, "PALETTE COLOR") or moving_only:
        msg = (
            f"{header.path}: {named('PhotometricInterpretation')} is "
            f"{shown(header, 'PhotometricInterpretation')}, of which no grey picture can be made"
        )
        raise InputError(msg)
    if samples != expected:
        msg = (
            f"{header.path}: {named('SamplesPerPixel')} is {samples}, but "
            f"{named('PhotometricInterpretation')} {photometric} has {expected}"
        )
        raise InputError(msg)
    return photometric


def _is_words(header: Header) -> bool:
    """Whether Pixel Data has the VR OW, which stands before its value (PS3.5 7.1.2 and 8.1.1)."""
    if header.pixel_offset is None or header.pixel_offset < 8:
        return False
    with header.path.open("rb") as source:
        source.seek(header.pixel_offset - 8)
        return source.read(2) == b"OW"
