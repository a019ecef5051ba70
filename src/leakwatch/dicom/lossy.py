"""What compression may have taken from the pixels."""

from __future__ import annotations

from pydicom.uid import (
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLSNearLossless,
    MPEGTransferSyntaxes,
)

from leakwatch.dicom.header import Header
from leakwatch.dicom.values import joined, named, numbers, present, text

_ALWAYS_LOSSY = frozenset([JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless, *MPEGTransferSyntaxes])


def read_lossy(header: Header) -> tuple[str, ...]:
    """Give the sentence owed to lossy compression, now or earlier; () if there was none (C.7.6.1.1.5)."""
    stated = text(header, "LossyImageCompression") == "01"
    if not stated and header.syntax not in _ALWAYS_LOSSY:
        return ()
    if stated:
        who = f"{named('LossyImageCompression')} is 01"
    else:
        who = f"the transfer syntax {header.syntax.name!r} is lossy"
    method = joined(header, "LossyImageCompressionMethod")
    ratio = numbers(header, "LossyImageCompressionRatio")
    how = [f"by {method}"] if method and present(header, "LossyImageCompressionMethod") else []
    how += [f"to 1/{value:.3g}" for value in ratio[-1:] if value > 0]
    detail = f" ({' '.join(how)})" if how else ""
    return (f"{who}{detail}: compression has changed the noise, and faint leaks may be lost",)
