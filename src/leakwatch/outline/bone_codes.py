"""Codes that say which kind of bone a segment is.

From PS3.16: CID 7603 (vertebrae), CID 7304 and CID 4031 (femur, sacrum), CID 1005 (acetabulum, head of
femur), and the SNOMED-RT identifiers beside them that older files bear. A list by hand because pydicom's
table of all codes costs 130 MB and a second.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydicom import Dataset

from leakwatch.dicom.values import text_in
from leakwatch.nouns import Site

_SCT = {
    Site.VERTEBRA: (
        "51282000",  # vertebra, then C1 to C7, T1 to T12, L1 to L5
        *("14806007", "39976000", "113205007", "5329002", "36978003", "36054005", "87391001"),
        *("64864005", "53733008", "1626008", "73071006", "56401006", "45296009"),
        *("62487009", "11068009", "82687006", "7610001", "12989004", "23215003"),
        *("66794005", "14293000", "36470004", "11994002", "49668003"),
    ),
    Site.SACRUM: ("54735007",),
    # femur, its head, its proximal end, its shaft
    Site.FEMUR: ("71341001", "2812003", "310651003", "41111004"),
    # acetabulum, bony pelvis, ilium; "hip" (29836001) is a region with two bones in it
    Site.ACETABULUM: ("37783008", "118645006", "22356005"),
}
_SRT = {
    Site.VERTEBRA: (
        "T-11510",
        *(f"T-116{level}0" for level in "1234567"),
        *(f"T-117{level}0" for level in "123456789ABC"),
        *(f"T-119{level}0" for level in "12345"),
    ),
    Site.SACRUM: ("T-11AD0",),
    Site.FEMUR: ("T-12710", "T-12711", "T-D078C", "T-12717"),
    Site.ACETABULUM: ("T-12390", "T-12375", "T-12340"),
}
_SCHEMES = (("SCT", _SCT), ("SRT", _SRT), ("SNM3", _SRT), ("99SDM", _SRT))
"""The last two are what SNOMED-RT was called before (PS3.16 8)."""
_SITES = {
    (scheme, value): site for scheme, codes in _SCHEMES for site, values in codes.items() for value in values
}


def site_of_codes(codes: Iterable[Dataset]) -> Site | None:
    """Tell a bone's kind from the first code (PS3.3 8.8) that says one; None where none does."""
    for code in codes:
        site = _SITES.get((text_in(code, "CodingSchemeDesignator"), text_in(code, "CodeValue")))
        if site is not None:
            return site
    return None
