"""Write one simulated plane as a classic multi-frame object: X-Ray Angiographic or Radiofluoroscopic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    JPEGLSLossless,
    XRayAngiographicImageStorage,
    XRayRadiofluoroscopicImageStorage,
)

from leakwatch.simulate.config.anatomy import CtSection
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.config.chain import StorageClass, TransferSyntax
from leakwatch.simulate.config.machine import MachineSection
from leakwatch.simulate.files.identity import uid_from
from leakwatch.simulate.machine.chain import modality_lut
from leakwatch.simulate.machine.clock import frame_times_s, is_even
from leakwatch.simulate.machine.collimator import edges_px

_IMPLEMENTATION_UID = UID("2.25.278365134289137646502183470185631437201")
_DATE = "20260101"
_HOUR_S = 10 * 3600
_BODY_PARTS = {"spine": "LSPINE", "sacrum": "SSPINE", "hip": "HIP"}
_SITE_PARTS = {
    "vertebra": "SPINE",
    "sacrum": "SSPINE",
    "femur": "HIP",
    "acetabulum": "HIP",
    "other": "SKELETON",
}


_STORAGE = {
    StorageClass.XA: XRayAngiographicImageStorage,
    StorageClass.RF: XRayRadiofluoroscopicImageStorage,
}


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """Which object a plane becomes, and its partner if there is one."""

    plane: int
    sop_instance_uid: str
    partner_uid: str | None


def run_identities(digest: str, machine: MachineSection) -> tuple[RunIdentity, ...]:
    """Name the objects of a case; only the two planes of one acquisition are partners."""
    uids = [uid_from(digest, f"instance {plane}") for plane in range(len(machine.views))]
    partners = [uids[1 - plane] if machine.is_pair else None for plane in range(len(uids))]
    return tuple(
        RunIdentity(i, uid, partner) for i, (uid, partner) in enumerate(zip(uids, partners, strict=True))
    )


def write_run(
    path: Path, frames: Iterable[NDArray[np.uint16]], config: CaseSection, digest: str, identity: RunIdentity
) -> None:
    """Write stored frames, (rows, columns) each, with everything a reader needs to undo them.

    The bytes depend on the arguments alone: dates, times and UIDs are fixed by them.
    """
    dataset = _patient_and_study(config, digest)
    _series_and_image(dataset, config, digest, identity)
    _acquisition(dataset, config, identity)
    _pixel_description(dataset, config, identity)
    _pixel_data(dataset, frames, config)
    dataset.save_as(path, enforce_file_format=True)


def _patient_and_study(config: CaseSection, digest: str) -> Dataset:
    ds = Dataset()
    ds.PatientName = f"Simulated^{config.name}"
    ds.PatientID = f"SIM-{digest[:12]}"
    ds.PatientBirthDate = ""
    ds.PatientSex = "O"
    ds.StudyInstanceUID = uid_from(digest, "study")
    ds.StudyDate, ds.StudyTime = _DATE, _clock(0.0)
    ds.ReferringPhysicianName = ""
    ds.StudyID = "1"
    ds.AccessionNumber = ""
    return ds


def _series_and_image(ds: Dataset, config: CaseSection, digest: str, identity: RunIdentity) -> None:
    view = config.machine.views[identity.plane]
    ds.SOPClassUID = _STORAGE[config.storage]
    ds.SOPInstanceUID = identity.sop_instance_uid
    ds.Modality = config.storage.value.upper()
    ds.Manufacturer = "leakwatch"
    ds.ManufacturerModelName = "simulate"
    ds.SeriesInstanceUID = uid_from(digest, "series")
    ds.SeriesNumber = 1
    ds.BodyPartExamined = _body_part(config)
    ds.InstanceNumber = identity.plane + 1
    ds.AcquisitionNumber = 1 if config.machine.layout == "biplane" else identity.plane + 1
    ds.PatientOrientation = ""
    ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = _DATE
    ds.SeriesTime = _clock(0.0)
    ds.AcquisitionTime = ds.ContentTime = _clock(view.start_s)
    ds.AcquisitionDateTime = _DATE + _clock(view.start_s)
    third = "SINGLE PLANE" if identity.partner_uid is None else f"BIPLANE {'AB'[identity.plane]}"
    ds.ImageType = ["ORIGINAL", "PRIMARY", third]
    if identity.partner_uid is not None:
        purpose = Dataset()
        purpose.CodeValue, purpose.CodingSchemeDesignator = "121314", "DCM"
        purpose.CodeMeaning = "Other image of biplane pair"
        partner = Dataset()
        partner.ReferencedSOPClassUID = _STORAGE[config.storage]
        partner.ReferencedSOPInstanceUID = identity.partner_uid
        partner.PurposeOfReferenceCodeSequence = Sequence([purpose])
        ds.ReferencedImageSequence = Sequence([partner])


def _body_part(config: CaseSection) -> str:
    if isinstance(config.anatomy, CtSection):
        return _SITE_PARTS[config.anatomy.site]
    return _BODY_PARTS[config.anatomy.kind]


def _acquisition(ds: Dataset, config: CaseSection, identity: RunIdentity) -> None:
    machine = config.machine
    view = machine.views[identity.plane]
    ds.KVP = _decimal(config.beam.kvp)
    ds.RadiationSetting = "SC"
    ds.XRayTubeCurrent = ds.ExposureTime = ds.Exposure = None
    frames_per_s = view.frames_per_s or machine.frames_per_s
    if is_even(machine, view):
        ds.FrameIncrementPointer = Tag("FrameTime")
        ds.FrameTime = _decimal(1000.0 / frames_per_s)
    else:
        ds.FrameIncrementPointer = Tag("FrameTimeVector")
        # The first increment is 0 by definition (PS3.3 C.7.6.5.1.2).
        ds.FrameTimeVector = [
            _decimal(1000.0 * step) for step in np.diff(frame_times_s(machine, view), prepend=0.0)
        ]
    ds.CineRate = ds.RecommendedDisplayFrameRate = max(1, round(frames_per_s))
    ds.DistanceSourceToDetector = _decimal(machine.sid_mm)
    ds.DistanceSourceToPatient = _decimal(machine.sod_mm)
    ds.EstimatedRadiographicMagnificationFactor = _decimal(machine.sid_mm / machine.sod_mm)
    ds.IntensifierSize = _decimal(machine.imager_spacing_mm * max(machine.rows, machine.columns))
    ds.ImagerPixelSpacing = [_decimal(machine.imager_spacing_mm)] * 2
    ds.PositionerMotion = "STATIC"
    ds.PositionerPrimaryAngle = _decimal(view.primary_deg)
    ds.PositionerSecondaryAngle = _decimal(view.secondary_deg)
    if config.collimator.stated and config.collimator.form != "open":
        _state_collimator(ds, config)


def _state_collimator(ds: Dataset, config: CaseSection) -> None:
    left, right, upper, lower = edges_px(config.collimator, config.machine)
    if config.collimator.form == "circle":
        ds.CollimatorShape = "CIRCULAR"
        ds.CenterOfCircularCollimator = [(upper + lower) // 2, (left + right) // 2]
        ds.RadiusOfCircularCollimator = (right - left) // 2
        return
    ds.CollimatorShape = "RECTANGULAR"
    ds.CollimatorLeftVerticalEdge, ds.CollimatorRightVerticalEdge = left, right
    ds.CollimatorUpperHorizontalEdge, ds.CollimatorLowerHorizontalEdge = upper, lower


def _pixel_description(ds: Dataset, config: CaseSection, identity: RunIdentity) -> None:
    machine, chain = config.machine, config.chain
    view = machine.views[identity.plane]
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = chain.photometric
    ds.NumberOfFrames = len(frame_times_s(machine, view))
    ds.Rows, ds.Columns = machine.rows, machine.columns
    ds.BitsAllocated = 8 if chain.bits_stored == 8 else 16
    ds.BitsStored, ds.HighBit = chain.bits_stored, chain.bits_stored - 1
    ds.PixelRepresentation = 0
    ds.PixelIntensityRelationship = chain.relationship.value
    ds.PixelIntensityRelationshipSign = chain.sign
    ds.BurnedInAnnotation = "YES" if config.processing.burned_in_text else "NO"
    ds.LossyImageCompression = "00"
    lut = modality_lut(chain)
    if lut is not None:
        first, table = lut
        item = Dataset()
        # 0 stands for 65536 entries.
        item.add_new("LUTDescriptor", "US", [len(table) % 65536, first, 16])
        item.LUTExplanation = "stored value to linear intensity"
        item.ModalityLUTType = "US"
        item.add_new("LUTData", "OW", table.astype("<u2").tobytes())
        ds.ModalityLUTSequence = Sequence([item])


def _pixel_data(ds: Dataset, frames: Iterable[NDArray[np.uint16]], config: CaseSection) -> None:
    import imagecodecs

    compressed = config.transfer_syntax is TransferSyntax.JPEG_LS
    dtype = np.uint8 if ds.BitsAllocated == 8 else np.dtype("<u2")
    low, high = 2**config.chain.bits_stored, 0
    encoded: list[bytes] = []
    for frame in frames:
        low, high = min(low, int(frame.min())), max(high, int(frame.max()))
        values = np.ascontiguousarray(frame, dtype)
        encoded.append(bytes(imagecodecs.jpegls_encode(values)) if compressed else values.tobytes())
    ds.WindowCenter = _decimal((low + high + 1) / 2)
    ds.WindowWidth = _decimal(float(max(2, high - low + 1)))
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ds.SOPClassUID
    meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    meta.TransferSyntaxUID = JPEGLSLossless if compressed else ExplicitVRLittleEndian
    meta.ImplementationClassUID = _IMPLEMENTATION_UID
    meta.ImplementationVersionName = "LEAKWATCH_SIM"
    ds.file_meta = meta
    data = encapsulate(encoded) if compressed else b"".join(encoded)
    if len(data) % 2:
        data += b"\0"
    ds.add_new("PixelData", "OB" if compressed or ds.BitsAllocated == 8 else "OW", data)
    ds["PixelData"].is_undefined_length = compressed


def _clock(after_s: float) -> str:
    """DICOM TM, `after_s` after ten in the morning."""
    # Whole microseconds, so that rounding never says 60 s.
    seconds, microseconds = divmod(round((_HOUR_S + after_s) * 1e6), 1_000_000)
    return f"{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}.{microseconds:06d}"


def _decimal(value: float) -> str:
    """Write a DS of at most 16 characters."""
    text = f"{value:.10g}"
    return text if len(text) <= 16 else f"{value:.6g}"
