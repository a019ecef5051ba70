"""Whether the Image Pixel attributes of a file go together."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from leakwatch.dicom.header import Header
from leakwatch.dicom.values import named, text
from leakwatch.errors import InputError

if TYPE_CHECKING:
    from leakwatch.dicom.layout import Layout


def check_layout(header: Header, layout: Layout, whole_cells: Collection[str]) -> None:
    """Refuse what contradicts itself, and what the standard leaves open.

    Parameters
    ----------
    whole_cells
        Codecs that keep every bit of a cell, so that High Bit may be anywhere.

    Raises
    ------
    InputError
        With the attribute and its value.
    """
    bounds = {
        "Rows": (layout.rows, 1, 65535),
        "Columns": (layout.columns, 1, 65535),
        "NumberOfFrames": (layout.frames, 1, 1 << 31),
        "BitsStored": (layout.bits_stored, 1, layout.bits_allocated),
        "HighBit": (layout.high_bit, layout.bits_stored - 1, layout.bits_allocated - 1),
    }
    for keyword, (value, low, high) in bounds.items():
        if not low <= value <= high:
            _refuse(header, keyword, value, f"outside {low} to {high}")
    if layout.bits_allocated not in (8, 16):
        msg = f"{header.path}: {named('BitsAllocated')} must be 8 or 16, not {layout.bits_allocated}"
        raise InputError(msg)
    coded = layout.codec is not None and layout.codec not in whole_cells
    if coded and layout.high_bit != layout.bits_stored - 1:
        # PS3.5 8.2 lets a codestream hold the stored bits alone, and says nothing of others beside them
        why = f"with {layout.bits_stored} bits stored, which is not supported in compressed pixels"
        msg = f"{header.path}: {named('HighBit')} is {layout.high_bit} {why}"
        raise InputError(msg)
    if layout.photometric not in ("MONOCHROME1", "MONOCHROME2"):
        _check_colour(header, layout)


def _check_colour(header: Header, layout: Layout) -> None:
    photometric = text(header, "PhotometricInterpretation")
    if layout.signed:
        _refuse(header, "PixelRepresentation", 1, f"which {photometric} forbids")
    if photometric == "PALETTE COLOR" and layout.bits_stored != layout.bits_allocated:
        why = f"not the {layout.bits_allocated} that are allocated, so the palette is not clear"
        _refuse(header, "BitsStored", layout.bits_stored, why)
    if layout.codec is None and photometric == "YBR_FULL_422":
        if layout.bits_allocated != 8 or layout.columns % 2 or layout.planar:
            msg = (
                f"{header.path}: {named('PhotometricInterpretation')} YBR_FULL_422 needs 8 bits, an even "
                "number of columns and Planar Configuration (0028,0006) 0"
            )
            raise InputError(msg)
    elif layout.codec is None and photometric in ("YBR_RCT", "YBR_ICT", "XYB"):
        msg = (
            f"{header.path}: {named('PhotometricInterpretation')} is {photometric}, which uncompressed "
            "pixels cannot have"
        )
        raise InputError(msg)


def _refuse(header: Header, keyword: str, value: int, why: str) -> None:
    msg = f"{header.path}: {named(keyword)} is {value}, {why}"
    raise InputError(msg)
