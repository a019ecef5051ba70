"""What an instance is that has arrived: a run, an outline, or something of our own that came back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import (
    EnhancedXAImageStorage,
    EnhancedXRFImageStorage,
    GrayscaleSoftcopyPresentationStateStorage,
    RTStructureSetStorage,
    SegmentationStorage,
    XRayAngiographicImageStorage,
    XRayRadiofluoroscopicImageStorage,
)

from leakwatch.dicom.coded_terms import OTHER_IMAGE_OF_BIPLANE_PAIR
from leakwatch.errors import InputError
from leakwatch.objects.equipment import MANUFACTURER
from leakwatch.results.atomic import folder_name

_BIPLANE = "1.2.840.10008.5.1.4.1.1.12.3"  # retired, and still in archives
RUN_CLASSES = (
    str(XRayAngiographicImageStorage),
    str(XRayRadiofluoroscopicImageStorage),
    str(EnhancedXAImageStorage),
    str(EnhancedXRFImageStorage),
    _BIPLANE,
)
OUTLINE_CLASSES = (
    str(SegmentationStorage),
    str(RTStructureSetStorage),
    str(GrayscaleSoftcopyPresentationStateStorage),
)
_UNREADABLE = (
    InvalidDicomError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    NotImplementedError,
    RecursionError,
)
_READ = [
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "ImageType",
    "Manufacturer",
    "ReferencedImageSequence",
]


class ArrivalKind(StrEnum):
    """What is done with an instance: analysed, given to analyses of its study, or nothing."""

    RUN = "run"
    OUTLINE = "outline"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One instance.

    Attributes
    ----------
    digest
        SHA-256 of the file.
    plane
        ``A`` or ``B`` of a biplane recording, else empty.
    partners
        SOP Instance UIDs of the other plane, where the file names them.
    """

    sop_instance_uid: str
    study_instance_uid: str
    sop_class_uid: str
    kind: ArrivalKind
    digest: str
    plane: str = ""
    partners: tuple[str, ...] = ()

    @property
    def is_biplane(self) -> bool:
        """Whether there is another plane to wait for."""
        return bool(self.plane or self.partners)


def read_arrival(path: Path) -> Arrival:
    """Read what an instance says it is; its pixels are left alone.

    Raises
    ------
    InputError
        It is no DICOM file, lacks an identifier, or has one that is none; the sentence names the tag.
    OSError
        The file cannot be read.
    """
    try:
        header = dcmread(path, stop_before_pixels=True, specific_tags=_READ)
        sop, study = (
            _uid(header, "SOPInstanceUID", "(0008,0018)"),
            _uid(header, "StudyInstanceUID", "(0020,000D)"),
        )
        sop_class = _uid(header, "SOPClassUID", "(0008,0016)")
        kind = _kind(sop_class, str(header.get("Manufacturer", "")))
        plane, partners = _plane(header), _partners(header)
    # whatever pydicom meets in a broken header; what it was belongs to the sender
    except _UNREADABLE as error:
        msg = f"the instance cannot be read as DICOM ({type(error).__name__})"
        raise InputError(msg) from error
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Arrival(sop, study, sop_class, kind, digest, plane, partners)


def _uid(header: Dataset, keyword: str, tag: str) -> str:
    value = str(header.get(keyword, ""))
    if not value:
        msg = f"the instance lacks {keyword} {tag}"
        raise InputError(msg)
    return folder_name(value)


def _kind(sop_class: str, manufacturer: str) -> ArrivalKind:
    if sop_class in RUN_CLASSES:
        return ArrivalKind.RUN
    # results that an archive sends round must not be taken for somebody's outlines
    return ArrivalKind.OWN if manufacturer == MANUFACTURER else ArrivalKind.OUTLINE


def _plane(header: Dataset) -> str:
    words = [str(word).strip().upper() for word in header.get("ImageType") or ()]
    return next((word[-1] for word in words if word in ("BIPLANE A", "BIPLANE B")), "")


def _partners(header: Dataset) -> tuple[str, ...]:
    return tuple(
        str(item.ReferencedSOPInstanceUID)
        for item in header.get("ReferencedImageSequence") or ()
        if "ReferencedSOPInstanceUID" in item
        and any(
            str(purpose.get("CodeValue", "")) == OTHER_IMAGE_OF_BIPLANE_PAIR
            for purpose in item.get("PurposeOfReferenceCodeSequence") or ()
        )
    )
