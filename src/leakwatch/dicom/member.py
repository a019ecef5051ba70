"""One single-frame file, as far as it matters for the run that it may belong to."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.capacity import check_capacity
from leakwatch.dicom.header import Header, read_header
from leakwatch.dicom.identity import check_fluoroscopy
from leakwatch.dicom.keywords import SHUTTER
from leakwatch.dicom.layout import read_layout
from leakwatch.dicom.quiet import quiet
from leakwatch.dicom.stamps import read_stamp
from leakwatch.dicom.values import joined, numbers, text, texts, whole
from leakwatch.errors import InputError

_CHAIN = (
    "PhotometricInterpretation",
    "PixelIntensityRelationship",
    "PixelIntensityRelationshipSign",
    "RescaleSlope",
    "RescaleIntercept",
)
_LUT_DATA = 0x00283006
_IMAGE_TYPE_VALUES = 3
"""Pixel data, examination and plane (PS3.3 C.8.7.1.1.1); later ones are the makers' own."""


@dataclass(frozen=True, slots=True)
class Member:
    """What a single-frame file says of itself; None where it is silent.

    Attributes
    ----------
    likeness
        What all frames of a run share: series, matrix, bits, intensity chain, kind of picture and plane.
    acquisition
        Acquisition Number (0020,0012) as text.
    instance
        Instance Number (0020,0013).
    acquired, content
        Stamps of acquisition and of content, to the second or better.
    reference_ms, trigger_ms
        Frame Reference Time (0054,1300), Trigger Time (0018,1060).
    primary_deg, secondary_deg, kvp, tube_current_ma, exposure_ms
        Positioner angles and technique, NaN where silent.
    """

    path: Path
    sop_instance_uid: str
    likeness: tuple[str, ...]
    acquisition: str
    instance: int | None
    acquired: datetime | None
    content: datetime | None
    reference_ms: float | None
    trigger_ms: float | None
    primary_deg: float
    secondary_deg: float
    kvp: float
    tube_current_ma: float
    exposure_ms: float
    shutter: str


def read_member(path: Path, config: DicomConfig) -> Member | None:
    """Read a single-frame XA or RF file without its pixels; None if it has more frames, or no series.

    Raises
    ------
    NotFluoroscopy
        The file is sound but something else.
    InputError
        It is broken; the message names file, tag and value.
    """
    with quiet():
        header = read_header(path)
        check_fluoroscopy(header)
        if texts(header, "NumberOfFrames") and whole(header, "NumberOfFrames") != 1:
            return None
        try:
            return _member(header, config)
        except OSError as error:
            msg = f"{path}: cannot be read ({error.strerror or type(error).__name__})"
            raise InputError(msg) from error


def _member(header: Header, config: DicomConfig) -> Member | None:
    layout = read_layout(header)
    check_capacity(header, layout, config.model_copy(update={"min_frames": 1}))
    series = text(header, "SeriesInstanceUID")
    if layout.frames != 1 or not series:
        return None
    image_type = [value.upper() for value in texts(header, "ImageType")[:_IMAGE_TYPE_VALUES]]
    matrix = (layout.rows, layout.columns, layout.bits_stored, layout.high_bit, layout.signed)
    number = numbers(header, "InstanceNumber")
    return Member(
        path=header.path,
        sop_instance_uid=text(header, "SOPInstanceUID"),
        likeness=(
            series,
            text(header, "Modality"),
            *image_type,
            *map(str, matrix),
            *(joined(header, keyword) for keyword in _CHAIN),
            _lut(header),
        ),
        acquisition=text(header, "AcquisitionNumber"),
        instance=int(number[0]) if len(number) == 1 and float(number[0]).is_integer() else None,
        acquired=read_stamp(header, "Acquisition"),
        content=read_stamp(header, "Content"),
        reference_ms=_milliseconds(header, "FrameReferenceTime"),
        trigger_ms=_milliseconds(header, "TriggerTime"),
        primary_deg=_number(header, "PositionerPrimaryAngle"),
        secondary_deg=_number(header, "PositionerSecondaryAngle"),
        kvp=_number(header, "KVP"),
        tube_current_ma=_number(header, "XRayTubeCurrent"),
        exposure_ms=_number(header, "AveragePulseWidth"),
        shutter="|".join(joined(header, keyword) for keyword in SHUTTER),
    )


def _number(header: Header, keyword: str) -> float:
    values = numbers(header, keyword)
    return values[0] if len(values) == 1 else math.nan


def _milliseconds(header: Header, keyword: str) -> float | None:
    value = _number(header, keyword)
    return value if abs(value) < 1e12 else None  # NaN is not less, and what is beyond is no time


def _lut(header: Header) -> str:
    """Fingerprint of the Modality LUT; empty without one."""
    if "ModalityLUTSequence" not in header.dataset:
        return ""
    try:
        raw = [item.get_item(_LUT_DATA) for item in header.dataset["ModalityLUTSequence"].value]
        return hashlib.sha256(repr([one and one.value for one in raw]).encode()).hexdigest()
    # a broken one is told of where the run is read
    except Exception:
        return "broken"
