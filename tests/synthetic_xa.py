"""Fluoroscopy files made up on the spot, right and wrong in every way that a test needs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom import uid
from pydicom.config import IGNORE
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels import get_encoder
from pydicom.tag import Tag

NATIVE = frozenset(
    [
        uid.ImplicitVRLittleEndian,
        uid.ExplicitVRLittleEndian,
        uid.ExplicitVRBigEndian,
        uid.DeflatedExplicitVRLittleEndian,
    ]
)


def encode(frame: NDArray[np.integer], syntax: str, bits_stored: int) -> bytes:
    """Compress one frame for a transfer syntax."""
    bits = max(bits_stored, 8)
    match syntax:
        case uid.JPEGBaseline8Bit:
            return imagecodecs.jpeg8_encode(frame, level=95)
        case uid.JPEGExtended12Bit:
            return imagecodecs.jpeg8_encode(frame, level=95, bitspersample=12)
        case uid.JPEGLossless:
            return imagecodecs.jpeg8_encode(frame, lossless=True, predictor=4, bitspersample=bits)
        case uid.JPEGLosslessSV1:
            return imagecodecs.jpeg8_encode(frame, lossless=True, predictor=1, bitspersample=bits)
        case uid.JPEGLSLossless:
            return imagecodecs.jpegls_encode(frame)
        case uid.JPEGLSNearLossless:
            return imagecodecs.jpegls_encode(frame, level=2)
        case uid.JPEG2000Lossless | uid.JPEG2000:
            return imagecodecs.jpeg2k_encode(frame, level=0, reversible=True, codecformat="j2k")
        case uid.HTJ2KLossless | uid.HTJ2KLosslessRPCL | uid.HTJ2K:
            return imagecodecs.htj2k_encode(frame)
        case uid.RLELossless:
            return get_encoder(uid.RLELossless).encode(
                frame,
                rows=frame.shape[0],
                columns=frame.shape[1],
                number_of_frames=1,
                samples_per_pixel=1,
                bits_allocated=8 * frame.dtype.itemsize,
                bits_stored=8 * frame.dtype.itemsize,
                pixel_representation=int(frame.dtype.kind == "i"),
                photometric_interpretation="MONOCHROME2",
            )
    msg = f"no encoder for {syntax}"
    raise ValueError(msg)


def item(value: bytes) -> bytes:
    """One item of encapsulated Pixel Data."""
    return b"\xfe\xff\x00\xe0" + len(value).to_bytes(4, "little") + value


def split(codestream: bytes, parts: int) -> list[bytes]:
    """Cut a codestream into about `parts` pieces of even length."""
    step = 2 * -(-len(codestream) // (2 * parts))
    pieces = [codestream[i : i + step] for i in range(0, len(codestream), step)]
    return [piece + b"\0" * (len(piece) % 2) for piece in pieces]


def encapsulated(frames: list[bytes], fragments: int, basic_table: bool) -> bytes:
    """Encapsulate as pydicom does, or with more than one fragment per frame."""
    if fragments == 1:
        return encapsulate(frames, has_bot=basic_table)
    bodies = [b"".join(item(piece) for piece in split(frame, fragments)) for frame in frames]
    offsets = [sum(map(len, bodies[:i])) for i in range(len(frames))] if basic_table else []
    return item(b"".join(offset.to_bytes(4, "little") for offset in offsets)) + b"".join(bodies)


def put(dataset: Dataset, keyword: str, value: Any) -> None:
    """Set an attribute: None removes it, and bytes go in as they are, however wrong."""
    tag = Tag(tag_for_keyword(keyword) or 0)
    if value is None:
        dataset.pop(tag, None)
    elif isinstance(value, bytes) and not keyword.startswith(("PixelData", "ExtendedOffset")):
        # as free text, which the writer does not look into; an implicit VR reader sees the proper VR
        dataset[tag] = DataElement(tag, "LT", value.decode("latin-1"))
    else:
        dataset[tag] = DataElement(tag, dictionary_VR(tag).split(" or ")[0], value, validation_mode=IGNORE)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The reference material beside the checkout."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no reference material beside the checkout")
    return folder


@pytest.fixture
def scene() -> NDArray[np.uint16]:
    """Four frames of 24 x 32, 12 bits: a ramp with noise and a dark square that grows."""
    rng = np.random.default_rng(7)
    frames = np.linspace(600, 3500, 32) + rng.normal(0, 20, (4, 24, 32))
    for index in range(4):
        frames[index, 8 : 12 + index, 8 : 12 + index] *= 0.6
    return frames.astype(np.uint16)


@pytest.fixture
def write_xa(tmp_path: Path) -> Callable[..., Path]:
    """Write an XA run: ``write_xa(pixels, name, syntax=..., FrameTime=..., Rows=None) -> path``.

    `pixels` is (frames, rows, columns) of uint8, uint16 or int16; keywords override the attributes of a
    complete, correct header. `table` is ``basic``, ``extended`` or ``none``; `fragments` per frame.
    """

    def write(
        pixels: NDArray[np.integer],
        name: str = "run.dcm",
        *,
        syntax: str = uid.ExplicitVRLittleEndian,
        table: str = "basic",
        fragments: int = 1,
        bits_stored: int | None = None,
        **elements: Any,
    ) -> Path:
        bits = 8 * pixels.dtype.itemsize
        stored = bits_stored or bits
        header = {
            "SOPClassUID": uid.XRayAngiographicImageStorage,
            "SOPInstanceUID": "2.25.1001",
            "StudyInstanceUID": "2.25.1002",
            "SeriesInstanceUID": "2.25.1003",
            "Modality": "XA",
            "ImageType": ["ORIGINAL", "PRIMARY", "SINGLE PLANE"],
            "SamplesPerPixel": 1,
            "PhotometricInterpretation": "MONOCHROME2",
            "NumberOfFrames": len(pixels),
            "Rows": pixels.shape[1],
            "Columns": pixels.shape[2],
            "BitsAllocated": bits,
            "BitsStored": stored,
            "HighBit": stored - 1,
            "PixelRepresentation": int(pixels.dtype.kind == "i"),
            "PixelIntensityRelationship": "LIN",
            "PixelIntensityRelationshipSign": 1,
            "FrameIncrementPointer": 0x00181063,
            "FrameTime": "100",
            "ImagerPixelSpacing": [0.4, 0.4],
            "DistanceSourceToDetector": "1000",
            "DistanceSourceToPatient": "750",
            "PositionerPrimaryAngle": "0",
            "PositionerSecondaryAngle": "0",
        }
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = uid.UID(syntax)
        # a header without them is still a file with them
        dataset.file_meta.MediaStorageSOPClassUID = header["SOPClassUID"]
        dataset.file_meta.MediaStorageSOPInstanceUID = header["SOPInstanceUID"]
        if syntax in NATIVE:
            order = ">" if syntax == uid.ExplicitVRBigEndian else "<"
            data = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
        elif table == "extended":
            frames = [encode(frame, syntax, stored) for frame in pixels]
            data, offsets, lengths = encapsulate_extended(frames)
            header |= {"ExtendedOffsetTable": offsets, "ExtendedOffsetTableLengths": lengths}
        else:
            frames = [encode(frame, syntax, stored) for frame in pixels]
            data = encapsulated(frames, fragments, table == "basic")
        header["PixelData"] = data + b"\0" * (len(data) % 2)
        for keyword, value in {**header, **elements}.items():
            put(dataset, keyword, value)
        if "PixelData" in dataset:
            dataset["PixelData"].VR = "OW"
            dataset["PixelData"].is_undefined_length = syntax not in NATIVE
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the writer has something to say of wrong values
            pydicom.dcmwrite(path, dataset, enforce_file_format=True)
        return path

    return write
