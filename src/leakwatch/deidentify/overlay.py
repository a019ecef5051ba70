"""Our own colour overlay anew: each picture decoded, covered where its run is, and encoded again.

A JPEG has room for comments, and what was to be covered on the run shows on the overlay as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEGBaseline8Bit

from leakwatch.deidentify.black_out import Rectangle, blacked_out
from leakwatch.dicom.values import items, text_in
from leakwatch.errors import InputError

_QUALITY = 90
_BLOCK_PX = 16
"""Side of the blocks that a JPEG of half the colour's resolution is made of: a letter marks all of one."""
Matrix = tuple[int, int]
Extremes = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def scale_of(header: Dataset, exported: Mapping[str, Matrix]) -> int | None:
    """By how much the overlay is enlarged from its run; None where the run is not exported with it.

    Parameters
    ----------
    exported
        Rows and columns of what is exported, by the original SOP Instance UID.
    """
    sources = [text_in(one, "ReferencedSOPInstanceUID") for one in items(header, "SourceImageSequence")]
    matrices = {exported.get(uid) for uid in sources}
    if len(matrices) != 1 or (matrix := matrices.pop()) is None:
        return None
    scale = int(header.Rows) // matrix[0]
    fits = scale >= 1 and (int(header.Rows), int(header.Columns)) == (scale * matrix[0], scale * matrix[1])
    return scale if fits else None


def put_pictures(
    dataset: Dataset, header: Dataset, rectangles: tuple[Rectangle, ...], scale: int
) -> Extremes:
    """Store the pictures in `dataset`; give the least and the most of each pixel, (rows, columns, 3).

    Parameters
    ----------
    rectangles
        In pixels of the run.

    Raises
    ------
    InputError
        A picture cannot be decoded, or there are fewer than it says.
    """
    covers = tuple(_enlarged(one, scale) for one in rectangles)
    jpegs: list[bytes] = []
    extremes: Extremes | None = None
    for picture in _pictures(header):
        covered = np.asarray(blacked_out(picture, covers, 0), np.uint8)
        least, most = extremes or (covered, covered)
        extremes = np.minimum(least, covered), np.maximum(most, covered)
        _, jpeg = cv2.imencode(".jpg", covered, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        jpegs.append(jpeg.tobytes())
    if extremes is None or len(jpegs) != int(header.NumberOfFrames):
        msg = f"only {len(jpegs)} of the overlay's pictures can be read"
        raise InputError(msg)
    dataset.BurnedInAnnotation = "NO"  # of the patient: state and time since the first frame are not
    ratio = round(extremes[0].nbytes * len(jpegs) / sum(map(len, jpegs)), 2)
    dataset.LossyImageCompressionRatio = [header.LossyImageCompressionRatio, ratio]
    dataset.LossyImageCompressionMethod = ["ISO_10918_1", "ISO_10918_1"]
    dataset.PixelData = encapsulate(jpegs)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return extremes


def _pictures(header: Dataset) -> Iterator[NDArray[np.uint8]]:
    """Decode each, (rows, columns, 3) of blue, green and red."""
    if header.file_meta.TransferSyntaxUID != JPEGBaseline8Bit:
        msg = "the overlay is not stored as leakwatch stores it"
        raise InputError(msg)
    for jpeg in generate_frames(header.PixelData, number_of_frames=int(header.NumberOfFrames)):
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        if picture is None or picture.shape != (header.Rows, header.Columns, 3):
            msg = "a picture of the overlay cannot be decoded"
            raise InputError(msg)
        yield np.asarray(picture, np.uint8)


def _enlarged(one: Rectangle, scale: int) -> Rectangle:
    """Cover what is drawn from any pixel of the rectangle, and the blocks that its letters have marked."""
    around = scale if scale > 1 else 0  # an enlarged pixel is drawn half into its neighbours
    left = max(0, one.x * scale - around) // _BLOCK_PX * _BLOCK_PX
    top = max(0, one.y * scale - around) // _BLOCK_PX * _BLOCK_PX
    right = -(-((one.x + one.width) * scale + around) // _BLOCK_PX) * _BLOCK_PX
    bottom = -(-((one.y + one.height) * scale + around) // _BLOCK_PX) * _BLOCK_PX
    return Rectangle(left, top, right - left, bottom - top)
