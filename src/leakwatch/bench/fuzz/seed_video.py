"""Exported video, as a file of its own and inside DICOM."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import cast

import av
import numpy as np
from pydicom import uid
from pydicom.encaps import encapsulate

from leakwatch.bench.fuzz.seed import PLANTED, Seed, SeedFile
from leakwatch.bench.fuzz.seed_header import header, picture, with_meta
from leakwatch.bench.fuzz.seed_single import written

CONTAINERS = {
    "mp4": ("mp4", "libx264", "yuv420p"),
    "avi": ("avi", "mjpeg", "yuvj420p"),
    "mkv": ("matroska", "ffv1", "gray"),
}
_FRAMES, _RATE = 6, 10
_X264 = {"qp": "20"}
"""A fixed quantiser: with its rate control x264 gives other bytes once in fifty times."""


def container(flavour: str) -> Seed:
    """Write a video file whose title names the patient."""
    name = f"clip.{flavour}"
    return Seed(flavour, (SeedFile(name, _encoded(*CONTAINERS[flavour])),), (name,))


def encapsulated(flavour: str) -> Seed:
    """Write H.264 inside DICOM, one stream in one fragment."""
    dataset = with_meta(header(_FRAMES, 8), uid.MPEG4HP41)
    stream = _encoded("h264", "libx264", "yuv420p")
    dataset.PixelData = encapsulate([stream], has_bot=False)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return Seed(flavour, (SeedFile("run.dcm", written(dataset)),), ("run.dcm",))


def _encoded(form: str, codec: str, pixels: str) -> bytes:
    buffer = io.BytesIO()
    # bit-exact: no random identifiers and no library versions in the file
    with av.open(buffer, "w", format=form, options={"fflags": "+bitexact"}) as target:
        target.metadata["title"] = f"{PLANTED} NAME"
        stream = cast(
            av.VideoStream,
            target.add_stream(codec, rate=Fraction(_RATE), options=_X264 if codec == "libx264" else {}),
        )
        stream.width, stream.height, stream.pix_fmt = 32, 24, pixels
        stream.codec_context.thread_count = 1
        for index, frame in enumerate(picture(8, _FRAMES).astype(np.uint8)):
            shown = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="gray")
            shown.pts, shown.time_base = index, Fraction(1, _RATE)
            target.mux(stream.encode(shown.reformat(format=pixels)))
        target.mux(stream.encode(None))
    return buffer.getvalue()
