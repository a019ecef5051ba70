"""Which run a file is: kind, identifiers, plane and partner."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import (
    UID,
    EnhancedXAImageStorage,
    EnhancedXRFImageStorage,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
    XRayAngiographicImageStorage,
    XRayRadiofluoroscopicImageStorage,
)

from leakwatch.dicom.header import Header
from leakwatch.dicom.values import named, present, shown, text, texts
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.nouns import Plane

_CLASSIC = (XRayAngiographicImageStorage, XRayRadiofluoroscopicImageStorage)
_ENHANCED = (EnhancedXAImageStorage, EnhancedXRFImageStorage)
_CAPTURES = (
    SecondaryCaptureImageStorage,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
)
_UID = re.compile(r"[0-9][0-9.]{0,63}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Identifiers of a run; `partners` are the SOP Instance UIDs of the other plane."""

    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    modality: str
    plane: Plane
    partners: tuple[str, ...]
    warnings: tuple[str, ...]


def check_fluoroscopy(header: Header) -> None:
    """Let pass classic XA and RF, and XA or RF kept as Secondary Capture.

    Raises
    ------
    NotFluoroscopy
        The file is sound but something else.
    InputError
        It is Enhanced XA or XRF, which cannot be read yet.
    """
    sop_class = UID(text(header, "SOPClassUID") or _media_class(header))
    if sop_class in _ENHANCED:
        msg = f"{header.path}: SOP Class UID (0008,0016) is {sop_class.name!r}, which cannot be read yet"
        raise InputError(msg)
    if sop_class in _CLASSIC:
        return
    modality = text(header, "Modality")
    if sop_class in _CAPTURES and modality in ("XA", "RF"):
        return
    said = shown(header, "Modality") if modality else "'empty'"
    msg = (
        f"{header.path}: SOP Class UID (0008,0016) is {_kind(header, sop_class)} and "
        f"{named('Modality')} {said}, not a fluoroscopy run"
    )
    raise NotFluoroscopy(msg)


def _kind(header: Header, sop_class: UID) -> str:
    """Name a SOP class; of one that nobody knows, no more than a message may quote."""
    if sop_class and sop_class.name != sop_class:
        return repr(sop_class.name)
    return shown(header, "SOPClassUID") if sop_class and present(header, "SOPClassUID") else "'missing'"


def read_identity(header: Header) -> Identity:
    """Read identifiers and plane.

    Raises
    ------
    InputError
        SOP Instance UID is missing or no UID: nothing could be filed under it.
    """
    warnings: list[str] = []
    sop_instance = text(header, "SOPInstanceUID")
    if not _UID.fullmatch(sop_instance):
        said = shown(header, "SOPInstanceUID") if sop_instance else "missing"
        msg = f"{header.path}: {named('SOPInstanceUID')} is {said}, no UID to file results under"
        raise InputError(msg)
    values = [value.upper() for value in texts(header, "ImageType")]
    plane = Plane.A if "BIPLANE A" in values else Plane.B if "BIPLANE B" in values else Plane.SINGLE
    return Identity(
        sop_instance,
        _uid_or(header, "StudyInstanceUID", sop_instance, warnings),
        _uid_or(header, "SeriesInstanceUID", sop_instance, warnings),
        text(header, "Modality") or "XA",
        plane,
        _partners(header),
        tuple(warnings),
    )


def _uid_or(header: Header, keyword: str, own: str, warnings: list[str]) -> str:
    value = text(header, keyword)
    if _UID.fullmatch(value):
        return value
    said = shown(header, keyword) if present(header, keyword) else "missing"
    warnings.append(f"{named(keyword)} is {said}; the run is taken to stand alone")
    return own


def _partners(header: Header) -> tuple[str, ...]:
    biplane = codes.DCM.OtherImageOfBiplanePair.value
    references: list[Dataset] = list(header.dataset.get("ReferencedImageSequence") or [])
    return tuple(
        str(reference.get("ReferencedSOPInstanceUID", ""))
        for reference in references
        if any(
            code.get("CodeValue") == biplane for code in reference.get("PurposeOfReferenceCodeSequence") or []
        )
        and _UID.fullmatch(str(reference.get("ReferencedSOPInstanceUID", "")))
    )


def _media_class(header: Header) -> str:
    meta = getattr(header.dataset, "file_meta", None) or {}
    return str(meta.get("MediaStorageSOPClassUID") or "")
