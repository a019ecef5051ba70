"""A plain recording of any length, for measurements that need nothing but frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, XRayAngiographicImageStorage, generate_uid

FRAME_TIME_MS = 133.0


def frame_pixels(index: int, side_px: int, seed: int) -> NDArray[np.uint16]:
    """One 10-bit picture: a dark round bone, white noise, and cement that spreads from frame 20 on.

    Depends on its arguments only, so a longer recording begins with the shorter one.
    """
    noise = np.random.default_rng([seed, index]).normal(0.0, 6.0, (side_px, side_px))
    y, x = np.mgrid[:side_px, :side_px] - (side_px - 1) / 2
    distance = np.hypot(x, y) / side_px
    picture = 600.0 - 120.0 * (distance < 0.3) + 40.0 * np.sin(24.0 * distance) + noise
    spread = min(0.2, 0.002 * max(0, index - 20))
    picture -= 150.0 * (np.hypot(x / side_px - 0.15, y / side_px) < spread)
    pixels: NDArray[np.uint16] = np.clip(picture, 1, 1022).astype("<u2")
    return pixels


def write_recording(
    path: Path,
    frames: int,
    side_px: int = 64,
    seed: int = 0,
    *,
    uid_seed: str = "",
    plane: str = "",
    partner_uid: str = "",
) -> str:
    """Write an XA multi-frame file, (`side_px`, `side_px`) pixels, and return its SOP Instance UID.

    Parameters
    ----------
    uid_seed
        Recordings of the same text have the same UIDs; empty takes the file's name.
    plane
        ``A``, ``B`` or empty for a single plane; B looks from the side.
    partner_uid
        SOP Instance UID of the other plane, referenced where given.
    """
    source = uid_seed or path.name
    dataset = Dataset()
    dataset.SOPClassUID = XRayAngiographicImageStorage
    dataset.SOPInstanceUID = generate_uid(entropy_srcs=["run", source])
    dataset.StudyInstanceUID = generate_uid(entropy_srcs=["study"])
    dataset.SeriesInstanceUID = generate_uid(entropy_srcs=["series", source])
    dataset.Modality = "XA"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", f"BIPLANE {plane}" if plane else "SINGLE PLANE"]
    dataset.AcquisitionDateTime = "20260101120000.000"
    dataset.NumberOfFrames = frames
    dataset.FrameTime = FRAME_TIME_MS
    dataset.FrameIncrementPointer = 0x00181063
    dataset.Rows = dataset.Columns = side_px
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 10, 9
    dataset.PixelRepresentation = 0
    dataset.PixelIntensityRelationship = "LOG"
    dataset.PixelIntensityRelationshipSign = 1
    dataset.DistanceSourceToDetector = 1100.0
    dataset.DistanceSourceToPatient = 720.0
    dataset.ImagerPixelSpacing = [0.8, 0.8]
    dataset.PositionerPrimaryAngle = 90.0 if plane == "B" else 0.0
    dataset.PositionerSecondaryAngle = 0.0
    if partner_uid:
        dataset.ReferencedImageSequence = [_biplane_reference(partner_uid)]
    dataset.PixelData = b"".join(frame_pixels(index, side_px, seed).tobytes() for index in range(frames))
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path, enforce_file_format=True)
    return str(dataset.SOPInstanceUID)


def _biplane_reference(uid: str) -> Dataset:
    purpose = Dataset()
    purpose.CodeValue, purpose.CodingSchemeDesignator = "121314", "DCM"
    purpose.CodeMeaning = "Other image of biplane pair"
    reference = Dataset()
    reference.ReferencedSOPClassUID = XRayAngiographicImageStorage
    reference.ReferencedSOPInstanceUID = uid
    reference.PurposeOfReferenceCodeSequence = [purpose]
    return reference
