"""What is asked of an archive, and what it answers: the same by DIMSE and by DICOMweb."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """Which recordings; what is empty is not asked for.

    Attributes
    ----------
    study_instance_uids
        Studies by UID.
    patient_id
        Patient ID (0010,0020), exactly.
    dates
        Study Date (0008,0020): ``20260131``, or a range as ``20260101-20260131`` (PS3.4 C.2.2.2.5).
    modalities
        Of the series.
    """

    study_instance_uids: tuple[str, ...] = ()
    patient_id: str = ""
    dates: str = ""
    modalities: tuple[str, ...] = ("XA", "RF")


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance that an archive holds; nothing of it names a patient.

    Attributes
    ----------
    frames
        Number of Frames (0028,0008); None where the archive does not say.
    """

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    modality: str
    frames: int | None = None
