"""A run of any length on disk, written and read one frame at a time."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite, write_file_meta_info
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEGLSLossless,
    XRayAngiographicImageStorage,
)

from leakwatch.bench.recording import FRAME_TIME_MS
from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.source.frames import open_frames
from leakwatch.source.runs import read_runs

_SYNTAXES = {
    "native": ExplicitVRLittleEndian,
    "jpeg-ls": JPEGLSLossless,
    "deflated": DeflatedExplicitVRLittleEndian,
}
_UID = UID("2.25.20260101")
_PIXEL_DATA = b"\xe0\x7f\x10\x00OW\0\0"
_ITEM, _END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
_UNDEFINED = 0xFFFFFFFF


def write_long_run(path: Path, coding: str, frames: int, side_px: int) -> None:
    """Write an XA run of 12-bit noise, ``native``, ``jpeg-ls`` or ``deflated``.

    Frame `i` is one picture of (side_px, side_px), rolled by `i` rows.
    """
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = _SYNTAXES[coding]
    meta.MediaStorageSOPClassUID = XRayAngiographicImageStorage
    meta.MediaStorageSOPInstanceUID = _UID
    deflate = zlib.compressobj(1, wbits=-zlib.MAX_WBITS) if coding == "deflated" else None
    with path.open("wb") as file:
        file.write(bytes(128) + b"DICM")
        file.write(_meta(meta))
        for piece in _dataset(coding == "jpeg-ls", frames, side_px):
            file.write(piece if deflate is None else deflate.compress(piece))
        if deflate is not None:
            file.write(deflate.flush())


def _meta(meta: FileMetaDataset) -> bytes:
    buffer = DicomBytesIO()
    write_file_meta_info(buffer, meta)
    return buffer.getvalue()


def _dataset(encapsulated: bool, frames: int, side_px: int) -> Iterator[bytes]:
    """Yield the data set in explicit VR little endian, its pixels frame by frame."""
    yield _header(frames, side_px)
    noise = np.random.default_rng(1).normal(2000.0, 12.0, (side_px, side_px)).astype("<u2")
    if not encapsulated:
        yield _PIXEL_DATA + struct.pack("<L", frames * noise.nbytes)
        for index in range(frames):
            yield np.roll(noise, index, axis=0).tobytes()
        return
    yield _PIXEL_DATA + struct.pack("<L", _UNDEFINED) + _ITEM + struct.pack("<L", 0)
    for index in range(frames):
        code = bytes(imagecodecs.jpegls_encode(np.roll(noise, index, axis=0)))
        code += b"\0" * (len(code) % 2)
        yield _ITEM + struct.pack("<L", len(code)) + code
    yield _END + struct.pack("<L", 0)


def _header(frames: int, side_px: int) -> bytes:
    dataset = Dataset()
    dataset.SOPClassUID = XRayAngiographicImageStorage
    dataset.SOPInstanceUID = dataset.StudyInstanceUID = dataset.SeriesInstanceUID = _UID
    dataset.Modality = "XA"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "SINGLE PLANE"]
    dataset.NumberOfFrames = frames
    dataset.FrameTime = FRAME_TIME_MS
    dataset.FrameIncrementPointer = 0x00181063
    dataset.Rows = dataset.Columns = side_px
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    dataset.PixelIntensityRelationship = "LIN"
    dataset.PixelIntensityRelationshipSign = 1
    bare = BytesIO()
    dcmwrite(bare, dataset, implicit_vr=False, little_endian=True)
    return bare.getvalue()


def read_all(path: Path, order: str) -> None:
    """Read every frame of a run, ``forward`` or ``random``.

    Raises
    ------
    RuntimeError
        A frame is not what was written.
    """
    config = Config()
    (run,) = read_runs(find_inputs([path]), config.dicom, config.video).runs
    indices = np.arange(run.frames)
    if order == "random":
        np.random.default_rng(2).shuffle(indices)
    with open_frames(run) as frames:
        first = frames[0].pixels[0].copy()
        for index in indices.tolist():
            row = frames[index].pixels[index % run.rows]
            if not np.array_equal(row, first):
                msg = f"frame {index} is not the one that was written"
                raise RuntimeError(msg)
