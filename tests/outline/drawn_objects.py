"""DICOM objects as drawing tools write them: a presentation state, a segmentation, a structure set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.pixels.utils import pack_bits

RUN = "1.2.3"


def item(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def write(path: Path, sop_class: str, **values: object) -> Path:
    dataset = item(
        SOPClassUID=sop_class, SOPInstanceUID="1.2.840.9", PatientName="Doe^Jane", PatientID="0815", **values
    )
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = uid.UID(sop_class)
    dataset.file_meta.MediaStorageSOPInstanceUID = uid.UID("1.2.840.9")
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path


def reference(run: str = RUN, frame: int | None = 1) -> Dataset:
    """Refer to a frame, counted from 1."""
    found = item(ReferencedSOPClassUID=uid.XRayAngiographicImageStorage, ReferencedSOPInstanceUID=run)
    if frame is not None:
        found.ReferencedFrameNumber = frame
    return found


def graphic(points: object, kind: str = "POLYLINE", units: str = "PIXEL", filled: str = "N") -> Dataset:
    flat = np.asarray(points, np.float64).ravel().tolist()
    return item(
        GraphicAnnotationUnits=units,
        GraphicDimensions=2,
        NumberOfGraphicPoints=len(flat) // 2,
        GraphicData=flat,
        GraphicType=kind,
        GraphicFilled=filled,
    )


def annotation(
    *graphics: Dataset, text: str | None = "L3", layer: str = "OUTLINE", on: Dataset | None = None
) -> Dataset:
    found = item(GraphicLayer=layer, GraphicObjectSequence=list(graphics))
    if text is not None:
        found.TextObjectSequence = [item(UnformattedTextValue=text)]
    if on is not None:
        found.ReferencedImageSequence = [on]
    return found


def presentation_state(path: Path, *annotations: Dataset, **values: object) -> Path:
    series = item(SeriesInstanceUID="1.2.4", ReferencedImageSequence=[reference()])
    content = {"ReferencedSeriesSequence": [series], "GraphicAnnotationSequence": list(annotations)}
    return write(path, uid.GrayscaleSoftcopyPresentationStateStorage, **(content | values))


def segment(number: int, label: str, meaning: str = "Vertebra") -> Dataset:
    code = item(CodeValue="1", CodingSchemeDesignator="99LOCAL", CodeMeaning=meaning)
    return item(SegmentNumber=number, SegmentLabel=label, SegmentedPropertyTypeCodeSequence=[code])


def groups(number: int | None, on: Dataset | None) -> Dataset:
    found = Dataset()
    if number is not None:
        found.SegmentIdentificationSequence = [item(ReferencedSegmentNumber=number)]
    if on is not None:
        found.DerivationImageSequence = [item(SourceImageSequence=[on])]
    return found


def segmentation(
    path: Path,
    masks: Sequence[NDArray[np.generic]],
    per_frame: Sequence[Dataset],
    segments: Sequence[Dataset] = (segment(1, "L3"),),
    kind: str = "BINARY",
    **values: object,
) -> Path:
    rows, columns = masks[0].shape
    stack = np.stack(masks).astype(np.uint8)
    bits = 1 if kind == "BINARY" else 8
    pixels = pack_bits(stack.ravel()) if bits == 1 else stack.tobytes() + b"\0" * (stack.size % 2)
    content: dict[str, object] = {
        "SegmentationType": kind,
        "MaximumFractionalValue": 255,
        "SegmentSequence": list(segments),
        "PerFrameFunctionalGroupsSequence": list(per_frame),
        "NumberOfFrames": len(masks),
        "Rows": rows,
        "Columns": columns,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "BitsAllocated": bits,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": 0,
        "PixelData": pixels,
    }
    sop_class = "1.2.840.10008.5.1.4.1.1.66.7" if kind == "LABELMAP" else uid.SegmentationStorage
    return write(path, sop_class, **(content | values))


def contour(points: object, on: Dataset | None, kind: str = "CLOSED_PLANAR") -> Dataset:
    flat = np.asarray(points, np.float64).ravel().tolist()
    found = item(ContourGeometricType=kind, NumberOfContourPoints=len(flat) // 3, ContourData=flat)
    if on is not None:
        found.ContourImageSequence = [on]
    return found


def structure_set(path: Path, **regions: Dataset) -> Path:
    return write(
        path,
        uid.RTStructureSetStorage,
        StructureSetROISequence=[item(ROINumber=k, ROIName=name) for k, name in enumerate(regions, 1)],
        ROIContourSequence=[
            item(ReferencedROINumber=k, ContourSequence=[one]) for k, one in enumerate(regions.values(), 1)
        ],
    )
