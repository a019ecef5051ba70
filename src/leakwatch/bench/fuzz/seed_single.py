"""Runs in one DICOM file, in every encoding and with every attribute that is read."""

from __future__ import annotations

import io
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.filewriter import dcmwrite
from pydicom.pixels.encoders.base import RLELosslessEncoder

from leakwatch.bench.fuzz.seed import Seed, SeedFile
from leakwatch.bench.fuzz.seed_header import FRAMES, header, lut_item, picture, with_meta
from leakwatch.bench.fuzz.structure import set_number, set_value

NATIVE = {
    "implicit": uid.ImplicitVRLittleEndian,
    "explicit": uid.ExplicitVRLittleEndian,
    "big_endian": uid.ExplicitVRBigEndian,
    "deflated": uid.DeflatedExplicitVRLittleEndian,
}
COMPRESSED = {
    "rle": uid.RLELossless,
    "jpeg": uid.JPEGBaseline8Bit,
    "jpeg_12": uid.JPEGExtended12Bit,
    "jpeg_lossless": uid.JPEGLosslessSV1,
    "jpegls": uid.JPEGLSLossless,
    "j2k": uid.JPEG2000Lossless,
    "htj2k": uid.HTJ2KLossless,
}
TABLES = ("j2k_no_table", "j2k_extended_table", "j2k_fragments")
VARIANTS = ("lut", "vector", "shutters", "signed", "monochrome1", "overlay", "capture", "bare")


def native(flavour: str) -> Seed:
    """Write uncompressed pixels; the deflated one is plain until a mutation deflates it."""
    syntax = NATIVE[flavour]
    dataset = with_meta(header(FRAMES, 12), syntax)
    cells = picture(12).astype(">u2" if flavour == "big_endian" else "<u2")
    _pixels(dataset, cells.tobytes(), "OW")
    return _one(flavour, written(dataset))


def compressed(flavour: str) -> Seed:
    """Write encapsulated pixels, one fragment per frame, with a Basic Offset Table."""
    bits = 8 if flavour == "jpeg" else 12
    syntax = COMPRESSED[flavour]
    dataset = with_meta(header(FRAMES, bits), syntax)
    _pixels(dataset, encapsulate(_codestreams(flavour, bits)), "OB", encapsulated=True)
    return _one(flavour, written(dataset))


def offset_tables(flavour: str) -> Seed:
    """Write JPEG 2000 with another way to tell frames from fragments."""
    dataset = with_meta(header(FRAMES, 12), uid.JPEG2000Lossless)
    frames = _codestreams("j2k", 12)
    if flavour == "j2k_extended_table":
        body, dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths = encapsulate_extended(frames)
    else:
        body = encapsulate(frames, fragments_per_frame=2 if flavour == "j2k_fragments" else 1, has_bot=False)
    _pixels(dataset, body, "OB", encapsulated=True)
    return _one(flavour, written(dataset))


def variant(flavour: str) -> Seed:
    """Write explicit little endian with more, or other, attributes."""
    bits = 8 if flavour in ("monochrome1", "capture") else 12
    dataset = with_meta(header(FRAMES, bits), uid.ExplicitVRLittleEndian)
    cells: NDArray[np.integer[Any]] = picture(bits)
    match flavour:
        case "lut":
            dataset.PixelIntensityRelationship = "LOG"
            dataset.ModalityLUTSequence = [lut_item(4096)]
        case "vector":
            dataset.FrameIncrementPointer = 0x00181065
            dataset.FrameTimeVector = [0, 100, 120, 80]
            del dataset.FrameTime
            dataset.CineRate, dataset.FrameDelay, dataset.ContentTime = "10", "5", "120000"
        case "shutters":
            _shutters(dataset)
        case "signed":
            dataset.PixelRepresentation = 1
            cells = cells.astype(np.int16) - 2048
            cells = np.bitwise_and(cells, 0x0FFF).astype(np.uint16)
        case "monochrome1":
            dataset.PhotometricInterpretation = "MONOCHROME1"
            dataset.PixelIntensityRelationship = "DRM"
        case "overlay":
            dataset.add_new(0x60000010, "US", 24)
            dataset.add_new(0x60000011, "US", 32)
            dataset.add_new(0x60003000, "OW", bytes(96))
            dataset.HighBit = 13
            cells = cells << 2
        case "capture":
            dataset.SOPClassUID = uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage
            dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    _pixels(dataset, cells.astype("<u2" if bits > 8 else "u1").tobytes(), "OW")
    data = written(dataset)
    if flavour == "bare":
        data = data[144 + int.from_bytes(data[140:144], "little") :]
    return _one(flavour, data)


def written(dataset: Dataset) -> bytes:
    """Give a dataset as a file's bytes; one that says it is deflated is left plain."""
    deflated = dataset.file_meta.TransferSyntaxUID == uid.DeflatedExplicitVRLittleEndian
    if deflated:
        dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    data = buffer.getvalue()
    if not deflated:
        return data
    relabelled = set_value(data, "00020010", uid.DeflatedExplicitVRLittleEndian)
    length = int.from_bytes(data[140:144], "little") + len(relabelled) - len(data)
    return set_number(relabelled, "00020000", str(length))


def _one(flavour: str, data: bytes) -> Seed:
    return Seed(flavour, (SeedFile("run.dcm", data),), ("run.dcm",))


def _pixels(dataset: Dataset, body: bytes, vr: str, *, encapsulated: bool = False) -> None:
    dataset.PixelData = body + b"\0" * (len(body) % 2)
    dataset["PixelData"].VR = vr
    dataset["PixelData"].is_undefined_length = encapsulated


def _codestreams(codec: str, bits: int) -> list[bytes]:
    return [
        _encode(frame, codec, bits) for frame in picture(bits).astype(np.uint8 if bits == 8 else np.uint16)
    ]


def _encode(frame: NDArray[np.integer[Any]], codec: str, bits: int) -> bytes:
    match codec:
        case "jpeg":
            data = imagecodecs.jpeg8_encode(frame, level=95)
        case "jpeg_12":
            data = imagecodecs.jpeg8_encode(frame, level=95, bitspersample=12)
        case "jpeg_lossless":
            data = imagecodecs.jpeg8_encode(frame, lossless=True, predictor=1, bitspersample=bits)
        case "jpegls":
            data = imagecodecs.jpegls_encode(frame)
        case "j2k":
            data = imagecodecs.jpeg2k_encode(frame, level=0, reversible=True, codecformat="j2k")
        case "htj2k":
            data = imagecodecs.htj2k_encode(frame)
        case _:
            data = RLELosslessEncoder.encode(
                frame,
                rows=frame.shape[0],
                columns=frame.shape[1],
                number_of_frames=1,
                samples_per_pixel=1,
                bits_allocated=16,
                bits_stored=16,
                pixel_representation=0,
                photometric_interpretation="MONOCHROME2",
            )
    return bytes(data)


def _shutters(dataset: Dataset) -> None:
    for blade in ("Shutter", "Collimator"):
        shapes = ["RECTANGULAR", "CIRCULAR", "POLYGONAL"]
        setattr(dataset, f"{blade}Shape", shapes)
        edges = {"LeftVertical": 3, "RightVertical": 30, "UpperHorizontal": 2, "LowerHorizontal": 22}
        for edge, place in edges.items():
            setattr(dataset, f"{blade}{edge}Edge", place)
        setattr(dataset, f"CenterOfCircular{blade}", [12, 16])
        setattr(dataset, f"RadiusOfCircular{blade}", 14)
        setattr(dataset, f"VerticesOfThePolygonal{blade}", [2, 2, 2, 30, 22, 30, 22, 2])
