"""The run with what was found drawn on it: a multi-frame Secondary Capture, which every viewer plays.

Written with pydicom: highdicom's is of single frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import encapsulate
from pydicom.sr.coding import Code
from pydicom.uid import JPEGBaseline8Bit, MultiFrameTrueColorSecondaryCaptureImageStorage

from leakwatch.notice import RESEARCH_USE
from leakwatch.nouns import Run, State
from leakwatch.objects.identity import Identity
from leakwatch.objects.moment import Moment
from leakwatch.objects.shared import code_item, start, with_unknown_side
from leakwatch.objects.source import Source
from leakwatch.review.contours import mask_paths
from leakwatch.review.window import DisplayWindow

KIND = "overlay"
_QUALITY = 90
_OUTLINE, _CEMENT, _LEAK, _TEXT = (255, 220, 60), (80, 200, 255), (255, 70, 70), (255, 255, 255)
_SUBPIXEL = 3  # bits of a pixel that OpenCV draws with
_LEAST_PX = 512
"""Smaller pictures are drawn enlarged, so that the words on them can be read."""


def overlay(
    source: Source,
    identity: Identity,
    run: Run,
    window: DisplayWindow,
    pictures: Iterable[tuple[NDArray[np.integer], NDArray[np.uint8], Moment]],
) -> Dataset:
    """Make the Secondary Capture of a run; JPEG, one frame at a time in memory beside the compressed ones.

    Parameters
    ----------
    pictures
        Stored values (rows, columns), page of the label picture, and the frame's moment, for each frame.
    """
    dataset = start(source, identity, KIND, MultiFrameTrueColorSecondaryCaptureImageStorage, "OT", 2)
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    jpegs: list[bytes] = []
    shape = (0, 0, 3)
    for picture in _drawn(window, pictures):
        # JPEG in YCbCr, half the colour's resolution: what Photometric Interpretation then says
        _, jpeg = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        jpegs.append(jpeg.tobytes())
        shape = picture.shape
    dataset.ImageType = ["DERIVED", "SECONDARY"]
    dataset.ConversionType = "WSD"
    dataset.DerivationDescription = f"Outline, cement and leak drawn on the run. {RESEARCH_USE}"
    dataset.BurnedInAnnotation = "YES"
    dataset.RecognizableVisualFeatures = "NO"
    dataset.ImageComments = RESEARCH_USE
    dataset.PatientOrientation = None
    dataset.Rows, dataset.Columns = shape[:2]
    dataset.SamplesPerPixel, dataset.PlanarConfiguration = 3, 0
    dataset.PhotometricInterpretation = "YBR_FULL_422"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    dataset.NumberOfFrames = len(jpegs)
    _play(dataset, run.times_s[: len(jpegs)])
    dataset.LossyImageCompression = "01"
    dataset.LossyImageCompressionMethod = "ISO_10918_1"
    dataset.LossyImageCompressionRatio = round(float(np.prod(shape)) * len(jpegs) / sum(map(len, jpegs)), 2)
    dataset.SourceImageSequence = [_source_item(one) for one in _instances(source)]
    dataset.PixelData = encapsulate(jpegs)
    dataset["PixelData"].is_undefined_length = True
    return with_unknown_side(dataset)


def _instances(source: Source) -> Iterator[Dataset]:
    for instance in source.instances:
        found = Dataset()
        found.ReferencedSOPClassUID = instance.SOPClassUID
        found.ReferencedSOPInstanceUID = instance.SOPInstanceUID
        yield found


def _source_item(reference: Dataset) -> Dataset:
    reference.PurposeOfReferenceCodeSequence = [
        code_item(Code("121322", "DCM", "Source image for image processing operation"))
    ]
    return reference


def _play(dataset: Dataset, times_s: NDArray[np.float64]) -> None:
    """Say how fast to play: every frame's own duration, and the rate nearest to them."""
    steps_ms = np.diff(times_s) * 1000 if len(times_s) > 1 else np.array([1000.0])
    usual_ms = float(np.median(steps_ms))
    if np.abs(steps_ms - usual_ms).max() < 0.02 * usual_ms:
        dataset.FrameTime = f"{usual_ms:.6g}"
        dataset.FrameIncrementPointer = 0x00181063
    else:
        dataset.FrameTimeVector = ["0", *(f"{step:.6g}" for step in steps_ms)]
        dataset.FrameIncrementPointer = 0x00181065
    dataset.RecommendedDisplayFrameRate = max(1, round(1000 / usual_ms))


def _drawn(
    window: DisplayWindow, pictures: Iterable[tuple[NDArray[np.integer], NDArray[np.uint8], Moment]]
) -> Iterator[NDArray[np.uint8]]:
    for stored, labels, moment in pictures:
        grey = window.greys(stored.astype(np.float32))
        scale = max(1, -(-_LEAST_PX // min(grey.shape)))
        if scale > 1:
            grey = np.asarray(
                cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR), np.uint8
            )
        picture = np.repeat(grey[..., None], 3, axis=2)
        for polygon in moment.outlines_xy_px:
            _line(picture, polygon + 0.5, scale, _OUTLINE)
        for values, colour in (((1, 3), _CEMENT), ((2,), _LEAK)):
            for path in mask_paths(np.isin(labels, values)):
                _line(picture, np.array(path).reshape(-1, 2), scale, colour)
        yield _written(picture, moment)


def _line(
    picture: NDArray[np.uint8], corners: NDArray[np.float64], scale: int, colour: Sequence[int]
) -> None:
    """Draw a closed line whose corners count from the picture's outer edge."""
    points = np.round((corners * scale - 0.5) * (1 << _SUBPIXEL)).astype(np.int32)
    cv2.polylines(picture, [points], True, tuple(colour), 1, cv2.LINE_AA, _SUBPIXEL)


def _written(picture: NDArray[np.uint8], moment: Moment) -> NDArray[np.uint8]:
    """Write time, state and area above, and below what the picture is not for."""
    size = picture.shape[1] / 1100
    line_px = round(34 * size)
    words = [f"{moment.time_s:.2f} s   {moment.state.value.replace('_', ' ')}"]
    if moment.leak_mm2 is not None:
        words.append(f"leak {moment.leak_mm2:.1f} mm2")
    colour = _LEAK if moment.state is State.ALARM else _TEXT
    _write(picture, words, line_px, size, colour)
    _write(picture[-line_px - 6 :], ["Research use only"], line_px, size, _TEXT)
    return picture


def _write(
    into: NDArray[np.uint8], words: Sequence[str], line_px: int, size: float, colour: Sequence[int]
) -> None:
    """Write lines of text on a darkened strip at the top."""
    strip = into[: line_px * len(words) + 6]
    strip //= 2
    for row, text in enumerate(words, 1):
        place = (6, line_px * row - round(8 * size))
        cv2.putText(into, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, tuple(colour), 1, cv2.LINE_AA)
