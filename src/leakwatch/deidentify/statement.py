"""What a de-identified object says of itself (PS3.3 C.12.1, codes of PS3.16 CID 7050)."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.sr.coding import Code

from leakwatch.config.deidentify import DeidentifyConfig

_BASIC = Code("113100", "DCM", "Basic Application Confidentiality Profile")
_CLEAN_PIXELS = Code("113101", "DCM", "Clean Pixel Data Option")
_FULL_DATES = Code("113106", "DCM", "Retain Longitudinal Temporal Information Full Dates Option")
_MODIFIED_DATES = Code("113107", "DCM", "Retain Longitudinal Temporal Information Modified Dates Option")
_DEVICE = Code("113109", "DCM", "Retain Device Identity Option")
_DATES = {
    "remove": (None, "REMOVED"),
    "shift": (_MODIFIED_DATES, "MODIFIED"),
    "keep": (_FULL_DATES, "UNMODIFIED"),
}


def state(dataset: Dataset, config: DeidentifyConfig, version: str, *, cleaned: bool) -> None:
    """Write by what rules it was made; `cleaned` where parts of the picture were covered."""
    option, information = _DATES[config.dates]
    codes = [_BASIC, *([_CLEAN_PIXELS] if cleaned else []), *([option] if option else [])]
    codes += [_DEVICE] if config.keep_device else []
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = f"leakwatch {version}"
    dataset.DeidentificationMethodCodeSequence = [_item(code) for code in codes]
    dataset.LongitudinalTemporalInformationModified = information


def _item(code: Code) -> Dataset:
    found = Dataset()
    found.CodeValue, found.CodingSchemeDesignator = code.value, code.scheme_designator
    found.CodeMeaning = code.meaning
    return found
