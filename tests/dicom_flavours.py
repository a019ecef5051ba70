"""One scene written as every kind of DICOM file that fluoroscopy comes in.

Say what was seen, then how it is kept::

    scene = Scene(pixels, times_s=np.arange(8) / 7.5, relationship="LOG", lut=table, bits_stored=12)
    path = write_flavour(tmp_path, "enhanced_xa", scene, syntax=uid.JPEGLSLossless)

`FLAVOURS` names them all. `write_flavour` returns the file; of ``singles``, the folder of files, one per
frame. Of ``biplane`` it returns one file with the frames of both planes; `other` is what plane B saw, and
`order` is ``alternate`` or ``halves``. `syntax` is anything that `synthetic_xa.encode` can write, or native.
Keywords change, add or (None) remove elements of the finished data set, as in `synthetic_xa.put`; `edit`
gets the data set just before it is written and may do anything to it.

What a flavour has no place for is left out: Secondary Capture keeps neither geometry nor technique, RF no
positioner angles.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import codes

from .synthetic_xa import NATIVE, encapsulated, encode, put

FLAVOURS = ("xa", "rf", "enhanced_xa", "enhanced_xrf", "biplane", "singles", "sc_byte", "sc_word")
BIPLANE_CLASS = "1.2.840.10008.5.1.4.1.1.12.3"
START = datetime(2026, 3, 4, 10, 20, 30)

_CLASSES = {
    "xa": uid.XRayAngiographicImageStorage,
    "rf": uid.XRayRadiofluoroscopicImageStorage,
    "enhanced_xa": uid.EnhancedXAImageStorage,
    "enhanced_xrf": uid.EnhancedXRFImageStorage,
    "biplane": BIPLANE_CLASS,
    "singles": uid.XRayAngiographicImageStorage,
    "sc_byte": uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    "sc_word": uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
}
_PLANES = {"single": "SINGLE PLANE", "A": "BIPLANE A", "B": "BIPLANE B"}

Floats = float | NDArray[np.float64]


@dataclass(frozen=True)
class Scene:
    """What a machine saw.

    Attributes
    ----------
    pixels
        (frames, rows, columns) of uint8, uint16 or int16, as stored.
    times_s
        (frames,) seconds since frame 0.
    relationship, sign, lut
        Pixel Intensity Relationship, its Sign, and (n,) the table that leads stored values, from 0 on,
        back to intensity.
    primary_deg, secondary_deg, kvp, tube_current_ma, exposure_ms
        One number, or (frames,) one for each frame.
    table_mm
        None, or (frames, 3): vertical, longitudinal, lateral.
    shutter
        None, or (left, right, upper, lower): the last open column or row, counted from 1.
    plane, partner
        ``single``, ``A`` or ``B``, and the SOP Instance UID of the other plane.
    """

    pixels: NDArray[np.integer]
    times_s: NDArray[np.float64]
    relationship: str | None = "LIN"
    sign: int | None = 1
    lut: NDArray[np.integer] | None = None
    bits_stored: int | None = None
    primary_deg: Floats = 0.0
    secondary_deg: Floats = 0.0
    sid_mm: float = 1000.0
    sod_mm: float = 750.0
    spacing_mm: tuple[float, float] = (0.4, 0.4)
    table_mm: NDArray[np.float64] | None = None
    kvp: Floats = 75.0
    tube_current_ma: Floats = 50.0
    exposure_ms: Floats = 8.0
    shutter: tuple[int, int, int, int] | None = None
    plane: str = "single"
    partner: str | None = None
    photometric: str = "MONOCHROME2"
    uids: tuple[str, str, str] = ("2.25.2001", "2.25.2002", "2.25.2003")
    elements: dict[str, Any] = field(default_factory=dict)

    @property
    def frames(self) -> int:
        return len(self.pixels)

    @property
    def bits(self) -> int:
        return self.bits_stored or 8 * self.pixels.dtype.itemsize


def write_flavour(
    folder: Path,
    flavour: str,
    scene: Scene,
    *,
    name: str = "run.dcm",
    syntax: str = uid.ExplicitVRLittleEndian,
    other: Scene | None = None,
    order: str = "alternate",
    shared: bool = True,
    undefined: bool = False,
    edit: Callable[[Dataset], None] | None = None,
    **elements: Any,
) -> Path:
    """Write the scene; see the top of the file.

    Parameters
    ----------
    shared
        Of Enhanced objects: keep what all frames have in common once; False: in every frame.
    undefined
        Write sequences and items without their length.
    """
    if flavour == "singles":
        return _write_singles(folder, scene, syntax, edit, elements)
    pixels = scene.pixels
    if flavour == "biplane":
        dataset, pixels = _biplane(scene, other or scene, order)
    elif flavour in ("enhanced_xa", "enhanced_xrf"):
        dataset = _enhanced(scene, flavour, shared)
    else:
        dataset = _classic(scene, flavour)
    path = folder / name
    _save(dataset, pixels, scene.bits, path, syntax, undefined, edit, {**scene.elements, **elements})
    return path


def is_lossless(syntax: str) -> bool:
    """Whether what `encode` writes gives back the very values."""
    lossy = (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLSNearLossless)
    return syntax not in lossy


def item_of(**elements: Any) -> Dataset:
    """One item of a sequence."""
    dataset = Dataset()
    for keyword, value in elements.items():
        put(dataset, keyword, value)
    return dataset


def code_of(code: Any) -> Dataset:
    """A code as DICOM writes it; `code` is one of pydicom's."""
    return item_of(
        CodeValue=code.value, CodingSchemeDesignator=code.scheme_designator, CodeMeaning=code.meaning
    )


