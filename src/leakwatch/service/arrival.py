"""What an instance is that has arrived: a run, an outline, or something of our own that came back."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pydicom.uid import (
    EnhancedXAImageStorage,
    EnhancedXRFImageStorage,
    GrayscaleSoftcopyPresentationStateStorage,
    RTStructureSetStorage,
    SegmentationStorage,
    XRayAngiographicImageStorage,
    XRayRadiofluoroscopicImageStorage,
)

from leakwatch.dicom.header import Header, read_header
from leakwatch.dicom.identity import read_identity
from leakwatch.dicom.stamps import read_start
from leakwatch.dicom.values import named, text, texts, whole
from leakwatch.errors import InputError
from leakwatch.nouns import Plane
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
    start
        When its first frame was taken; None where it does not say.
    is_picture
        A run's file with a single frame, which is a run only together with others of its series.
    """

    sop_instance_uid: str
    study_instance_uid: str
    sop_class_uid: str
    kind: ArrivalKind
    digest: str
    plane: str = ""
    partners: tuple[str, ...] = ()
    series_instance_uid: str = ""
    start: datetime | None = None
    is_picture: bool = False

    @property
    def is_biplane(self) -> bool:
        """Whether there is another plane to wait for."""
        return bool(self.plane or self.partners)


def read_arrival(path: Path) -> Arrival:
    """Read what an instance says it is, with the reader of analyses: it bears hostile files.

    Raises
    ------
    InputError
        It is no DICOM file, lacks an identifier, or has one that is none; the sentence names the tag.
    OSError
        The file cannot be read.
    """
    header = read_header(path)
    sop_class = _uid(header, "SOPClassUID")
    sop, study = _uid(header, "SOPInstanceUID"), _uid(header, "StudyInstanceUID")
    identity = read_identity(header)
    plane = "" if identity.plane is Plane.SINGLE else identity.plane.value
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    kind = _kind(sop_class, text(header, "Manufacturer"))
    return Arrival(
        sop,
        study,
        sop_class,
        kind,
        digest,
        plane,
        identity.partners,
        identity.series_instance_uid,
        _start(header),
        kind is ArrivalKind.RUN and _has_one_frame(header),
    )


def _start(header: Header) -> datetime | None:
    with suppress(InputError):
        return read_start(header)
    return None


def _has_one_frame(header: Header) -> bool:
    with suppress(InputError):  # what is no number is told where the run is read
        return not texts(header, "NumberOfFrames") or whole(header, "NumberOfFrames") == 1
    return False


def _uid(header: Header, keyword: str) -> str:
    value = text(header, keyword)
    if not value:
        msg = f"the instance lacks {named(keyword)}"
        raise InputError(msg)
    try:
        return folder_name(value)
    except InputError as error:
        # not quoted: where a length is wrong, what follows is read as part of it, and that may be a name
        msg = f"{named(keyword)} of the instance is no UID"
        raise InputError(msg) from error


def _kind(sop_class: str, manufacturer: str) -> ArrivalKind:
    if sop_class in RUN_CLASSES:
        return ArrivalKind.RUN
    # results that an archive sends round must not be taken for somebody's outlines
    return ArrivalKind.OWN if manufacturer == MANUFACTURER else ArrivalKind.OUTLINE
