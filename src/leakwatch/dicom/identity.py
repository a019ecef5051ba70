"""Which run a file is: kind, identifiers, plane and partner."""

from __future__ import annotations

import re
from dataclasses import dataclass

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

from leakwatch.dicom.coded_terms import OTHER_IMAGE_OF_BIPLANE_PAIR
from leakwatch.dicom.header import Header
from leakwatch.dicom.values import items, named, present, shown, text, text_in, texts
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.nouns import Plane

_CLASSIC = (XRayAngiographicImageStorage, XRayRadiofluoroscopicImageStorage)
_ENHANCED = (EnhancedXAImageStorage, EnhancedXRFImageStorage)
_BIPLANE = UID("1.2.840.10008.5.1.4.1.1.12.3")
"""X-Ray Angiographic Bi-Plane Image Storage, retired."""
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
    """Let pass XA and RF, classic, Enhanced and biplane, and XA or RF kept as Secondary Capture.

    Raises
    ------
    NotFluoroscopy
        The file is sound but something else.
    """
    sop_class = UID(text(header, "SOPClassUID") or _media_class(header))
    if sop_class in (*_CLASSIC, *_ENHANCED, _BIPLANE):
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


def is_enhanced(header: Header) -> bool:
    """Whether the file is an Enhanced XA or XRF image, which has functional groups."""
    return UID(text(header, "SOPClassUID") or _media_class(header)) in _ENHANCED


def is_biplane(header: Header) -> bool:
    """Whether the file is of the retired class that holds the frames of both planes."""
    return UID(text(header, "SOPClassUID") or _media_class(header)) == _BIPLANE


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
    plane = _plane(header, warnings)
    return Identity(
        sop_instance,
        _uid_or(header, "StudyInstanceUID", sop_instance, warnings),
        _uid_or(header, "SeriesInstanceUID", sop_instance, warnings),
        text(header, "Modality") or "XA",
        plane,
        _partners(header),
        tuple(warnings),
    )


def _plane(header: Header, warnings: list[str]) -> Plane:
    """Read Image Type, in Enhanced files Plane Identification (PS3.3 C.8.7.1.1.1, C.8.19.2)."""
    values = {value.upper() for value in texts(header, "ImageType")}
    planes, identified = text(header, "PlanesInAcquisition"), text(header, "PlaneIdentification")
    # a biplane machine names its planes even where only one of them is used
    if planes != "SINGLE PLANE":
        values.add(identified.replace("PLANE", "BIPLANE") if identified != "MONOPLANE" else "")
    found = [plane for plane in (Plane.A, Plane.B) if f"BIPLANE {plane}" in values]
    if len(found) == 1:
        return found[0]
    if planes == "BIPLANE" or found:
        said = shown(header, "PlaneIdentification") if identified else "missing"
        warnings.append(
            f"{named('PlanesInAcquisition')} is {planes or 'missing'} and {named('PlaneIdentification')} is "
            f"{said}: which plane this is, is not known"
        )
    return Plane.SINGLE


def _uid_or(header: Header, keyword: str, own: str, warnings: list[str]) -> str:
    value = text(header, keyword)
    if _UID.fullmatch(value):
        return value
    said = shown(header, keyword) if present(header, keyword) else "missing"
    warnings.append(f"{named(keyword)} is {said}; the run is taken to stand alone")
    return own


def _partners(header: Header) -> tuple[str, ...]:
    references = [
        reference
        for keyword in ("ReferencedImageSequence", "ReferencedInstanceSequence")
        for reference in items(header.dataset, keyword)
        if any(
            text_in(code, "CodeValue") == OTHER_IMAGE_OF_BIPLANE_PAIR
            for code in items(reference, "PurposeOfReferenceCodeSequence")
        )
    ]
    references += items(header.dataset, "ReferencedOtherPlaneSequence")
    found = (text_in(reference, "ReferencedSOPInstanceUID") for reference in references)
    return tuple(dict.fromkeys(uid for uid in found if _UID.fullmatch(uid)))


def _media_class(header: Header) -> str:
    meta = getattr(header.dataset, "file_meta", None)
    return "" if meta is None else text_in(meta, "MediaStorageSOPClassUID")
