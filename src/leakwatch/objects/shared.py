"""What all result objects have in common: patient, study, equipment, and that they are derived."""

from __future__ import annotations

from highdicom import ContributingEquipment
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sr.coding import Code
from pydicom.uid import UID, ExplicitVRLittleEndian

from leakwatch.notice import RESEARCH_USE
from leakwatch.objects.equipment import MANUFACTURER, MODEL, SERIAL
from leakwatch.objects.identity import Identity
from leakwatch.objects.source import PATIENT, STUDY, FrameReference, Source

SCHEME = "99LEAKWATCH"
"""Coding scheme of what DICOM has no code for: no context group holds bone cement."""
CEMENT = Code("cement", SCHEME, "Bone cement")
CEMENT_INSIDE = Code("cement_inside", SCHEME, "Bone cement inside the bone's outline")
CEMENT_OUTSIDE = Code("cement_outside", SCHEME, "Bone cement outside the bone's outline")
EXTRAVASATION = Code("111428", "DCM", "Extravasation")
PHYSICAL_OBJECT = Code("260787004", "SCT", "Physical object")
_FIRST_SERIES_NUMBER = 9000


def start(
    source: Source, identity: Identity, kind: str, sop_class: str, modality: str, number: int
) -> Dataset:
    """Begin an object of its own series; `number` tells the series of one analysis apart.

    Parameters
    ----------
    kind
        One word; it enters the UIDs.
    """
    first = source.first
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = UID(sop_class)
    dataset.file_meta.MediaStorageSOPInstanceUID = identity.uid(kind)
    if first.get("SpecificCharacterSet"):
        dataset.SpecificCharacterSet = first.SpecificCharacterSet
    for keyword in (*PATIENT, *STUDY):
        setattr(dataset, keyword, first[keyword].value)
    dataset.SOPClassUID = UID(sop_class)
    dataset.SOPInstanceUID = identity.uid(kind)
    dataset.SeriesInstanceUID = identity.uid(f"{kind} series")
    dataset.SeriesNumber = _FIRST_SERIES_NUMBER + number
    dataset.InstanceNumber = 1
    dataset.Modality = modality
    dataset.SeriesDescription = f"leakwatch {kind}, research use only"
    dataset.Manufacturer = MANUFACTURER
    dataset.ManufacturerModelName = MODEL
    dataset.DeviceSerialNumber = SERIAL
    dataset.SoftwareVersions = identity.version
    dataset.ContributingEquipmentSequence = [contributing(identity)]
    return dated(dataset, source)


def contributing(identity: Identity) -> ContributingEquipment:
    """Name leakwatch as what made the object, with the statement that it is for research."""
    return ContributingEquipment(
        manufacturer=MANUFACTURER,
        purpose_of_reference=Code("109102", "DCM", "Processing Equipment"),
        manufacturer_model_name=MODEL,
        software_versions=identity.version,
        contribution_description=RESEARCH_USE,
    )


def dated(dataset: Dataset, source: Source) -> Dataset:
    """Give an object the run's own date and time, and no other, and the run's body part."""
    if source.first.get("BodyPartExamined"):
        dataset.BodyPartExamined = source.first.BodyPartExamined
    date, time = source.moment
    dataset.ContentDate, dataset.ContentTime = date, time
    dataset.SeriesDate, dataset.SeriesTime = date, time
    for keyword in ("InstanceCreationDate", "InstanceCreationTime", "TimezoneOffsetFromUTC"):
        if keyword in dataset:
            del dataset[keyword]
    for equipment in dataset.ContributingEquipmentSequence:
        if "ContributionDateTime" in equipment:
            del equipment.ContributionDateTime
    return dataset


def with_unknown_side(dataset: Dataset) -> Dataset:
    """Say of an image whose body part is not known that its side is not either (type 2C, PS3.3 C.7.3.1)."""
    if "BodyPartExamined" not in dataset:
        dataset.Laterality = None
    return dataset


def image_reference(frame: FrameReference) -> Dataset:
    """Refer to one frame (Image SOP Instance Reference Macro, PS3.3 10.3)."""
    found = Dataset()
    found.ReferencedSOPClassUID = frame.sop_class_uid
    found.ReferencedSOPInstanceUID = frame.sop_instance_uid
    if frame.number is not None:
        found.ReferencedFrameNumber = frame.number
    return found


def code_item(code: Code) -> Dataset:
    """Give a code as an item of a code sequence."""
    found = Dataset()
    found.CodeValue, found.CodingSchemeDesignator, found.CodeMeaning = (
        code.value,
        code.scheme_designator,
        code.meaning,
    )
    return found