def _save(
    dataset: Dataset,
    pixels: NDArray[np.integer],
    bits: int,
    path: Path,
    syntax: str,
    undefined: bool,
    edit: Callable[[Dataset], None] | None,
    elements: dict[str, Any],
) -> None:
    if syntax in NATIVE:
        order = ">" if syntax == uid.ExplicitVRBigEndian else "<"
        data = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    else:
        data = encapsulated([encode(frame, syntax, bits) for frame in pixels], 1, True)
    for keyword, value in {"PixelData": data + b"\0" * (len(data) % 2), **elements}.items():
        put(dataset, keyword, value)
    if "PixelData" in dataset:
        # single bytes have no order as OB, and one as OW, which the writer does not see to
        plain = syntax == uid.ExplicitVRBigEndian and pixels.dtype.itemsize == 1
        dataset["PixelData"].VR = "OB" if plain else "OW"
        dataset["PixelData"].is_undefined_length = syntax not in NATIVE
    if syntax == uid.ExplicitVRBigEndian:
        _turn_words(dataset)
    if undefined:
        _without_lengths(dataset)
    if edit is not None:
        edit(dataset)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid.UID(syntax)
    dataset.file_meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID", "")
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "")
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pydicom.dcmwrite(path, dataset, enforce_file_format=True)


def _turn_words(dataset: Dataset) -> None:
    """Put tables that were made in little endian order into big endian order."""
    for element in dataset:
        if element.VR == "SQ":
            for one in element.value:
                _turn_words(one)
        elif element.keyword == "LUTData":
            element.value = np.frombuffer(element.value, "<u2").astype(">u2").tobytes()


def _without_lengths(dataset: Dataset) -> None:
    for element in dataset:
        if element.VR == "SQ":
            element.is_undefined_length = True
            for one in element.value:
                one.is_undefined_length_sequence_item = True
                _without_lengths(one)


def _dt(when: datetime) -> str:
    return when.strftime("%Y%m%d%H%M%S.%f")


def _at(scene: Scene, frame: int) -> datetime:
    return START + timedelta(seconds=float(scene.times_s[frame]))


def _first(value: Floats) -> float:
    return float(np.atleast_1d(value)[0])


def _ds(value: float) -> str:
    return f"{value:.10g}"


