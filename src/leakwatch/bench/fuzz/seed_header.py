"""The header of a sound run, with a patient in it who must not be seen again."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, XRayAngiographicImageStorage

from leakwatch.bench.fuzz.seed import PLANTED

FRAMES, ROWS, COLUMNS = 4, 24, 32


def picture(bits: int, frames: int = FRAMES) -> NDArray[np.uint16]:
    """Frames of `bits` bits, (frames, rows, columns): a ramp with noise and a dark square that grows."""
    rng = np.random.default_rng(7)
    top = (1 << bits) - 1
    run = np.linspace(0.15, 0.85, COLUMNS) * top + rng.normal(0, 0.004 * top, (frames, ROWS, COLUMNS))
    for index in range(frames):
        run[index, 8 : 12 + index, 8 : 12 + index] *= 0.6
    return run.astype(np.uint16)


def patient(dataset: Dataset) -> None:
    """Plant a patient: names and numbers that a message must not hold."""
    dataset.PatientName = f"{PLANTED}^NAME"
    dataset.PatientID = f"{PLANTED}-ID"
    dataset.PatientBirthDate = "19500101"
    dataset.OtherPatientIDs = f"{PLANTED}-OTHER"
    dataset.PatientComments = f"{PLANTED} comments"
    dataset.ReferringPhysicianName = f"{PLANTED}^REFERRER"
    dataset.AccessionNumber = "ZZPLANTED-ACC"
    dataset.StudyDescription = f"{PLANTED} study"


def header(frames: int, bits: int, number: int = 1) -> Dataset:
    """Header of a run without its pixels; `number` makes its SOP Instance UID."""
    dataset = Dataset()
    patient(dataset)
    dataset.SOPClassUID = XRayAngiographicImageStorage
    dataset.SOPInstanceUID = f"2.25.{1000 + number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "2.25.2", "2.25.3"
    dataset.StudyID, dataset.SeriesNumber, dataset.InstanceNumber = "1", "1", str(number)
    dataset.StudyDate, dataset.StudyTime = "20260101", "120000"
    dataset.Modality = "XA"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "SINGLE PLANE"]
    dataset.AcquisitionDate, dataset.AcquisitionTime = "20260101", f"1200{number:02d}.000"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.NumberOfFrames = frames
    dataset.Rows, dataset.Columns = ROWS, COLUMNS
    dataset.BitsAllocated = 16 if bits > 8 else 8
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    dataset.PixelRepresentation = 0
    dataset.PixelIntensityRelationship = "LIN"
    dataset.PixelIntensityRelationshipSign = 1
    dataset.FrameIncrementPointer = 0x00181063
    dataset.FrameTime = "100"
    dataset.ImagerPixelSpacing = [0.4, 0.4]
    dataset.DistanceSourceToDetector, dataset.DistanceSourceToPatient = "1000", "750"
    dataset.PositionerPrimaryAngle, dataset.PositionerSecondaryAngle = "0", "0"
    dataset.Manufacturer, dataset.KVP = "Maker", "80"
    return dataset


def with_meta(dataset: Dataset, syntax: UID | str) -> Dataset:
    """Add file meta information."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return dataset


def lut_item(entries: int) -> Dataset:
    """Build a Modality LUT item that leads back from a logarithm of `entries` values."""
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [entries, 0, 16])
    item.ModalityLUTType = "US"
    table: list[Any] = np.round(np.exp(np.linspace(0, np.log(65535.0), entries))).astype(int).tolist()
    item.add_new("LUTData", "US", table)
    return item
