"""Outlines from a DICOM Segmentation or Label Map Segmentation (PS3.3 A.51): one bone a segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.pixels.utils import iter_pixels

from leakwatch.dicom.keywords import PIXELS
from leakwatch.dicom.values import items, named, text_in, whole_in
from leakwatch.errors import OutlineError
from leakwatch.outline.bone_codes import site_of_codes
from leakwatch.outline.contour import Contour, contour_of
from leakwatch.outline.drawing import Drawing, Drawn
from leakwatch.outline.packed import unpacked_frames
from leakwatch.outline.pictures import Pictures
from leakwatch.outline.reference import Place, first_place

TAGS = (
    "SegmentationType",
    "MaximumFractionalValue",
    "SegmentSequence",
    "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
    "ReferencedSeriesSequence",
    "Rows",
    "Columns",
    "NumberOfFrames",
)
_PIXEL_TAGS = (*PIXELS, "NumberOfFrames", "PixelData")
_MOST_FRAMES = 10_000
_MOST_PIXELS = 1 << 26
_MOST = 1 << 33


def drawings_in_segmentation(path: Path, dataset: Dataset, pictures: Pictures) -> Drawn:
    """Read every segment's frames; values of half the largest fraction or more are inside.

    Raises
    ------
    OutlineError
        It describes more or fewer frames than it states, a frame does not say which segment it is or what it
        was drawn on, its matrix is not the run's, or its pixels cannot be decoded.
    """
    rows, columns = whole_in(dataset, "Rows") or 0, whole_in(dataset, "Columns") or 0
    frames = items(dataset, "PerFrameFunctionalGroupsSequence")
    if not frames or not rows or not columns:
        msg = f"{path}: is a segmentation without frames"
        raise OutlineError(msg)
    if len(frames) > _MOST_FRAMES or rows * columns > _MOST_PIXELS or len(frames) * rows * columns > _MOST:
        msg = f"{path}: {len(frames)} frames of {rows} x {columns} are more than an outline can need"
        raise OutlineError(msg)
    stated = whole_in(dataset, "NumberOfFrames")
    if stated != len(frames):
        msg = f"{path}: {named('NumberOfFrames')} is {stated}, but {len(frames)} frames are described"
        raise OutlineError(msg)
    segments = {whole_in(one, "SegmentNumber"): one for one in items(dataset, "SegmentSequence")}
    places = [_place(path, dataset, groups, at) for at, groups in enumerate(frames)]
    _check_matrix(path, places, (rows, columns), pictures)
    drawings: list[Drawing] = []
    warnings: list[str] = []
    for at, (groups, place, values) in enumerate(zip(frames, places, _values(path), strict=True)):
        for number, mask in _masks(path, dataset, groups, values, at):
            if number not in segments:
                msg = f"{path}: frame {at + 1} is of segment {number}, which is not described"
                raise OutlineError(msg)
            if not mask.any():
                continue
            contour = contour_of(mask)
            where = f"{path}: segment {number}"
            if contour.in_pieces:
                warnings.append(f"{where} is in pieces on frame {at + 1}; the largest is the outline")
            if contour.holed:
                warnings.append(f"{where} has holes on frame {at + 1}; they are filled")
            drawings.append(_drawing(place, segments[number], contour))
    return Drawn(tuple(drawings), tuple(warnings))


def _drawing(place: Place, segment: Dataset, contour: Contour) -> Drawing:
    # a type may be no more than "bone", and the region say which
    codes = [
        code
        for sequence in ("SegmentedPropertyTypeCodeSequence", "AnatomicRegionSequence")
        for code in items(segment, sequence)
    ]
    return Drawing(
        place.sop_instance_uid,
        place.frame,
        text_in(segment, "SegmentLabel"),
        contour.polygon_xy_px,
        " ".join(text_in(code, "CodeMeaning") for code in codes),
        site_of_codes(codes),
    )


def _check_matrix(path: Path, places: Sequence[Place], matrix: tuple[int, int], pictures: Pictures) -> None:
    """Refuse another matrix than the run's, before any pixel is decoded."""
    for uid in dict.fromkeys(place.sop_instance_uid for place in places):
        run = pictures.run_at(Place(uid, 0))
        if run is not None and (run.rows, run.columns) != matrix:
            msg = (
                f"{path}: has a {matrix[0]} x {matrix[1]} matrix, but SOP Instance UID "
                f"{uid}, on which it was drawn, {run.rows} x {run.columns}"
            )
            raise OutlineError(msg)


def _values(path: Path) -> Iterator[NDArray[np.integer[Any]]]:
    """Decode each frame's (rows, columns) stored values in turn."""
    at = 0
    try:
        # from a data set rather than the file: only then does pydicom miss pixels that are not there
        for values in _stored(dcmread(path, specific_tags=list(_PIXEL_TAGS))):
            at += 1
            yield values
    # a decoder fed a broken file may fail in any way; what it says may quote the file
    except Exception as error:
        msg = f"{path}: the pixels of frame {at + 1} cannot be decoded ({type(error).__name__})"
        raise OutlineError(msg) from error


def _stored(dataset: Dataset) -> Iterator[NDArray[np.integer[Any]]]:
    if whole_in(dataset, "BitsAllocated") == 1 and not dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        rows, columns = whole_in(dataset, "Rows") or 0, whole_in(dataset, "Columns") or 0
        frames = whole_in(dataset, "NumberOfFrames") or 1
        return unpacked_frames(dataset.PixelData, rows, columns, frames)
    return iter_pixels(dataset)


def _masks(
    path: Path, dataset: Dataset, groups: Dataset, values: NDArray[np.integer[Any]], at: int
) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Give each segment's (rows, columns) mask on a frame, with its number."""
    if text_in(dataset, "SegmentationType") == "LABELMAP":
        for number in np.unique(values[values > 0]).tolist():
            yield int(number), values == number
        return
    shared = next(iter(items(dataset, "SharedFunctionalGroupsSequence")), Dataset())
    for owner in (groups, shared):
        for identification in items(owner, "SegmentIdentificationSequence"):
            number = whole_in(identification, "ReferencedSegmentNumber")
            if number is not None:
                fractional = text_in(dataset, "SegmentationType") == "FRACTIONAL"
                most = whole_in(dataset, "MaximumFractionalValue") if fractional else None
                yield number, values >= max(1.0, (most or 1) / 2)
                return
    msg = f"{path}: frame {at + 1} does not say which segment it is of"
    raise OutlineError(msg)


def _place(path: Path, dataset: Dataset, groups: Dataset, at: int) -> Place:
    """Find what a frame was drawn on: stated frame by frame, for all, or the one instance there is."""
    shared = next(iter(items(dataset, "SharedFunctionalGroupsSequence")), Dataset())
    for owner in (groups, shared):
        for derivation in items(owner, "DerivationImageSequence"):
            found = first_place(items(derivation, "SourceImageSequence"))
            if found is not None:
                return found
    instances = [
        instance
        for series in items(dataset, "ReferencedSeriesSequence")
        for instance in items(series, "ReferencedInstanceSequence")
    ]
    found = first_place(instances)
    if found is None or len(instances) > 1:
        msg = f"{path}: frame {at + 1} does not say on which picture it was drawn"
        raise OutlineError(msg)
    return found
