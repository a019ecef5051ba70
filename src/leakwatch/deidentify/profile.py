"""What becomes of each attribute: PS3.15 table E.1-1 from dicom-anonymizer, and what it leaves open."""

from __future__ import annotations

from enum import Enum
from functools import cache

from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector
from pydicom.datadict import tag_for_keyword

_TABLE = "dicomfields_2026c"


class Action(Enum):
    """The letters of the table; where it gives several, the one that keeps an object valid."""

    DUMMY = "D"
    EMPTY = "Z"
    REMOVE = "X"
    KEEP = "K"


_LETTERS = {
    "D_TAGS": Action.DUMMY,
    "Z_TAGS": Action.EMPTY,
    "X_TAGS": Action.REMOVE,
    "Z_D_TAGS": Action.DUMMY,
    "X_Z_TAGS": Action.EMPTY,
    "X_D_TAGS": Action.DUMMY,
    "X_Z_D_TAGS": Action.DUMMY,
}
"""U and X/Z/U* are not in it: every UID that is not the standard's own is renamed, wherever it stands."""
_OTHERWISE = {
    # only of objects whose whole text is known to be ours: see `own.py`
    "ContentSequence": Action.KEEP,
    "GraphicAnnotationSequence": Action.KEEP,
    # type 1 of presentation states
    "PresentationCreationDate": Action.DUMMY,
    "PresentationCreationTime": Action.DUMMY,
    # type 2 in documents, and about a step in another system
    "ReferencedPerformedProcedureStepSequence": Action.EMPTY,
}
DEVICE = frozenset(
    (
        "StationName",
        "DeviceSerialNumber",
        "DetectorID",
        "XRayDetectorID",
        "XRaySourceID",
        "DateOfLastDetectorCalibration",
        "TimeOfLastDetectorCalibration",
        "DateOfLastCalibration",
        "TimeOfLastCalibration",
    )
)
"""Retain Device Identity Option (PS3.15 E.3.8), as far as X-ray machines write it."""
KEPT_TEXT = frozenset(
    (
        "Manufacturer",
        "ManufacturerModelName",
        "SoftwareVersions",
        "RescaleType",
        "ModalityLUTType",
        "CodeValue",
        "CodingSchemeDesignator",
        "CodeMeaning",
    )
)
"""The only text that is kept of a recording: the table lists what is known to tell, this what is not."""
OWN_TEXT = KEPT_TEXT | {
    "TextValue",
    "TrackingID",
    "SegmentLabel",
    "SegmentDescription",
    "SegmentAlgorithmName",
    "ContentLabel",
    "ContentDescription",
    "DimensionDescriptionLabel",
    "GraphicLayerDescription",
    "DeviceSerialNumber",
    "DerivationDescription",
    "CodingSchemeUID",
    "TemplateIdentifier",
}
"""The same of what leakwatch writes."""
KEPT_BYTES = frozenset(("LUTData",))
NEVER_DATED = frozenset(("PatientBirthDate", "PatientBirthTime", "LastMenstrualDate"))
"""Dates about the patient and not about the procedure: no option keeps them."""


@cache
def action_of(tag: int) -> Action | None:
    """Give what the profile asks for, None where it does not name the attribute."""
    return _actions().get(tag)


@cache
def _actions() -> dict[int, Action]:
    table = dicom_anonymization_database_selector(_TABLE)
    found = {
        (tag[0] << 16) | tag[1]: action
        for category, action in _LETTERS.items()
        for tag in table[category]
        # the masked entries are curves and overlays, which go as groups
        if len(tag) == 2
    }
    return found | {int(tag_for_keyword(word) or 0): action for word, action in _OTHERWISE.items()}
