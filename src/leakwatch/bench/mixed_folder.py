"""A folder like those that archives hand out: thousands of small files, few of them fluoroscopy."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    UID,
    ComprehensiveSRStorage,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MediaStorageDirectoryStorage,
    MRImageStorage,
    XRayAngiographicImageStorage,
)

MIXTURE = {
    "CT slices": 3000,
    "MR slices": 2400,
    "CT slices, implicit VR": 500,
    "CR pictures": 300,
    "structured reports": 500,
    "XA single frames in runs of 250": 2000,
    "XA single exposures": 200,
    "XA multi-frame runs": 100,
    "deflated CT slices": 50,
    "DICOMDIR": 20,
    "texts": 700,
    "broken DICOM": 200,
    "empty": 30,
}
"""How many of each kind make 10,000 files."""
_RUN_LENGTH = 250
_FILES_PER_FOLDER = 500
_SOP, _SERIES, _NUMBER, _TIME = "2.25.1111111111", "2.25.2222222222", "333333", "121314.151617"
"""Placeholders of fixed width: the writer is slow, so each kind is written once and its bytes exchanged."""


def write_mixed_folder(folder: Path, files: int) -> dict[str, int]:
    """Write `files` files in the proportions of `MIXTURE` and say how many there are of each kind."""
    total = sum(MIXTURE.values())
    counts = {kind: max(1, count * files // total) for kind, count in MIXTURE.items()}
    counts["CT slices"] += files - sum(counts.values())
    serial = 0
    for number, (kind, count) in enumerate(counts.items()):
        for index, content in enumerate(_contents(kind, number, count)):
            path = folder / f"ST{number:03d}" / f"SE{index // _FILES_PER_FOLDER:03d}" / f"IM{serial:05d}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            serial += 1
    return counts


def _contents(kind: str, number: int, count: int) -> Iterator[bytes]:
    template = _template(kind)
    for index in range(count):
        series, place = divmod(index, _RUN_LENGTH) if "runs of" in kind else (index, 1)
        seconds = place * 133_000 if "runs of" in kind else index * 60_000_000
        exchanged = {
            _SOP: f"2.25.1{number:03d}{index:06d}",
            _SERIES: f"2.25.2{number:03d}{series:06d}",
            _NUMBER: f"{place + 1:06d}",
            _TIME: _time_of_day(seconds),
        }
        content = template
        for old, new in exchanged.items():
            content = content.replace(old.encode(), new.encode())
        yield content


def _time_of_day(microseconds: int) -> str:
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{8 + seconds // 3600 % 12:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}.{rest:06d}"


def _template(kind: str) -> bytes:
    match kind:
        case "texts":
            return b"A report that is no picture at all.\n" * 40
        case "empty":
            return b""
        case "MR slices":
            return _dicom(MRImageStorage, "MR")
        case "CR pictures":
            return _dicom(ComputedRadiographyImageStorage, "CR")
        case "structured reports":
            return _dicom(ComprehensiveSRStorage, "SR", PixelData=None)
        case "CT slices, implicit VR":
            return _dicom(CTImageStorage, "CT", ImplicitVRLittleEndian)
        case "deflated CT slices":
            return _dicom(CTImageStorage, "CT", DeflatedExplicitVRLittleEndian)
        case "DICOMDIR":
            return _dicom(MediaStorageDirectoryStorage, "OT", PixelData=None)
        case "broken DICOM":
            return _dicom(XRayAngiographicImageStorage, "XA")[:700]
        case "XA multi-frame runs":
            return _dicom(XRayAngiographicImageStorage, "XA", NumberOfFrames=4, PixelData=bytes(4 * 2048))
    if kind.startswith("XA"):
        return _dicom(XRayAngiographicImageStorage, "XA")
    return _dicom(CTImageStorage, "CT")


def _dicom(sop_class: str, modality: str, syntax: str = ExplicitVRLittleEndian, **elements: Any) -> bytes:
    """Return a small file with as much before its pixels as a real one: some 4 kB, private elements too."""
    values = {
        "ImageType": ["ORIGINAL", "PRIMARY", "SINGLE PLANE"],
        "SOPClassUID": sop_class,
        "SOPInstanceUID": _SOP,
        "StudyDate": "20260101",
        "AcquisitionDate": "20260101",
        "ContentDate": "20260101",
        "StudyTime": "080000",
        "AcquisitionTime": _TIME,
        "ContentTime": _TIME,
        "Modality": modality,
        "Manufacturer": "made up",
        "StudyInstanceUID": "2.25.7",
        "SeriesInstanceUID": _SERIES,
        "AcquisitionNumber": 1,
        "InstanceNumber": _NUMBER,
        "FrameTime": "133",
        "FrameIncrementPointer": 0x00181063,
        "KVP": "80",
        "DistanceSourceToDetector": "1100",
        "DistanceSourceToPatient": "720",
        "ImagerPixelSpacing": [0.4, 0.4],
        "PositionerPrimaryAngle": "0",
        "PositionerSecondaryAngle": "0",
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": 32,
        "Columns": 32,
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
        "PixelIntensityRelationship": "LIN",
        "PixelIntensityRelationshipSign": 1,
        "PixelData": bytes(2048),
    }
    dataset = Dataset()
    for keyword, value in {**values, **elements}.items():
        if value is not None:
            setattr(dataset, keyword, value)
    block = dataset.private_block(0x0019, "MADE UP 1.0", create=True)
    for offset in range(60):
        block.add_new(offset, "LO", "some private words of the maker")
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = UID(sop_class)
    dataset.file_meta.MediaStorageSOPInstanceUID = UID(_SOP)
    whole = BytesIO()
    dcmwrite(whole, dataset, enforce_file_format=True)
    return whole.getvalue()
