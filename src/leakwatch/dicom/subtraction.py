"""Whether the stored pixels are already the difference to a mask."""

from __future__ import annotations

import re
from collections.abc import Iterable

from leakwatch.dicom.coded_terms import DCM, PIXEL_BY_PIXEL_SUBTRACTION
from leakwatch.dicom.header import Header
from leakwatch.dicom.values import items, named, text, text_in, texts

_NAMED = re.compile(r"SUBTRACT|(^|[^A-Z])SUB([^A-Z]|$)")
_DENIED = re.compile(r"(UN|NON|NOT|NO|PRE)[ _-]*SUB")


def read_subtraction(header: Header) -> tuple[bool, tuple[str, ...]]:
    """Say whether the pixels are subtracted, and a sentence where the file speaks of subtraction.

    They are if Image Type (0008,0008) says so, or if Derivation Code Sequence (0008,9215) names
    pixel-by-pixel subtraction (DCM 113062). The Mask Module alone (PS3.3 C.7.6.10) only recommends a
    subtraction for display: the stored pixels are as the detector saw them. Pixels are not asked: a
    picture grey all over may be a subtracted one or a thick patient's.
    """
    if names_subtraction(texts(header, "ImageType")):
        return True, (_subtracted(f"{named('ImageType')} says that"),)
    if _is_derived_by_subtraction(header):
        return True, (_subtracted(f"{named('DerivationCodeSequence')} says that"),)
    if items(header.dataset, "MaskSubtractionSequence") or text(header, "RecommendedViewingMode") == "SUB":
        return False, (
            f"{named('MaskSubtractionSequence')} or {named('RecommendedViewingMode')} recommends a mask for "
            "display; the stored pixels are not subtracted and are used as they are",
        )
    return False, ()


def names_subtraction(values: Iterable[str]) -> bool:
    """Whether one of the values of an Image Type or Frame Type says that pixels are subtracted.

    Terms differ from maker to maker: any that has the word in it counts, unless it denies it; ``DSA``
    counts in a derived image, for an original one only bears the name of its protocol.
    """
    terms = [value.strip().upper() for value in values]
    if "DERIVED" in terms and "DSA" in terms:
        return True
    return any(_NAMED.search(term) and not _DENIED.search(term) for term in terms)


def _is_derived_by_subtraction(header: Header) -> bool:
    return any(
        (text_in(step, "CodingSchemeDesignator"), text_in(step, "CodeValue"))
        == (DCM, PIXEL_BY_PIXEL_SUBTRACTION)
        for step in items(header.dataset, "DerivationCodeSequence")
    )


def _subtracted(who: str) -> str:
    return (
        f"{who} the pictures are already subtracted from a mask; cement and what else has moved since "
        "the mask look alike there, so nothing is decided"
    )
