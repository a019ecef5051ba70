"""Frames of pixels of one bit each (PS3.5 8.1.1)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def unpacked_frames(stored: bytes, rows: int, columns: int, frames: int) -> Iterator[NDArray[np.uint8]]:
    """Unpack frame by frame; a frame begins in the middle of a byte where the one before ended there.

    By hand because pydicom 3.0 takes a byte too few for such a frame.

    Parameters
    ----------
    stored
        Native Pixel Data (7FE0,0010), lowest bit first, no gap between frames.

    Yields
    ------
    NDArray[np.uint8]
        (rows, columns), 0 or 1.

    Raises
    ------
    ValueError
        The bytes end before the frame.
    """
    count = rows * columns
    view = memoryview(stored)
    for at in range(frames):
        skipped_bits = at * count % 8
        held = np.frombuffer(view[at * count // 8 : -(-(at + 1) * count // 8)], np.uint8)
        bits = np.unpackbits(held, bitorder="little")[skipped_bits : skipped_bits + count]
        yield bits.reshape(rows, columns)