def _image(scene: Scene, flavour: str, frames: int) -> Dataset:
    """Identity and pixel layout, which all flavours have."""
    return item_of(
        SOPClassUID=_CLASSES[flavour],
        SOPInstanceUID=scene.uids[0],
        StudyInstanceUID=scene.uids[1],
        SeriesInstanceUID=scene.uids[2],
        Modality="RF" if flavour in ("rf", "enhanced_xrf") else "XA",
        ImageType=["ORIGINAL", "PRIMARY", _PLANES[scene.plane]],
        PatientName="",
        PatientID="",
        PatientBirthDate="",
        PatientSex="",
        StudyID="",
        StudyDate=START.strftime("%Y%m%d"),
        StudyTime=START.strftime("%H%M%S"),
        ReferringPhysicianName="",
        AccessionNumber="",
        SeriesNumber="1",
        InstanceNumber="1",
        Manufacturer="test",
        ContentDate=START.strftime("%Y%m%d"),
        ContentTime=START.strftime("%H%M%S.%f"),
        SamplesPerPixel=1,
        PhotometricInterpretation=scene.photometric,
        NumberOfFrames=frames,
        Rows=scene.pixels.shape[1],
        Columns=scene.pixels.shape[2],
        BitsAllocated=8 * scene.pixels.dtype.itemsize,
        BitsStored=scene.bits,
        HighBit=scene.bits - 1,
        PixelRepresentation=int(scene.pixels.dtype.kind == "i"),
    )


def _lut_item(scene: Scene, **more: Any) -> Dataset | None:
    if scene.lut is None:
        return None
    item = item_of(LUTDescriptor=[len(scene.lut) % 65536, 0, 16], **more)
    # the VR of both is one of two; the writer is not asked to find out
    item["LUTDescriptor"].VR = "US"
    item.add_new("LUTData", "OW", np.asarray(scene.lut, "<u2").tobytes())
    return item


def _classic(scene: Scene, flavour: str) -> Dataset:
    dataset = _image(scene, flavour, scene.frames)
    dataset.AcquisitionDate, dataset.AcquisitionTime = dataset.ContentDate, dataset.ContentTime
    _add_clock(dataset, scene.times_s)
    if flavour.startswith("sc_"):
        dataset.ConversionType = "WSD"
        dataset.ImageType = ["DERIVED", "SECONDARY"]
        dataset.BurnedInAnnotation = "NO"
        dataset.PatientOrientation = dataset.Laterality = ""
        dataset.PresentationLUTShape = "IDENTITY"
        dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
        return dataset
    dataset.PatientOrientation = dataset.Laterality = ""
    _add_chain(dataset, scene)
    _add_technique(dataset, scene)
    dataset.DistanceSourceToDetector = _ds(scene.sid_mm)
    dataset.DistanceSourceToPatient = _ds(scene.sod_mm)
    dataset.ImagerPixelSpacing = [_ds(value) for value in scene.spacing_mm]
    _add_shutter(dataset, scene)
    if scene.partner:
        reference = _reference(scene.partner, uid.XRayAngiographicImageStorage)
        reference.PurposeOfReferenceCodeSequence = [code_of(codes.DCM.OtherImageOfBiplanePair)]
        dataset.ReferencedImageSequence = [reference]
    _add_table(dataset, scene)
    if flavour != "rf":
        _add_angles(dataset, scene)
    return dataset


def _add_clock(dataset: Dataset, times_s: NDArray[np.float64]) -> None:
    steps_ms = 1000.0 * np.diff(times_s)
    if len(steps_ms) and np.allclose(steps_ms, steps_ms[0], rtol=0, atol=1e-6):
        dataset.FrameIncrementPointer, dataset.FrameTime = 0x00181063, _ds(float(steps_ms[0]))
    else:
        dataset.FrameIncrementPointer = 0x00181065
        dataset.FrameTimeVector = ["0", *(_ds(float(step)) for step in steps_ms)]


def _add_chain(dataset: Dataset, scene: Scene) -> None:
    put(dataset, "PixelIntensityRelationship", scene.relationship)
    put(dataset, "PixelIntensityRelationshipSign", scene.sign)
    lut = _lut_item(scene, ModalityLUTType="US")
    if lut is not None:
        dataset.ModalityLUTSequence = [lut]


def _add_technique(dataset: Dataset, scene: Scene) -> None:
    dataset.RadiationSetting = "SC"
    dataset.KVP = _ds(_first(scene.kvp))
    dataset.ExposureTime = "1000"
    dataset.XRayTubeCurrent = str(round(_first(scene.tube_current_ma)))
    dataset.AveragePulseWidth = _ds(_first(scene.exposure_ms))


