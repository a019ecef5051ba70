"""Outlines from a softcopy presentation state (GSPS and its kin): closed graphics with a name beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from scipy.interpolate import CubicSpline

from leakwatch.dicom.values import items, numbers_in, text_in
from leakwatch.errors import OutlineError
from leakwatch.outline.drawing import Drawing, Drawn
from leakwatch.outline.own_state import LEAKS, is_own, number_bones
from leakwatch.outline.reference import Place, first_place

TAGS = (
    "Manufacturer",
    "ContentLabel",
    "ReferencedSeriesSequence",
    "GraphicAnnotationSequence",
    "DisplayedAreaSelectionSequence",
    "ImageRotation",
    "ImageHorizontalFlip",
)
_ROUND = 64
"""Corners of a circle or an ellipse."""
_PER_SPAN = 8
"""Points between two that a curve passes through."""


def drawings_in_presentation_state(path: Path, dataset: Dataset) -> Drawn:
    """Read every closed graphic; lines, points, texts and compound graphics are left out.

    A polyline or curve is closed where it ends where it began, or is filled. Its name is the text of its
    annotation where there is one, else its layer.

    Raises
    ------
    OutlineError
        A closed graphic does not say on which picture, or in units that cannot be told.
    """
    drawings: list[Drawing] = []
    left_out = 0
    for annotation in _of_bones(dataset):
        place = _place(dataset, annotation)
        name = _name(annotation)
        left_out += len(items(annotation, "CompoundGraphicSequence"))
        for graphic in items(annotation, "GraphicObjectSequence"):
            points = np.array(numbers_in(graphic, "GraphicData"), np.float64)
            if points.size % 2 or (polygon := _closed(graphic, points.reshape(-1, 2))) is None:
                left_out += 1
                continue
            if place is None:
                msg = f"{path}: the graphic {name!r} does not say on which picture it was drawn"
                raise OutlineError(msg)
            drawings.append(
                Drawing(
                    place.sop_instance_uid,
                    place.frame,
                    name,
                    _to_pixels(path, dataset, graphic, polygon, place),
                )
            )
    warnings = (f"{path}: {left_out} graphics enclose nothing or are compound, and are no outlines",)
    if is_own(dataset):
        drawings = number_bones(drawings, path)
    return Drawn(tuple(drawings), warnings if left_out else ())


def _of_bones(dataset: Dataset) -> Sequence[Dataset]:
    """Annotations that may be outlines: of our own presentation states not the leaks."""
    every = items(dataset, "GraphicAnnotationSequence")
    return [one for one in every if text_in(one, "GraphicLayer") != LEAKS] if is_own(dataset) else every


def _closed(graphic: Dataset, points: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the polygon a graphic encloses (PS3.3 C.10.5.1.2) in its own units, None without one."""
    kind = text_in(graphic, "GraphicType")
    turn = np.linspace(0, 2 * np.pi, _ROUND, endpoint=False)[:, None]
    if kind == "CIRCLE" and len(points) == 2:
        centre, radius = points[0], np.hypot(*(points[1] - points[0]))
        return np.asarray(centre + radius * np.hstack([np.cos(turn), np.sin(turn)]))
    if kind == "ELLIPSE" and len(points) == 4:
        centre = points.mean(0)
        major, minor = (points[1] - points[0]) / 2, (points[3] - points[2]) / 2
        return np.asarray(centre + np.cos(turn) * major + np.sin(turn) * minor)
    if kind not in ("POLYLINE", "INTERPOLATED") or len(points) < 3:
        return None
    ends_meet = bool(np.array_equal(points[0], points[-1]))
    if not ends_meet and text_in(graphic, "GraphicFilled") != "Y":
        return None
    corners = points[:-1] if ends_meet else points
    if len(corners) < 3:
        return None
    # no curve goes through what is no number; it is refused as a polygon is
    if kind == "POLYLINE" or not np.isfinite(corners).all():
        return corners
    # the standard leaves the curve to the implementation; it passes through all points
    around = np.vstack([corners, corners[:1]])
    curve = CubicSpline(np.arange(len(around)), around, bc_type="periodic")
    return np.asarray(curve(np.arange(len(corners) * _PER_SPAN) / _PER_SPAN))


def _to_pixels(
    path: Path, dataset: Dataset, graphic: Dataset, polygon: NDArray[np.float64], place: Place
) -> NDArray[np.float64]:
    """Bring a polygon to pixel centres at integers.

    PIXEL counts from the outer corner of the first pixel, so that its centre is at 0.5 (PS3.3 C.10.5.1.2);
    DISPLAY is the fraction of the displayed area, whose corners are pixels counted from 1.
    """
    units = text_in(graphic, "GraphicAnnotationUnits")
    if units == "PIXEL":
        return polygon - 0.5
    if units != "DISPLAY":
        msg = f"{path}: Graphic Annotation Units (0070,0005) is {units[:16]!r}; PIXEL and DISPLAY are read"
        raise OutlineError(msg)
    turned = (
        text_in(dataset, "ImageRotation") not in ("", "0") or text_in(dataset, "ImageHorizontalFlip") == "Y"
    )
    area = next(_areas(dataset, place), None)
    if turned or area is None:
        why = "the picture is shown turned" if turned else "no displayed area is given"
        msg = f"{path}: graphics in DISPLAY units cannot be brought to the picture: {why}"
        raise OutlineError(msg)
    first, last = area
    return np.asarray(first - 1.5 + polygon * (last - first + 1))


def _areas(dataset: Dataset, place: Place) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Top left and bottom right pixel (column, row), counted from 1, of the areas that hold for a picture."""
    for area in items(dataset, "DisplayedAreaSelectionSequence"):
        named = items(area, "ReferencedImageSequence")
        corners = [
            np.array(numbers_in(area, f"DisplayedArea{corner}HandCorner"), np.float64)
            for corner in ("TopLeft", "BottomRight")
        ]
        if named and not any(_shows(one, place) for one in named):
            continue
        if corners[0].shape == corners[1].shape == (2,):
            yield corners[0], corners[1]


def _shows(reference: Dataset, place: Place) -> bool:
    frames = numbers_in(reference, "ReferencedFrameNumber")
    same = text_in(reference, "ReferencedSOPInstanceUID") == place.sop_instance_uid
    return same and (not frames or place.frame + 1 in frames)


def _place(dataset: Dataset, annotation: Dataset) -> Place | None:
    """Find what an annotation is on: what it refers to itself, else the one picture that is shown."""
    own = first_place(items(annotation, "ReferencedImageSequence"))
    if own is not None:
        return own
    pictures: Sequence[Dataset] = [
        picture
        for series in items(dataset, "ReferencedSeriesSequence")
        for picture in items(series, "ReferencedImageSequence")
    ]
    return first_place(pictures) if len(pictures) == 1 else None


def _name(annotation: Dataset) -> str:
    written = [text_in(text, "UnformattedTextValue") for text in items(annotation, "TextObjectSequence")]
    return written[0] if len(written) == 1 and written[0] else text_in(annotation, "GraphicLayer")
