"""Enhanced XA: functional groups, shared and per frame."""

from __future__ import annotations

from pydicom import uid
from pydicom.dataset import Dataset

from leakwatch.bench.fuzz.seed import Seed, SeedFile
from leakwatch.bench.fuzz.seed_header import FRAMES, header, picture, with_meta
from leakwatch.bench.fuzz.seed_single import written


def enhanced(flavour: str) -> Seed:
    """Write an Enhanced XA run, with the angles and times of every frame."""
    dataset = header(FRAMES, 12)
    dataset.SOPClassUID = uid.EnhancedXAImageStorage
    for keyword in (
        "FrameTime",
        "FrameIncrementPointer",
        "PositionerPrimaryAngle",
        "PositionerSecondaryAngle",
    ):
        delattr(dataset, keyword)
    dataset.PlanesInAcquisition = "SINGLE PLANE"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.AcquisitionDateTime = "20260101120000.000"
    shared = Dataset()
    characteristics = _only(PixelIntensityRelationship="LIN", PixelIntensityRelationshipSign=1)
    characteristics.FrameType = ["ORIGINAL", "PRIMARY", "SINGLE PLANE", "NONE"]
    shared.FramePixelDataPropertiesSequence = [characteristics]
    shared.XAXRFFrameCharacteristicsSequence = [_only(AcquisitionProtocolName="fluoro")]
    shared.IsocenterReferenceSystemSequence = [
        _only(PositionerIsocenterPrimaryAngle=0.0, PositionerIsocenterSecondaryAngle=0.0)
    ]
    shared.XRayGeometrySequence = [_only(DistanceSourceToIsocenter=750.0, DistanceSourceToDetector=1000.0)]
    shared.FrameDetectorParametersSequence = [_only(ImagerPixelSpacing=[0.4, 0.4])]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = [_frame(index) for index in range(FRAMES)]
    with_meta(dataset, uid.ExplicitVRLittleEndian)
    dataset.PixelData = picture(12).astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    return Seed(flavour, (SeedFile("run.dcm", written(dataset)),), ("run.dcm",))


def _frame(index: int) -> Dataset:
    group = Dataset()
    content = Dataset()
    content.FrameAcquisitionDateTime = f"20260101120000.{index}00000"
    content.FrameReferenceDateTime = content.FrameAcquisitionDateTime
    content.FrameAcquisitionDuration = 8.0
    content.FrameAcquisitionNumber = index + 1
    group.FrameContentSequence = [content]
    group.PositionerPositionSequence = [
        _only(PositionerPrimaryAngle=float(index), PositionerSecondaryAngle=0.0)
    ]
    group.FrameAcquisitionSequence = [_only(KVP=80.0, XRayTubeCurrentInmA=30.0)]
    return group


def _only(**elements: object) -> Dataset:
    item = Dataset()
    for keyword, value in elements.items():
        setattr(item, keyword, value)
    return item