def _add_shutter(dataset: Dataset, scene: Scene) -> None:
    if scene.shutter is None:
        return
    dataset.ShutterShape = "RECTANGULAR"
    edges = ("LeftVertical", "RightVertical", "UpperHorizontal", "LowerHorizontal")
    for edge, value in zip(edges, scene.shutter, strict=True):
        setattr(dataset, f"Shutter{edge}Edge", str(value))


def _add_angles(dataset: Dataset, scene: Scene) -> None:
    """Angles of the first frame, and how far each frame is from it (PS3.3 C.8.7.5)."""
    moves = False
    for name, value in (("Primary", scene.primary_deg), ("Secondary", scene.secondary_deg)):
        put(dataset, f"Positioner{name}Angle", _ds(_first(value)))
        if np.ndim(value):
            moves = True
            steps = np.asarray(value) - _first(value)
            put(dataset, f"Positioner{name}AngleIncrement", [_ds(float(step)) for step in steps])
    dataset.PositionerMotion = "DYNAMIC" if moves else "STATIC"


def _add_table(dataset: Dataset, scene: Scene) -> None:
    dataset.TableMotion = "STATIC" if scene.table_mm is None else "DYNAMIC"
    if scene.table_mm is not None:
        since = scene.table_mm - scene.table_mm[0]
        for name, column in zip(("Vertical", "Longitudinal", "Lateral"), since.T, strict=True):
            put(dataset, f"Table{name}Increment", [_ds(float(value)) for value in column])


def _reference(instance: str, sop_class: str) -> Dataset:
    return item_of(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=instance)


def _write_singles(
    folder: Path,
    scene: Scene,
    syntax: str,
    edit: Callable[[Dataset], None] | None,
    elements: dict[str, Any],
) -> Path:
    def of(value: Floats, frame: int) -> float:
        return float(np.broadcast_to(value, scene.frames)[frame])

    for frame in range(scene.frames):
        alone = replace(
            scene,
            pixels=scene.pixels[frame : frame + 1],
            times_s=np.zeros(1),
            primary_deg=of(scene.primary_deg, frame),
            secondary_deg=of(scene.secondary_deg, frame),
            kvp=of(scene.kvp, frame),
            tube_current_ma=of(scene.tube_current_ma, frame),
            exposure_ms=of(scene.exposure_ms, frame),
            table_mm=None,
        )
        dataset = _classic(alone, "singles")
        when = _at(scene, frame)
        for keyword, value in {
            "SOPInstanceUID": f"{scene.uids[0]}.{frame + 1}",
            "InstanceNumber": str(frame + 1),
            "AcquisitionNumber": "1",
            "AcquisitionTime": when.strftime("%H%M%S.%f"),
            "ContentTime": when.strftime("%H%M%S.%f"),
            "NumberOfFrames": None,
            "FrameIncrementPointer": None,
            "FrameTimeVector": None,
            **scene.elements,
            **elements,
        }.items():
            put(dataset, keyword, value)
        path = folder / f"{frame + 1:05d}.dcm"
        _save(dataset, alone.pixels, scene.bits, path, syntax, False, edit, {})
    return folder


def _biplane(a: Scene, b: Scene, order: str) -> tuple[Dataset, NDArray[np.integer]]:
    """Both planes in one file: the retired class, as far as any source still tells."""
    pixels = np.concatenate([a.pixels, b.pixels])
    if order == "alternate":
        pixels = np.stack([a.pixels, b.pixels], axis=1).reshape(pixels.shape)
    dataset = _image(a, "biplane", len(pixels))
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "BIPLANE"]
    dataset.Planes = 2
    _add_clock(dataset, a.times_s)
    _add_chain(dataset, a)
    _add_technique(dataset, a)
    dataset.BiPlaneAcquisitionSequence = [
        item_of(
            DistanceSourceToDetector=_ds(plane.sid_mm),
            DistanceSourceToPatient=_ds(plane.sod_mm),
            ImagerPixelSpacing=[_ds(value) for value in plane.spacing_mm],
            PositionerPrimaryAngle=_ds(_first(plane.primary_deg)),
            PositionerSecondaryAngle=_ds(_first(plane.secondary_deg)),
        )
        for plane in (a, b)
    ]
    return dataset, pixels


