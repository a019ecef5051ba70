"""Transfer syntaxes that the parser's dictionary lacks, and what to do with those nobody decodes."""

from __future__ import annotations

import re

from pydicom.uid import (
    MPEG4HP42STEREO,
    MPEG4HP42STEREOF,
    UID,
    JPIPHTJ2KReferenced,
    JPIPHTJ2KReferencedDeflate,
    SMPTEST211020UncompressedInterlacedActiveVideo,
    SMPTEST211020UncompressedProgressiveActiveVideo,
    SMPTEST211030PCMDigitalAudio,
)

ENCAPSULATED_UNCOMPRESSED = UID("1.2.840.10008.1.2.1.98")
DEFLATED_FRAMES = UID("1.2.840.10008.1.2.8.1")
JPEG_XL_LOSSLESS = UID("1.2.840.10008.1.2.4.110")
JPEG_XL_RECOMPRESSION = UID("1.2.840.10008.1.2.4.111")
JPEG_XL = UID("1.2.840.10008.1.2.4.112")

_NAMES = {
    DEFLATED_FRAMES: "Deflated Image Frame Compression",
    JPEG_XL_LOSSLESS: "JPEG XL Lossless",
    JPEG_XL_RECOMPRESSION: "JPEG XL JPEG Recompression",
    JPEG_XL: "JPEG XL",
}
"""PS3.6 table A-1, where the dictionary is older."""

_ELSEWHERE = "its pixels lie on a server and not in the file; ask for the pictures themselves"
_LIVE = "it is for live transmission; record it as a file first"
ADVICE: dict[str, str] = {
    **dict.fromkeys(
        [
            UID("1.2.840.10008.1.2.4.94"),
            UID("1.2.840.10008.1.2.4.95"),
            JPIPHTJ2KReferenced,
            JPIPHTJ2KReferencedDeflate,
        ],
        _ELSEWHERE,
    ),
    **dict.fromkeys(
        [
            SMPTEST211020UncompressedProgressiveActiveVideo,
            SMPTEST211020UncompressedInterlacedActiveVideo,
            SMPTEST211030PCMDigitalAudio,
        ],
        _LIVE,
    ),
    **dict.fromkeys(
        [MPEG4HP42STEREO, MPEG4HP42STEREOF], "it holds two views; export one of them as a video of its own"
    ),
    **dict.fromkeys(
        [UID("1.2.840.10008.1.2.6.1"), UID("1.2.840.10008.1.2.6.2")], "it is no encoding of pictures"
    ),
    "": "convert the file to Explicit VR Little Endian first, with dcmdjpeg of dcmtk or with gdcmconv --raw",
}
"""By transfer syntax; under the empty string, for all others."""


def syntax_name(syntax: UID) -> str:
    """Return the name of a transfer syntax, its UID, as far as it is one, where it has none."""
    if syntax in _NAMES or syntax.name != syntax:
        return _NAMES.get(syntax, syntax.name)
    like_a_uid = re.match(r"[0-9.]{0,64}", syntax)
    shown = like_a_uid.group() if like_a_uid else ""
    return shown if shown == syntax else f"{shown}..."
