"""The run that results are about, as they refer to it: its patient, its study, its frames.

Nowhere else does leakwatch read who the patient is. Here it must: a result without the patient's data belongs
to no one's study. They go from the run's file into its results and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydicom import Dataset, dcmread
from pydicom.uid import UID

from leakwatch.dicom.quiet import quiet
from leakwatch.errors import InputError
from leakwatch.nouns import Run

PATIENT = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex")
STUDY = (
    "StudyInstanceUID",
    "StudyDate",
    "StudyTime",
    "ReferringPhysicianName",
    "StudyID",
    "AccessionNumber",
)
"""Type 2 of the General Study Module and Patient Module: copied, empty where the run has none."""
_OPTIONAL = ("StudyDescription", "PatientAge", "PatientSize", "PatientWeight", "IssuerOfPatientID")
_SERIES = ("SeriesInstanceUID", "SeriesNumber", "Modality", "BodyPartExamined", "SpecificCharacterSet")
_IMAGE = (
    "SOPClassUID",
    "SOPInstanceUID",
    "InstanceNumber",
    "ContentDate",
    "ContentTime",
    "AcquisitionDate",
    "AcquisitionTime",
    "Rows",
    "Columns",
    "NumberOfFrames",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "BitsAllocated",
    "BitsStored",
    "PixelRepresentation",
)


@dataclass(frozen=True, slots=True)
class FrameReference:
    """Where a frame is stored: `number` counts from 1, None where the instance has no other."""

    sop_class_uid: str
    sop_instance_uid: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Source:
    """A run's instances without their pixels, and where each of its frames is stored."""

    instances: tuple[Dataset, ...]
    frames: tuple[FrameReference, ...]

    @property
    def first(self) -> Dataset:
        """The instance whose patient and study the results take."""
        return self.instances[0]

    @property
    def moment(self) -> tuple[str, str]:
        """Date and time of the run, which its results bear as well: the same analysis has the same bytes."""
        for date, time in (("ContentDate", "ContentTime"), ("AcquisitionDate", "AcquisitionTime")):
            if self.first.get(date) and self.first.get(time):
                return str(self.first[date].value), str(self.first[time].value)
        return str(self.first.get("StudyDate") or "19000101"), str(self.first.get("StudyTime") or "000000")


def read_source(run: Run) -> Source:
    """Read what results need of a run's files.

    Raises
    ------
    InputError
        A file can no longer be read.
    """
    instances = tuple(_instance(run, number) for number in range(len(run.paths)))
    if len(instances) > 1:
        frames = tuple(_reference(one, None) for one in instances)
    else:
        numbers: Sequence[int] = run.frame_numbers or range(run.frames)
        only = run.frames == 1 and "NumberOfFrames" not in instances[0]
        frames = tuple(_reference(instances[0], None if only else number + 1) for number in numbers)
    return Source(instances, frames)


def _instance(run: Run, number: int) -> Dataset:
    path = run.paths[number]
    tags = [*PATIENT, *STUDY, *_OPTIONAL, *_SERIES, *_IMAGE]
    try:
        with quiet():
            dataset = dcmread(path, stop_before_pixels=True, force=True, specific_tags=tags)
            for keyword in (*PATIENT, *STUDY):
                if keyword not in dataset:
                    setattr(dataset, keyword, "")
    # a parser fed a broken file may fail in any way; what it says may quote the file
    except Exception as error:
        msg = f"{path}: cannot be read again for the result objects ({type(error).__name__})"
        raise InputError(msg) from error
    return dataset


def _reference(instance: Dataset, number: int | None) -> FrameReference:
    return FrameReference(UID(instance.SOPClassUID), UID(instance.SOPInstanceUID), number)