def _enhanced(scene: Scene, flavour: str, shared: bool) -> Dataset:
    dataset = _image(scene, flavour, scene.frames)
    identification, planes = ("MONOPLANE", "SINGLE PLANE")
    if scene.plane != "single":
        identification, planes = (f"PLANE {scene.plane}", "BIPLANE")
    for keyword, value in {
        "ImageType": ["ORIGINAL", "PRIMARY", "FLUOROSCOPY", "NONE"],
        "ManufacturerModelName": "test",
        "DeviceSerialNumber": "1",
        "SoftwareVersions": "1",
        "AcquisitionDateTime": _dt(START),
        "ContentQualification": "RESEARCH",
        "PlanesInAcquisition": planes,
        "PlaneIdentification": identification,
        "AcquisitionNumber": "1",
        "BurnedInAnnotation": "NO",
        "LossyImageCompression": "00",
        "PresentationLUTShape": "INVERSE" if scene.photometric == "MONOCHROME1" else "IDENTITY",
        "KVP": _ds(_first(scene.kvp)),
        "AveragePulseWidth": _ds(_first(scene.exposure_ms)),
        "RadiationSetting": "SC",
        "RadiationMode": "PULSED",
        "ExposureTimeInms": _first(scene.exposure_ms),
        "XRayTubeCurrentInmA": _first(scene.tube_current_ma),
        "PositionerType": "CARM",
        "AcquisitionDuration": max(0.001, float(scene.times_s[-1])),
        "XRayReceptorType": "DIGITAL_DETECTOR",
        "DetectorType": "SCINTILLATOR",
        "PhysicalDetectorSize": [400.0, 300.0],
        "DistanceReceptorPlaneToDetectorHousing": 40.0,
        "AcquiredImageAreaDoseProduct": "",
        "CArmPositionerTabletopRelationship": "YES",
        "AcquisitionContextSequence": [],
        "FrameOfReferenceUID": "2.25.2009",
        "PositionReferenceIndicator": "",
        "SynchronizationFrameOfReferenceUID": "2.25.2010",
        "SynchronizationTrigger": "NO TRIGGER",
        "AcquisitionTimeSynchronized": "N",
    }.items():
        put(dataset, keyword, value)
    recumbent = code_of(codes.SCT.Recumbent)
    recumbent.PatientOrientationModifierCodeSequence = [code_of(codes.SCT.Prone)]
    dataset.PatientOrientationCodeSequence = [recumbent]
    dataset.PatientGantryRelationshipCodeSequence = [code_of(codes.SCT.Headfirst)]
    if scene.partner:
        dataset.ReferencedOtherPlaneSequence = [_reference(scene.partner, _CLASSES[flavour])]
    common, own = _groups(scene, flavour, shared)
    dataset.SharedFunctionalGroupsSequence = [common]
    dataset.PerFrameFunctionalGroupsSequence = own
    return dataset


