"""Which decoder each transfer syntax needs, and what to do where there is none."""

from __future__ import annotations

from pydicom.uid import (
    HEVCM10P51,
    HEVCMP51,
    HTJ2K,
    JPEG2000,
    MPEG2MPHL,
    MPEG2MPHLF,
    MPEG2MPML,
    MPEG2MPMLF,
    MPEG4HP41,
    MPEG4HP41BD,
    MPEG4HP41BDF,
    MPEG4HP41F,
    MPEG4HP422D,
    MPEG4HP422DF,
    MPEG4HP423D,
    MPEG4HP423DF,
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

from leakwatch.dicom.syntaxes import (
    ADVICE,
    DEFLATED_FRAMES,
    ENCAPSULATED_UNCOMPRESSED,
    JPEG_XL,
    JPEG_XL_LOSSLESS,
    JPEG_XL_RECOMPRESSION,
    syntax_name,
)

NATIVE = frozenset(
    [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
"""Transfer syntaxes whose pixels need no decoder."""

CELLS = frozenset(["raw", "deflate", "rle"])
"""Codecs that keep whole cells, with every bit where native pixels have it."""

MOVING = frozenset(["mpegvideo", "h264", "hevc"])
"""Codecs that make one stream of all frames."""

_CODECS = {
    ENCAPSULATED_UNCOMPRESSED: "raw",
    DEFLATED_FRAMES: "deflate",
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
    JPEG_XL_LOSSLESS: "jpegxl",
    JPEG_XL_RECOMPRESSION: "jpegxl",
    JPEG_XL: "jpegxl",
    **dict.fromkeys([MPEG2MPML, MPEG2MPMLF, MPEG2MPHL, MPEG2MPHLF], "mpegvideo"),
    **dict.fromkeys([MPEG4HP41, MPEG4HP41F, MPEG4HP41BD, MPEG4HP41BDF], "h264"),
    **dict.fromkeys([MPEG4HP422D, MPEG4HP422DF, MPEG4HP423D, MPEG4HP423DF], "h264"),
    **dict.fromkeys([HEVCMP51, HEVCM10P51], "hevc"),
}
_IMAGECODECS = {
    "rle": "DICOMRLE",
    "jpeg": "JPEG8",
    "jpegls": "JPEGLS",
    "jpeg2k": "JPEG2K",
    "htj2k": "HTJ2K",
    "jpegxl": "JPEGXL",
}


def codec_for(syntax: UID) -> str | None:
    """Name the decoder of a transfer syntax; None where there is none or none is needed."""
    return _CODECS.get(syntax)


def no_decoder(syntax: UID) -> str:
    """Say, in the second half of a sentence, why a transfer syntax cannot be read; empty where it can.

    That is where no maintained decoder exists, or where the installed one was built without it.
    """
    if syntax in NATIVE:
        return ""
    codec = codec_for(syntax)
    if codec is None:
        return f"for which there is no decoder; {ADVICE.get(syntax, ADVICE[''])}"
    package = missing_package(codec)
    if not package:
        return ""
    return (
        f"whose decoder the installed {package} was built without; install the wheel of {package} that its "
        f"makers publish (pip install --only-binary :all: {package})"
    )


def missing_package(codec: str) -> str:
    """Name the package that lacks the decoder; empty where it is there."""
    if codec in MOVING:
        import av

        return "" if av_codec(codec) in av.codec.codecs_available else "av"
    name = _IMAGECODECS.get(codec)
    if name is None:
        return ""
    import imagecodecs

    return "" if getattr(imagecodecs, name).available else "imagecodecs"


def av_codec(codec: str) -> str:
    """Name a moving codec as its library does; in streams without a container the two differ."""
    return "mpeg2video" if codec == "mpegvideo" else codec


__all__ = ["CELLS", "MOVING", "NATIVE", "codec_for", "missing_package", "no_decoder", "syntax_name"]
