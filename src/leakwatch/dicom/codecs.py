"""Which decoder each transfer syntax needs."""

from __future__ import annotations

from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

NATIVE = frozenset(
    [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
"""Transfer syntaxes whose pixels need no decoder."""

_CODECS = {
    RLELossless: "rle",
    JPEGBaseline8Bit: "jpeg",
    JPEGExtended12Bit: "jpeg",
    JPEGLossless: "jpeg",
    JPEGLosslessSV1: "jpeg",
    JPEGLSLossless: "jpegls",
    JPEGLSNearLossless: "jpegls",
    JPEG2000Lossless: "jpeg2k",
    JPEG2000: "jpeg2k",
    HTJ2KLossless: "htj2k",
    HTJ2KLosslessRPCL: "htj2k",
    HTJ2K: "htj2k",
}


def codec_for(syntax: UID) -> str | None:
    """Name the decoder of a transfer syntax; None where there is none or none is needed."""
    return _CODECS.get(syntax)
