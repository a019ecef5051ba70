"""The file of a run anew: a header that was gone through, and pixels and nothing but pixels.

Frames are decoded and stored plainly: a compressed frame has room for comments, bits above the stored ones
for old overlays, and the end of the pixel data for anything.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from pydicom import DataElement, Dataset

from leakwatch.deidentify.black_out import Rectangle, blacked_out
from leakwatch.errors import InputError
from leakwatch.nouns import Run
from leakwatch.source.frames import open_frames

_PIXEL_DATA = 0x7FE00010
Extremes = tuple[NDArray[np.integer], NDArray[np.integer]]


def frames_of_file(runs: Sequence[Run]) -> list[tuple[Run, int, int]]:
    """Give run, its own index, and the number in the file, of each frame, in the order of the file."""
    frames = [
        (run, index, index if run.frame_numbers is None else run.frame_numbers[index])
        for run in runs
        for index in range(run.frames)
    ]
    return sorted(frames, key=lambda one: one[2])


def put_pixels(
    dataset: Dataset, header: Dataset, runs: Sequence[Run], rectangles: tuple[Rectangle, ...], path: Path
) -> tuple[IO[bytes], Extremes]:
    """Store the decoded frames in `dataset`; give the open file they lie in, and the least and the most.

    Raises
    ------
    InputError
        A frame cannot be decoded, the picture has colours, or the runs are not the whole of the file.
    """
    frames = frames_of_file(runs)
    stated = int(header.get("NumberOfFrames") or 1)
    if header.get("SamplesPerPixel", 1) != 1 or "PALETTE" in str(header.get("PhotometricInterpretation", "")):
        msg = f"{path}: has colours, as pictures with writing in them have, and is not exported"
        raise InputError(msg)
    if [number for _, _, number in frames] != list(range(stated)):
        msg = f"{path}: only {len(frames)} of its {stated} frames can be read, and it is not exported"
        raise InputError(msg)
    value = 0 if str(header.get("PhotometricInterpretation")) != "MONOCHROME1" else _brightest(header)
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the data set that is written from it
    extremes: Extremes | None = None
    try:
        with ExitStack() as stack:
            readers = {id(run): stack.enter_context(open_frames(run)) for run in runs}
            for run, index, _ in frames:
                pixels = blacked_out(readers[id(run)][index].pixels, rectangles, value)
                packed.write(np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("<")).tobytes())
                least, most = extremes or (pixels, pixels)
                extremes = np.minimum(least, pixels), np.maximum(most, pixels)
    except BaseException:
        packed.close()
        raise
    assert extremes is not None, "a run has frames"
    bits = extremes[0].dtype.itemsize * 8
    dataset.BitsAllocated = bits
    dataset.HighBit = int(header.get("BitsStored") or bits) - 1
    if packed.tell() % 2:
        packed.write(b"\0")
    packed.seek(0)
    dataset.add(DataElement(_PIXEL_DATA, "OW" if bits > 8 else "OB", packed))
    return packed, extremes


def _brightest(header: Dataset) -> int:
    return (1 << (int(header.get("BitsStored") or 8) - int(header.get("PixelRepresentation") or 0))) - 1
