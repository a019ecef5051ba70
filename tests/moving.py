"""Videos made up on the spot, as files and inside DICOM."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.uid import UID, JPEGLSLossless

from .synthetic_xa import encapsulated, item

ROWS, COLUMNS = 48, 64


def pictures(count: int = 24, seed: int = 3) -> NDArray[np.uint8]:
    """Grey pictures, (count, 48, 64), with noise that is new in each and a dark square that grows."""
    rng = np.random.default_rng(seed)
    frames = np.linspace(70, 200, COLUMNS) + rng.normal(0, 6, (count, ROWS, COLUMNS))
    for index in range(count):
        frames[index, 10 : 14 + index // 2, 10 : 14 + index // 2] *= 0.6
    return frames.clip(0, 255).astype(np.uint8)


def film(
    frames: NDArray[np.integer],
    container: str,
    codec: str,
    pixel_format: str,
    *,
    rate: int = 15,
    stamps: Sequence[int] | None = None,
    aspect: Fraction | None = None,
    sound: bool = False,
    rotation: int = 0,
    **options: str,
) -> bytes:
    """Encode grey pictures; `stamps` count ticks of 1/1000 s, else pictures are 1/`rate` s apart.

    Pictures of more than 8 bits, and of pixel formats that begin with ``gray``, go in as they are. x264
    gets a fixed quantiser unless told otherwise: its rate control does not give the same bytes every time.
    """
    if codec == "libx264" and "crf" not in options:
        options = {"qp": "20"} | options
    target = io.BytesIO()
    tick = Fraction(1, 1000) if stamps is not None else Fraction(1, rate)
    with av.open(target, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, options=options)
        stream.height, stream.width = frames.shape[1:]
        stream.pix_fmt = pixel_format
        if stamps is not None:
            stream.time_base = stream.codec_context.time_base = tick
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        tone = output.add_stream("aac", rate=8000) if sound else None
        for index, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(pixels, "gray" if pixels.itemsize == 1 else "gray16le")
            if frame.format.name != pixel_format and not pixel_format.startswith("gray1"):
                frame = frame.reformat(format=pixel_format)
            elif frame.format.name != pixel_format:
                frame = av.VideoFrame.from_ndarray(pixels, pixel_format)
            frame.pts, frame.time_base = index if stamps is None else stamps[index], tick
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if tone is not None:
            hum = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), "fltp", "mono")
            hum.sample_rate = 8000
            output.mux(tone.encode(hum))
            output.mux(tone.encode(None))
    return target.getvalue()


def h264(frames: NDArray[np.integer], container: str = "mp4", **options: str) -> bytes:
    """Encode as an export would: H.264 with pictures that refer to later ones, a key picture in eight."""
    return film(frames, container, "libx264", "yuv420p", **({"g": "8", "bf": "2"} | options))


def relabel(path: Path, syntax: str) -> Path:
    """Write another Transfer Syntax UID into a file, also one that the library would not write."""
    data = path.read_bytes()
    place = data.index(b"\x02\x00\x10\x00UI")
    length = int.from_bytes(data[place + 6 : place + 8], "little")
    value = syntax.encode() + b"\0" * (len(syntax) % 2)
    meta = int.from_bytes(data[140:144], "little") + len(value) - length
    element = data[place : place + 6] + len(value).to_bytes(2, "little") + value
    rest = data[place + 8 + length :]
    path.write_bytes(data[:140] + meta.to_bytes(4, "little") + data[144:place] + element + rest)
    return path


def put_frames(path: Path, frames: Sequence[bytes], syntax: str, **elements: object) -> Path:
    """Replace the pixels of a DICOM file by compressed frames, one fragment each."""
    dataset = pydicom.dcmread(path)
    dataset.PixelData = encapsulated([frame + b"\0" * (len(frame) % 2) for frame in frames], 1, True)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)
    return relabel(path, syntax)


def put_stream(path: Path, stream: bytes, syntax: str, *, pieces: int = 1, **elements: object) -> Path:
    """Replace the pixels of a DICOM file by a stream in fragments, and its transfer syntax."""
    dataset = pydicom.dcmread(path)
    step = 2 * -(-len(stream) // (2 * pieces))
    parts = [stream[start : start + step] for start in range(0, len(stream), step)]
    dataset.PixelData = item(b"") + b"".join(item(part + b"\0" * (len(part) % 2)) for part in parts)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)
    return path
