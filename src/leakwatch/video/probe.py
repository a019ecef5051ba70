"""What a video file says of itself, as a run."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import BinaryIO

from leakwatch.config.video import VideoConfig
from leakwatch.errors import InputError
from leakwatch.nouns import Calibration, CArm, IntensityChain, Medium, Plane, Relationship, Run
from leakwatch.video.clock import read_times
from leakwatch.video.content import HEAD, container_of
from leakwatch.video.luma import has_colour
from leakwatch.video.repeats import count_repeats
from leakwatch.video.soundness import sound_range
from leakwatch.video.stream import PictureStream

_MODALITY = "OT"
"""Other (PS3.3 C.7.3.1.1.1): a video does not say what made its pictures."""
_FEWEST = 2
_BLOCK = 1 << 20


def is_video(path: Path) -> bool:
    """Say whether a file begins like MP4, MOV, AVI, Matroska, WMV or MPEG, judged by what is in it.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    with path.open("rb") as source:
        return container_of(source.read(HEAD)) is not None


def probe_video(path: Path, config: VideoConfig) -> Run:
    """Read a video file's size and clock; of its pictures, some at the beginning and the end.

    Titles, names and dates in the file are never looked at.

    Raises
    ------
    InputError
        It cannot be opened or decoded, or is over the limits; the message names the file and why.
    """
    try:
        with path.open("rb") as source:
            container = container_of(source.read(HEAD))
            if container is None:
                msg = "it does not begin like a video file"
                raise ValueError(msg)
            stream = PictureStream(source, container, largest=config.max_matrix, most=config.max_frames)
            try:
                return _as_run(path, source, container, stream, config)
            finally:
                stream.close()
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror or error})"
        raise InputError(msg) from error
    except ValueError as error:
        msg = f"{path}: the video cannot be read ({error})"
        raise InputError(msg) from error


def _as_run(path: Path, source: BinaryIO, container: str, stream: PictureStream, config: VideoConfig) -> Run:
    packets = stream.packets
    if max(stream.rows, stream.columns) > config.max_matrix:
        size = f"{stream.columns} x {stream.rows}"
        msg = f"its pictures are {size}, over the limit of {config.max_matrix}"
        raise ValueError(msg)
    first, end = sound_range(stream)
    if end - first < _FEWEST:
        msg = f"it holds {end - first} pictures that can be decoded, too few for a fluoroscopy run"
        raise ValueError(msg)
    times_s, clock_warning = read_times(packets, first, end, config.frames_per_s)
    frame = stream.frame(first)
    luma = stream.picture(first)
    warnings = [
        "a video is uncalibrated: its values are shaped for the eye, so there is no thickness and no volume",
        "a video states no angles and no distances, so leaks cannot be placed in space",
        "a video does not say which way its values run; "
        f"bone is taken to be {config.bone}, as video.bone has it",
        clock_warning,
        *_size_warnings(stream, config),
    ]
    if stream.codec not in _LOSSLESS:
        warnings.append(
            f"the pictures are compressed ({stream.codec}): compression has changed the noise, and faint "
            "leaks may be lost"
        )
    if has_colour(frame.format.name):
        warnings.append(
            f"the pixel format ({frame.format.name}) can hold colour; only brightness is analysed"
        )
    if frame.rotation:
        warnings.append(
            f"players turn this video by {frame.rotation} degrees; it is analysed as stored, and outlines "
            "must be drawn so"
        )
    if frame.interlaced_frame:
        warnings.append("the pictures are interlaced: moving edges are combed, which looks like motion")
    if stream.video_streams > 1:
        warnings.append(f"the file holds {stream.video_streams} video streams; the first is analysed")
    if (lost := packets.count - (end - first)) > 0:
        warnings.append(
            f"{lost} of {packets.count} pictures, at the beginning or the end, cannot be decoded and are "
            "left out"
        )
    repeats, compared = count_repeats(stream, first, end)
    if repeats:
        warnings.append(
            f"{repeats} of the first {compared} pictures repeat the one before: the export runs faster than "
            "the X-ray pulses, and repeats are no new evidence"
        )
    digest = _digest(source)
    return Run(
        paths=(path,),
        sop_instance_uid=_uid(digest, "instance"),
        study_instance_uid=_uid(digest, "study"),
        series_instance_uid=_uid(digest, "series"),
        modality=_MODALITY,
        plane=Plane.SINGLE,
        rows=luma.pixels.shape[0],
        columns=luma.pixels.shape[1],
        times_s=times_s,
        intensity=IntensityChain(
            Relationship.OTHER,
            -1 if config.bone == "bright" else 1,
            False,
            luma.bits,
            False,
            None,
            Calibration.DISPLAY,
        ),
        geometry=CArm(
            isocentre_pixel_mm=None
            if config.pixel_mm is None
            else (config.pixel_mm, config.pixel_mm * stream.pixel_aspect)
        ),
        warnings=tuple(warnings),
        tags={
            "Medium": "video",
            "Container": container,
            "Codec": stream.codec,
            "PixelFormat": frame.format.name,
            "PixelAspectRatio": f"{stream.pixel_aspect:g}",
        },
        medium=Medium.VIDEO,
        frame_numbers=None if (first, end) == (0, packets.count) else tuple(range(first, end)),
    )


_LOSSLESS = frozenset(
    ["ffv1", "ffvhuff", "huffyuv", "png", "qtrle", "rawvideo", "utvideo", "magicyuv", "lagarith", "v210"]
)
"""Codecs that have no lossy mode."""


def _size_warnings(stream: PictureStream, config: VideoConfig) -> list[str]:
    aspect = stream.pixel_aspect
    found = []
    if config.pixel_mm is None:
        found.append(
            "a video does not say how large a pixel is, and video.pixel_mm is not given: areas and motion "
            "are in pixels only"
        )
    if abs(aspect - 1.0) > 1e-3:
        then = (
            ""
            if config.pixel_mm is None
            else f"; {config.pixel_mm:g} mm is taken for their height and {config.pixel_mm * aspect:g} mm "
            "for their width"
        )
        found.append(f"the pixels are not square, {aspect:.4g} times as wide as high{then}")
    return found


def _digest(source: BinaryIO) -> str:
    source.seek(0)
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _uid(digest: str, level: str) -> str:
    """Derive a UID from the content (PS3.5 B.2): the same file has the same results wherever it lies."""
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, f'leakwatch video {level} {digest}').int}"
