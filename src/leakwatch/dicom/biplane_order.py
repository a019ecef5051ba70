"""Whether the two planes of a biplane file take turns frame by frame, or lie one after the other.

1.  Frame Increment Pointer (0028,0009) names Planes (0028,0012) or Bi-Plane Acquisition Sequence
    (0028,5000): first, so that the plane changes from frame to frame, they take turns; later, they lie one
    after the other.
2.  Frame Time Vector (0018,1065) of all frames is 0 at every second one: both planes at one time, in turns.
3.  The pictures. The planes see the patient from different sides, and a plane sees nearly the same from
    frame to frame: where a frame is far more like the second next than the next, they take turns; where
    nothing else changes as much as the picture in the middle of the file, they lie one after the other.
4.  Neither: refused.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.frames import DicomFrames
from leakwatch.dicom.header import Header
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.values import named, numbers, texts
from leakwatch.errors import InputError
from leakwatch.nouns import Calibration, CArm, IntensityChain, Plane, Relationship, Run

_PLANE_TAGS = ("(0028,0012)", "(0028,5000)")
_PLACES = 5
_CELLS = 32
_TIMES_LESS_ALIKE = 3.0
_ANOTHER_SIDE = 0.02
"""Two sides of a patient differ by more than this, as `_unlikeness` counts."""

Floats = NDArray[np.float64]


class Order(Enum):
    """How the frames of two planes are stored."""

    ALTERNATE = "alternate"
    HALVES = "halves"


def find_order(header: Header, layout: Layout) -> tuple[Order, str]:
    """Find the order by the rules above, and the sentence that says by which.

    Raises
    ------
    InputError
        Nothing tells, or a frame that is needed to tell cannot be decoded.
    """
    pointer = texts(header, "FrameIncrementPointer")
    places = [place for place, tag in enumerate(pointer) if tag in _PLANE_TAGS]
    if places:
        order = Order.HALVES if places[0] else Order.ALTERNATE
        return order, f"{_words(order)}, by {named('FrameIncrementPointer')}"
    steps = np.asarray(numbers(header, "FrameTimeVector"))
    if len(steps) == layout.frames and (steps[1::2] == 0).all() and (steps[2::2] > 0).all():
        return Order.ALTERNATE, f"{_words(Order.ALTERNATE)}, by {named('FrameTimeVector')}"
    if layout.frames == 2:
        return Order.ALTERNATE, "the first frame is plane A, the second plane B"
    seen = _by_pictures(header.path, layout)
    if seen is None:
        msg = (
            f"{header.path}: neither {named('FrameIncrementPointer')} nor the pictures tell whether the "
            "frames of the two planes take turns or lie one after the other"
        )
        raise InputError(msg)
    return seen, f"{_words(seen)}, judged by how alike the pictures are, since the file does not say"


def _words(order: Order) -> str:
    if order is Order.ALTERNATE:
        return "frames of planes A and B take turns"
    return "the frames of plane A come before those of plane B"


def _by_pictures(path: Path, layout: Layout) -> Order | None:
    each = layout.frames // 2
    starts = np.unique(np.linspace(0, max(each - 2, 0), _PLACES).astype(int))
    with DicomFrames(_all_frames(path, layout)) as frames:

        def apart(first: int, second: int) -> float:
            return _unlikeness(frames[first].pixels, frames[second].pixels)

        steps = [apart(start, start + 1) for start in starts]
        next_one = float(np.median(steps))
        second_next = float(np.median([apart(start, start + 2) for start in starts]))
        middle = apart(each - 1, each)
    if next_one > max(_TIMES_LESS_ALIKE * second_next, _ANOTHER_SIDE):
        return Order.ALTERNATE
    return Order.HALVES if middle > max(_TIMES_LESS_ALIKE * next_one, *steps, _ANOTHER_SIDE) else None


def _unlikeness(first: NDArray[np.generic], second: NDArray[np.generic]) -> float:
    """1 - correlation of two pictures seen coarsely, so that noise does not count; 0 for flat ones."""
    a, b = (_coarse(np.asarray(one, np.float64)) for one in (first, second))
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return 1.0 - float((a * b).sum() / scale) if scale > 0 else 0.0


def _coarse(picture: Floats) -> Floats:
    """Means of some 32 x 32 cells, less their mean."""
    if picture.ndim > 2:
        picture = picture.mean(axis=-1)
    height, width = (max(1, side // _CELLS) for side in picture.shape)
    rows, columns = (side - side % cell for side, cell in zip(picture.shape, (height, width), strict=True))
    cells = (
        picture[:rows, :columns].reshape(rows // height, height, columns // width, width).mean(axis=(1, 3))
    )
    return np.asarray(cells - cells.mean(), np.float64)


def _all_frames(path: Path, layout: Layout) -> Run:
    """Make a run of all frames in the file, to decode some of them; its clock means nothing."""
    return Run(
        paths=(path,),
        sop_instance_uid="",
        study_instance_uid="",
        series_instance_uid="",
        modality="XA",
        plane=Plane.SINGLE,
        rows=layout.rows,
        columns=layout.columns,
        times_s=np.arange(layout.frames, dtype=np.float64),
        intensity=IntensityChain(
            Relationship.OTHER, 1, False, layout.bits_stored, layout.signed, None, Calibration.DISPLAY
        ),
        geometry=CArm(),
    )
