"""Results that leakwatch wrote, told by their words: a document with any other text is not exported."""

from __future__ import annotations

import re

from pydicom import Dataset
from pydicom.uid import (
    Comprehensive3DSRStorage,
    GrayscaleSoftcopyPresentationStateStorage,
    KeyObjectSelectionDocumentStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    SegmentationStorage,
)

from leakwatch.dicom.values import text_in
from leakwatch.notice import RESEARCH_USE

CLASSES = frozenset(
    (
        Comprehensive3DSRStorage,
        GrayscaleSoftcopyPresentationStateStorage,
        KeyObjectSelectionDocumentStorage,
        SegmentationStorage,
        MultiFrameTrueColorSecondaryCaptureImageStorage,
    )
)
_WORDS = re.compile(
    r"run|leak [0-9]{1,6}|leakwatch( [0-9][0-9a-z.+-]{0,30})?|[0-9][0-9a-z.+-]{0,30}|"
    r"(Cement outside the bone in a projection, first seen and largest\. |"
    r"First frames on which leakwatch flags cement outside the bone\. )?" + re.escape(RESEARCH_USE)
)
_PATTERNS = {
    "TextValue": _WORDS,
    "UnformattedTextValue": _WORDS,
    "TrackingID": re.compile(r"cement_(in|out)side|leak [0-9]{1,6}|run"),
    "SegmentAlgorithmName": _WORDS,
    "SegmentDescription": re.compile(re.escape(RESEARCH_USE[:64].rstrip())),
    "DerivationDescription": re.compile(
        re.escape(f"Outline, cement and leak drawn on the run. {RESEARCH_USE}")
    ),
    "SegmentLabel": re.compile(r"Bone cement (in|out)side the bone's outline"),
    "ContentDescription": re.compile(
        r"(Bone cement|Outline and leaks|Outline, cement and leak) by leakwatch, research only"
    ),
}
_NOT_OURS = ("PersonName", "Date", "Time", "DateTime")
"""Value types that our documents do not have."""


def is_own(dataset: Dataset) -> bool:
    """Whether it says that leakwatch wrote it, and every free text in it is one that leakwatch writes."""
    if text_in(dataset, "Manufacturer") != "leakwatch" or dataset.get("SOPClassUID") not in CLASSES:
        return False
    return all(_is_ours(element.keyword, str(element.value or "")) for element in dataset.iterall())


def _is_ours(keyword: str, text: str) -> bool:
    if keyword in _NOT_OURS:
        return False
    pattern = _PATTERNS.get(keyword)
    return pattern is None or pattern.fullmatch(text) is not None
