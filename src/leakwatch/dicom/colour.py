"""Colour pictures as grey ones."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut

from leakwatch.dicom.header import Header
from leakwatch.dicom.keywords import PALETTE
from leakwatch.dicom.values import named, shown
from leakwatch.errors import InputError
from leakwatch.video.luma import luminance

GREY = ("MONOCHROME1", "MONOCHROME2")
COLOUR = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_RCT", "YBR_ICT", "YBR_PARTIAL_420", "XYB")
"""Photometric Interpretations of three samples; YBR_PARTIAL_420 occurs in moving pictures only."""


def luminance_of(cells: NDArray[np.integer], is_rgb: bool) -> NDArray[np.integer]:
    """Take the luminance of (rows, columns, 3) samples: Y of YBR, a weighed sum of RGB.

    Formula: PS3.3 C.7.6.3.1.2, Y = 0.2990 R + 0.5870 G + 0.1140 B; black is 0 and white the largest value.
    """
    if not is_rgb:
        return cells[..., 0]
    return luminance(cells[..., 0], cells[..., 1], cells[..., 2])


def read_grey_table(header: Header, bits: int) -> tuple[NDArray[np.integer], bool]:
    """Read the palette of a PALETTE COLOR picture as the luminance of each index (PS3.3 C.7.6.3.1.5).

    Segmented palettes are not read: their segments may refer to each other and grow without bound.

    Returns
    -------
    table
        (2 ** bits,) uint8 or uint16, scaled to `bits` bits.
    is_grey
        Whether red, green and blue are equal in every entry.

    Raises
    ------
    InputError
        The palette is missing or broken.
    """
    palette = Dataset()
    for keyword in PALETTE:
        if keyword in header.dataset:
            palette[keyword] = header.dataset[keyword]
    index = np.arange(1 << bits, dtype=np.uint8 if bits <= 8 else np.uint16)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            colours = np.asarray(apply_color_lut(index.reshape(1, -1), palette))[0]
        red, green, blue = (colours[:, place] for place in range(3))
    # a broken palette may fail in any way; what pydicom says of it may quote values
    except Exception as error:
        keyword = "RedPaletteColorLookupTableDescriptor"
        said = shown(header, keyword) if keyword in header.dataset else "missing"
        msg = (
            f"{header.path}: {named('PhotometricInterpretation')} is PALETTE COLOR, but the palette cannot "
            f"be read ({named(keyword)} is {said}; {type(error).__name__})"
        )
        raise InputError(msg) from error
    grey = luminance(red, green, blue)
    depth = 8 * grey.dtype.itemsize
    scaled = grey.astype(np.float64) * ((1 << bits) - 1) / ((1 << depth) - 1)
    table: NDArray[np.integer] = np.rint(scaled).astype(index.dtype)
    return table, bool((colours == colours[:, :1]).all())
