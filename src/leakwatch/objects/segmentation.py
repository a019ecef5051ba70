"""Cement and leak as a DICOM Segmentation (PS3.3 A.51), one segment each, BINARY.

Written with pydicom: highdicom refuses pictures without a Frame of Reference, and a projection has none.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from typing import IO

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataelem import DataElement
from pydicom.sr.coding import Code
from pydicom.uid import SegmentationStorage

from leakwatch.notice import RESEARCH_USE
from leakwatch.objects.identity import Identity
from leakwatch.objects.shared import (
    CEMENT_INSIDE,
    CEMENT_OUTSIDE,
    PHYSICAL_OBJECT,
    code_item,
    image_reference,
    start,
)
from leakwatch.objects.source import FrameReference, Source

KIND = "segmentation"
_SEGMENTS = ((CEMENT_INSIDE, (1, 3), (33000, 40000, 45000)), (CEMENT_OUTSIDE, (2,), (33000, 52000, 48000)))
"""Code, values of the label picture, and CIELab colour."""
_PIXEL_DATA = 0x7FE00010


def segmentation(
    source: Source, identity: Identity, labels: Iterable[NDArray[np.uint8]], rows: int, columns: int
) -> Dataset | None:
    """Make the segmentation of a run; None where no frame has cement, for one without frames is not allowed.

    Parameters
    ----------
    labels
        One (rows, columns) page per frame, as in ``labels.tif``.

    Returns
    -------
    Dataset | None
        Its pixels are an open temporary file, for they may be more than fit into memory: `close_pixels`
        when it has been written.
    """
    dataset = start(source, identity, KIND, SegmentationStorage, "SEG", 1)
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the data set that is written from it
    frames: list[Dataset] = []
    rest = np.zeros(0, np.bool_)
    for position, (frame, page) in enumerate(zip(source.frames, labels, strict=False), 1):
        for number, (_, values, _) in enumerate(_SEGMENTS, 1):
            mask = np.isin(page, values)
            if mask.any():
                rest = _pack(np.concatenate([rest, mask.ravel()]), packed)
                frames.append(_frame(frame, number, position))
    if not frames:
        packed.close()
        return None
    _pack(np.pad(rest, (0, -len(rest) % 8)), packed)
    if packed.tell() % 2:
        packed.write(b"\0")
    packed.seek(0)
    _number(frames)
    dataset.ImageType = ["DERIVED", "PRIMARY"]
    dataset.ContentLabel = "LEAKWATCH"
    dataset.ContentDescription = "Bone cement by leakwatch, research only"
    dataset.ContentCreatorName = "leakwatch"
    dataset.ImageComments = RESEARCH_USE
    dataset.SegmentationType = "BINARY"
    dataset.SegmentsOverlap = "NO"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelRepresentation = 0
    dataset.Rows, dataset.Columns = rows, columns
    dataset.BitsAllocated = dataset.BitsStored = 1
    dataset.HighBit = 0
    dataset.LossyImageCompression = "00"
    dataset.PatientOrientation = None
    dataset.SegmentSequence = [
        _segment(number, code, colour, identity) for number, (code, _, colour) in enumerate(_SEGMENTS, 1)
    ]
    organisation = identity.uid(f"{KIND} dimensions")
    dataset.DimensionOrganizationSequence = [_with(DimensionOrganizationUID=organisation)]
    dataset.DimensionIndexSequence = [
        _with(
            DimensionOrganizationUID=organisation,
            DimensionIndexPointer=pointer,
            FunctionalGroupPointer=group,
            DimensionDescriptionLabel=label,
        )
        for pointer, group, label in (
            (0x0062000B, 0x0062000A, "Segment"),
            (0x00209128, 0x00209111, "Frame of the run"),
        )
    ]
    dataset.SharedFunctionalGroupsSequence = [Dataset()]
    dataset.PerFrameFunctionalGroupsSequence = frames
    dataset.NumberOfFrames = len(frames)
    dataset.ReferencedSeriesSequence = [
        _with(
            SeriesInstanceUID=source.first.SeriesInstanceUID,
            ReferencedInstanceSequence=[
                image_reference(FrameReference(one.SOPClassUID, one.SOPInstanceUID, None))
                for one in source.instances
            ],
        )
    ]
    dataset.add(DataElement(_PIXEL_DATA, "OB", packed))
    return dataset


def close_pixels(dataset: Dataset) -> None:
    """Let go of the file that the pixels lie in."""
    pixels = dataset[_PIXEL_DATA].value
    if isinstance(pixels, io.BufferedIOBase):
        pixels.close()


def _pack(bits: NDArray[np.bool_], into: IO[bytes]) -> NDArray[np.bool_]:
    """Write whole bytes, first pixel in the lowest bit (PS3.5 8.1.1); give back the bits that are left."""
    whole = len(bits) // 8 * 8
    into.write(np.packbits(bits[:whole], bitorder="little").tobytes())
    return bits[whole:]


def _frame(frame: FrameReference, segment: int, position: int) -> Dataset:
    reference = image_reference(frame)
    reference.PurposeOfReferenceCodeSequence = [
        code_item(Code("121322", "DCM", "Source image for image processing operation"))
    ]
    reference.SpatialLocationsPreserved = "YES"
    derivation = _with(
        SourceImageSequence=[reference],
        DerivationCodeSequence=[code_item(Code("113076", "DCM", "Segmentation"))],
    )
    return _with(
        FrameContentSequence=[_with(DimensionIndexValues=[segment, position])],
        DerivationImageSequence=[derivation],
        SegmentIdentificationSequence=[_with(ReferencedSegmentNumber=segment)],
    )


def _number(frames: list[Dataset]) -> None:
    """Make dimension index values ranks among what is stored, as a Temporal Position Index is one."""
    for place in range(2):
        values = sorted({one.FrameContentSequence[0].DimensionIndexValues[place] for one in frames})
        for one in frames:
            indices = list(one.FrameContentSequence[0].DimensionIndexValues)
            indices[place] = values.index(indices[place]) + 1
            one.FrameContentSequence[0].DimensionIndexValues = indices
    for one in frames:
        one.FrameContentSequence[0].TemporalPositionIndex = one.FrameContentSequence[0].DimensionIndexValues[
            1
        ]


def _segment(number: int, code: Code, colour: tuple[int, int, int], identity: Identity) -> Dataset:
    return _with(
        SegmentNumber=number,
        SegmentLabel=code.meaning,
        SegmentDescription=RESEARCH_USE[:64],
        SegmentAlgorithmType="AUTOMATIC",
        SegmentAlgorithmName=f"leakwatch {identity.version}",
        RecommendedDisplayCIELabValue=list(colour),
        SegmentedPropertyCategoryCodeSequence=[code_item(PHYSICAL_OBJECT)],
        SegmentedPropertyTypeCodeSequence=[code_item(code)],
        TrackingID=code.value,
        TrackingUID=identity.uid(f"tracking {code.value}"),
    )


def _with(**values: object) -> Dataset:
    found = Dataset()
    for keyword, value in values.items():
        setattr(found, keyword, value)
    return found
