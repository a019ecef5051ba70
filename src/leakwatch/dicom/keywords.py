"""Every element that is read from a file: a list short enough to see that no patient is in it."""

from pydicom.datadict import tag_for_keyword
from pydicom.tag import BaseTag, Tag

IDENTITY = (
    "ImageType",
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "Modality",
    "ReferencedImageSequence",
    "ReferencedInstanceSequence",
    "ReferencedOtherPlaneSequence",
    "PlanesInAcquisition",
    "PlaneIdentification",
    "Planes",
    "DerivationCodeSequence",
    "PresentationIntentType",
    "BurnedInAnnotation",
    "InConcatenationNumber",
)

SERIES = ("AcquisitionNumber", "InstanceNumber", "FrameReferenceTime", "TriggerTime")
"""What puts single-frame files in order."""

CLOCK = (
    "AcquisitionDateTime",
    "AcquisitionDate",
    "AcquisitionTime",
    "ContentDate",
    "ContentTime",
    "NumberOfFrames",
    "FrameIncrementPointer",
    "FrameTime",
    "FrameTimeVector",
    "CineRate",
    "RecommendedDisplayFrameRate",
    "FrameDelay",
    "StartTrim",
    "StopTrim",
    "EffectiveDuration",
    "AcquisitionDuration",
)

PIXELS = (
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
    "LossyImageCompression",
    "LossyImageCompressionRatio",
    "LossyImageCompressionMethod",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    "PixelIntensityRelationship",
    "PixelIntensityRelationshipSign",
    "RescaleIntercept",
    "RescaleSlope",
    "ModalityLUTSequence",
)

SUBTRACTION = ("MaskSubtractionSequence", "RecommendedViewingMode")

PALETTE = tuple(
    f"{colour}PaletteColorLookupTable{part}"
    for colour in ("Red", "Green", "Blue")
    for part in ("Descriptor", "Data")
)
"""The colours of PALETTE COLOR pictures; never shown."""

GEOMETRY = (
    "DistanceSourceToDetector",
    "DistanceSourceToPatient",
    "EstimatedRadiographicMagnificationFactor",
    "ImagerPixelSpacing",
    "PositionerMotion",
    "PositionerPrimaryAngle",
    "PositionerSecondaryAngle",
    "TableMotion",
)

INCREMENTS = (
    "PositionerPrimaryAngleIncrement",
    "PositionerSecondaryAngleIncrement",
    "TableVerticalIncrement",
    "TableLongitudinalIncrement",
    "TableLateralIncrement",
)
"""How arm and table move from frame to frame."""

BIPLANE = ("BiPlaneAcquisitionSequence",)

SHUTTER = tuple(
    keyword
    for blade in ("Shutter", "Collimator")
    for keyword in (
        f"{blade}Shape",
        f"{blade}LeftVerticalEdge",
        f"{blade}RightVerticalEdge",
        f"{blade}UpperHorizontalEdge",
        f"{blade}LowerHorizontalEdge",
        f"CenterOfCircular{blade}",
        f"RadiusOfCircular{blade}",
        f"VerticesOfThePolygonal{blade}",
    )
)

TECHNIQUE = (
    "Manufacturer",
    "ManufacturerModelName",
    "KVP",
    "FilterMaterial",
    "FilterThicknessMinimum",
    "FilterThicknessMaximum",
    "XRayTubeCurrent",
    "XRayTubeCurrentInmA",
    "AveragePulseWidth",
    "ExposureTimeInms",
)

HEADER_KEYWORDS = (
    IDENTITY
    + SERIES
    + CLOCK
    + PIXELS
    + PALETTE
    + SUBTRACTION
    + GEOMETRY
    + INCREMENTS
    + BIPLANE
    + SHUTTER
    + TECHNIQUE
)


def _tag(keyword: str) -> BaseTag:
    tag = tag_for_keyword(keyword)
    if tag is None:
        msg = f"{keyword} is not a DICOM keyword"
        raise ValueError(msg)
    return Tag(tag)


HEADER_TAGS = tuple(_tag(keyword) for keyword in HEADER_KEYWORDS)
