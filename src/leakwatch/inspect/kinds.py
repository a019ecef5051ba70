"""What kind of recording a run is, and how its pixels are stored, in words."""

from __future__ import annotations

from enum import StrEnum

from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    DeflatedExplicitVRLittleEndian,
    EnhancedXAImageStorage,
    EnhancedXRFImageStorage,
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
    XRayAngiographicImageStorage,
    XRayRadiofluoroscopicImageStorage,
)

from leakwatch.dicom.codecs import syntax_name
from leakwatch.nouns import Medium, Run

_RETIRED_BIPLANE = "1.2.840.10008.5.1.4.1.1.12.3"
_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


class Kind(StrEnum):
    """What a recording is."""

    XA = "XA"
    RF = "RF"
    ENHANCED_XA = "Enhanced XA"
    ENHANCED_XRF = "Enhanced XRF"
    BIPLANE_XA = "biplane XA"
    CAPTURE = "capture"
    VIDEO = "video"


_CLASSES = {
    XRayAngiographicImageStorage: Kind.XA,
    XRayRadiofluoroscopicImageStorage: Kind.RF,
    EnhancedXAImageStorage: Kind.ENHANCED_XA,
    EnhancedXRFImageStorage: Kind.ENHANCED_XRF,
    _RETIRED_BIPLANE: Kind.BIPLANE_XA,
}

_SYNTAXES = {
    ImplicitVRLittleEndian: "uncompressed",
    ExplicitVRLittleEndian: "uncompressed",
    ExplicitVRBigEndian: "uncompressed, big endian",
    DeflatedExplicitVRLittleEndian: "deflated",
    RLELossless: "RLE",
    JPEGBaseline8Bit: "JPEG baseline, lossy",
    JPEGExtended12Bit: "JPEG extended, lossy",
    JPEGLossless: "JPEG lossless",
    JPEGLosslessSV1: "JPEG lossless",
    JPEGLSLossless: "JPEG-LS lossless",
    JPEGLSNearLossless: "JPEG-LS, near lossless",
    JPEG2000Lossless: "JPEG 2000 lossless",
    JPEG2000: "JPEG 2000",
    HTJ2KLossless: "HTJ2K lossless",
    HTJ2KLosslessRPCL: "HTJ2K lossless",
    HTJ2K: "HTJ2K",
}


def kind_of(run: Run) -> Kind:
    """Tell the kind of a run from its medium and SOP Class."""
    if run.medium is Medium.VIDEO:
        return Kind.VIDEO
    stated = run.tags.get("SOPClassUID", "")
    if stated.startswith(_CAPTURE):
        return Kind.CAPTURE
    return _CLASSES.get(UID(stated), Kind.RF if run.modality == "RF" else Kind.XA)


def syntax_uid(run: Run) -> str | None:
    """Give the Transfer Syntax UID, None for a video."""
    return run.tags.get("TransferSyntaxUID")


def stored_as(run: Run) -> str:
    """Say how the pixels are stored: ``JPEG-LS lossless``."""
    stated = syntax_uid(run)
    if stated is None:
        told = [run.tags[name] for name in ("Codec", "Container") if name in run.tags]
        return " in ".join(told) or "not stated"
    # The dictionary's own name for a known UID, and not the file's text for any other.
    syntax = UID(stated)
    name = syntax_name(syntax)
    return _SYNTAXES.get(syntax, name if name != stated else "another transfer syntax")