def _groups(scene: Scene, flavour: str, shared: bool) -> tuple[Dataset, list[Dataset]]:
    """Put what varies into every frame, and the rest where `shared` says."""
    common, own = Dataset(), [Dataset() for _ in range(scene.frames)]

    def add(keyword: str, make: Callable[[int], Dataset], varies: bool) -> None:
        if shared and not varies:
            put(common, keyword, [make(0)])
            return
        for frame, group in enumerate(own):
            put(group, keyword, [make(frame)])

    def of(value: Floats, frame: int) -> float:
        return float(np.broadcast_to(value, scene.frames)[frame])

    exposure = (scene.kvp, scene.tube_current_ma, scene.exposure_ms)
    angles = (scene.primary_deg, scene.secondary_deg)
    add("FrameContentSequence", lambda frame: _frame_content(scene, frame), True)
    add("FramePixelDataPropertiesSequence", lambda _: _pixel_properties(scene), False)
    add("FrameAnatomySequence", lambda _: _anatomy(), False)
    add("FrameVOILUTSequence", lambda _: _window(scene), False)
    add(
        "IrradiationEventIdentificationSequence",
        lambda _: item_of(IrradiationEventUID="2.25.2011"),
        False,
    )
    add(
        "PatientOrientationInFrameSequence",
        lambda _: item_of(PatientOrientation=["L", "F"]),
        False,
    )
    add("FrameDetectorParametersSequence", lambda _: item_of(DetectorActiveTime="8"), False)
    add(
        "XRayGeometrySequence",
        lambda _: item_of(DistanceSourceToDetector=_ds(scene.sid_mm), DistanceSourceToIsocenter=scene.sod_mm),
        False,
    )
    add(
        "FrameAcquisitionSequence",
        lambda frame: item_of(
            KVP=_ds(of(exposure[0], frame)),
            XRayTubeCurrentInmA=of(exposure[1], frame),
            ExposureTimeInms=of(exposure[2], frame),
        ),
        any(np.ndim(value) for value in exposure),
    )
    add(
        "PositionerPositionSequence",
        lambda frame: item_of(
            PositionerPrimaryAngle=_ds(of(angles[0], frame)),
            PositionerSecondaryAngle=_ds(of(angles[1], frame)),
        ),
        any(np.ndim(value) for value in angles),
    )
    add("TablePositionSequence", lambda frame: _table_position(scene, frame), scene.table_mm is not None)
    add("CollimatorShapeSequence", lambda _: _collimator(scene), False)
    if flavour == "enhanced_xa":
        add(
            "ProjectionPixelCalibrationSequence",
            lambda _: item_of(
                TableHeight="0",
                DistanceObjectToTableTop=100.0,
                BeamAngle=0.0,
                ObjectPixelSpacingInCenterOfBeam=[
                    value * scene.sod_mm / scene.sid_mm for value in scene.spacing_mm
                ],
            ),
            False,
        )
    if scene.shutter is not None:
        shutter = Dataset()
        _add_shutter(shutter, scene)
        add("FrameDisplayShutterSequence", lambda _: shutter, False)
    if scene.lut is not None:
        add(
            "PixelIntensityRelationshipLUTSequence",
            lambda _: _lut_item(scene, LUTFunction="TO_LINEAR") or Dataset(),
            False,
        )
    return common, own


def _frame_content(scene: Scene, frame: int) -> Dataset:
    exposure_ms = float(np.broadcast_to(scene.exposure_ms, scene.frames)[frame])
    return item_of(
        FrameAcquisitionDateTime=_dt(_at(scene, frame)),
        FrameReferenceDateTime=_dt(_at(scene, frame) + timedelta(milliseconds=exposure_ms / 2)),
        FrameAcquisitionDuration=exposure_ms,
        FrameAcquisitionNumber=1,
    )


def _pixel_properties(scene: Scene) -> Dataset:
    item = item_of(
        FrameType=["ORIGINAL", "PRIMARY", "FLUOROSCOPY", "NONE"],
        ImagerPixelSpacing=[_ds(value) for value in scene.spacing_mm],
        GeometricalProperties="UNIFORM",
        ImageProcessingApplied="NONE",
    )
    put(item, "PixelIntensityRelationship", scene.relationship)
    put(item, "PixelIntensityRelationshipSign", scene.sign)
    return item


def _anatomy() -> Dataset:
    return item_of(AnatomicRegionSequence=[code_of(codes.SCT.LumbarSpine)], FrameLaterality="U")


def _window(scene: Scene) -> Dataset:
    return item_of(WindowCenter=str(1 << (scene.bits - 1)), WindowWidth=str(1 << scene.bits))


def _table_position(scene: Scene, frame: int) -> Dataset:
    vertical, longitudinal, lateral = (
        (0.0, 0.0, 0.0) if scene.table_mm is None else (float(value) for value in scene.table_mm[frame])
    )
    return item_of(
        TableTopVerticalPosition=_ds(vertical),
        TableTopLongitudinalPosition=_ds(longitudinal),
        TableTopLateralPosition=_ds(lateral),
        TableHorizontalRotationAngle=0.0,
        TableHeadTiltAngle=0.0,
        TableCradleTiltAngle=0.0,
    )


def _collimator(scene: Scene) -> Dataset:
    rows, columns = scene.pixels.shape[1:]
    return item_of(
        CollimatorShape="RECTANGULAR",
        CollimatorLeftVerticalEdge="1",
        CollimatorRightVerticalEdge=str(columns),
        CollimatorUpperHorizontalEdge="1",
        CollimatorLowerHorizontalEdge=str(rows),
    )
