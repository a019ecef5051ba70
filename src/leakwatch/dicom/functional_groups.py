"""What the functional groups of a multi-frame file state, frame by frame (PS3.3 C.7.6.16)."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.datadict import dictionary_VR, tag_for_keyword

from leakwatch.dicom.enhanced_scan import SHARED, Stated, scan_groups
from leakwatch.dicom.header import Header
from leakwatch.dicom.inflate import open_dataset
from leakwatch.dicom.values import named
from leakwatch.errors import InputError

_PIXELS = (
    "FrameType",
    "PixelIntensityRelationship",
    "PixelIntensityRelationshipSign",
    "ImagerPixelSpacing",
)
_EDGES = ("LeftVerticalEdge", "RightVerticalEdge", "UpperHorizontalEdge", "LowerHorizontalEdge")


def _blades(blade: str) -> tuple[str, ...]:
    return (
        f"{blade}Shape",
        *(f"{blade}{edge}" for edge in _EDGES),
        f"CenterOfCircular{blade}",
        f"RadiusOfCircular{blade}",
        f"VerticesOfThePolygonal{blade}",
    )


GROUPS: Mapping[str, tuple[str, ...]] = {
    "FrameContentSequence": (
        "FrameAcquisitionDateTime",
        "FrameReferenceDateTime",
        "FrameAcquisitionNumber",
    ),
    "FramePixelDataPropertiesSequence": _PIXELS,
    "PixelIntensityRelationshipLUTSequence": ("LUTFunction", "LUTDescriptor", "LUTData"),
    "XRayGeometrySequence": ("DistanceSourceToDetector", "DistanceSourceToIsocenter"),
    "PositionerPositionSequence": ("PositionerPrimaryAngle", "PositionerSecondaryAngle"),
    "TablePositionSequence": (
        "TableTopVerticalPosition",
        "TableTopLongitudinalPosition",
        "TableTopLateralPosition",
    ),
    "FrameAcquisitionSequence": ("KVP", "XRayTubeCurrentInmA", "ExposureTimeInms"),
    "FrameDisplayShutterSequence": _blades("Shutter"),
    "CollimatorShapeSequence": _blades("Collimator"),
    "XAXRFFrameCharacteristicsSequence": ("DerivationCodeSequence",),
    "DerivationImageSequence": ("DerivationCodeSequence",),
}
"""Every element that is read from the functional groups; patient data are not among them."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of a groups sequence: what its groups state."""

    stated: tuple[Stated, ...]

    def holds(self, group: int) -> bool:
        return any(one.group == group for one in self.stated)

    def find(self, group: int, tag: int, number: int) -> Stated | None:
        return next(
            (one for one in self.stated if (one.group, one.number, one.tag) == (group, number, tag)), None
        )


@dataclass(frozen=True, slots=True)
class FunctionalGroups:
    """Values by group, keyword and frame. A group that a frame has itself takes the place of the shared one.

    Attributes
    ----------
    frames
        Number of items in Per-Frame Functional Groups Sequence (5200,9230).
    little_endian
        Byte order of the values.
    """

    frames: int
    little_endian: bool
    _shared: _Item
    _own: tuple[_Item, ...]

    def stated(self, frame: int, group: str, keyword: str, number: int = 0) -> Stated | None:
        """Return the value that holds for one frame; `number` is the item of the group's sequence."""
        group_tag, tag = _tag(group), _tag(keyword)
        own = self._own[frame] if frame < len(self._own) else _Item(())
        return (own if own.holds(group_tag) else self._shared).find(group_tag, tag, number)

    def texts(self, frame: int, group: str, keyword: str) -> tuple[str, ...]:
        """Return the values as text, () where a frame is silent."""
        stated = self.stated(frame, group, keyword)
        return () if stated is None else _texts(stated, self.little_endian)

    def column(self, group: str, keyword: str) -> NDArray[np.float64]:
        """Return (frames,) float64, the first value of every frame; NaN where there is no finite one."""
        known: dict[bytes, float] = {}
        column = np.full(self.frames, np.nan)
        for frame in range(self.frames):
            stated = self.stated(frame, group, keyword)
            if stated is None:
                continue
            if stated.value not in known:
                known[stated.value] = _number(_texts(stated, self.little_endian))
            column[frame] = known[stated.value]
        return column

    def differing(self, group: str, keyword: str) -> int:
        """Return how many different values the frames have; silence is none of them."""
        found = (self.stated(frame, group, keyword) for frame in range(self.frames))
        return len({stated.value.strip(b" \0") for stated in found if stated is not None})


def read_groups(header: Header, frames: int) -> FunctionalGroups | None:
    """Read the functional groups; None where the file has none.

    Raises
    ------
    InputError
        They are broken, or there is not one item for each of the `frames`.
    """
    if header.groups_offset is None:
        return None
    wanted = {_tag(group): frozenset(map(_tag, keywords)) for group, keywords in GROUPS.items()}
    shared = _Item(())
    own: list[_Item] = []
    # what frames have in common is kept once
    seen: dict[tuple[Stated, ...], _Item] = {}
    values: dict[bytes, bytes] = {}
    try:
        with open_dataset(header.path) as (source, _):
            source.seek(header.groups_offset)
            for sequence, found in scan_groups(source, wanted):
                if sequence == SHARED:
                    shared = _Item((*shared.stated, *found))
                elif len(own) == frames:
                    raise InputError(_miscounted(header.path, "more than", frames, frames))
                else:
                    kept = tuple(_interned(one, values) for one in found)
                    own.append(seen.setdefault(kept, _Item(kept)))
    except ValueError as error:
        msg = f"{header.path}: {named('PerFrameFunctionalGroupsSequence')} cannot be read ({error})"
        raise InputError(msg) from error
    if own and len(own) != frames:
        raise InputError(_miscounted(header.path, "only", len(own), frames))
    return FunctionalGroups(frames, header.little_endian, shared, tuple(own))


def _miscounted(path: Path, how: str, items: int, frames: int) -> str:
    return (
        f"{path}: {named('PerFrameFunctionalGroupsSequence')} has {how} {items} items, but "
        f"{named('NumberOfFrames')} is {frames}"
    )


def _interned(one: Stated, values: dict[bytes, bytes]) -> Stated:
    return Stated(one.group, one.number, one.tag, one.vr, values.setdefault(one.value, one.value))


def _tag(keyword: str) -> int:
    return int(tag_for_keyword(keyword) or 0)


_BINARY = {"FD": "d", "FL": "f", "US": "H", "SS": "h", "UL": "L", "SL": "l"}


def _texts(stated: Stated, little_endian: bool) -> tuple[str, ...]:
    vr = stated.vr if stated.vr not in (None, "UN") else dictionary_VR(stated.tag)
    code = _BINARY.get(str(vr))
    if code is None:
        return tuple(part.strip(" \0") for part in stated.value.decode("ascii", "replace").split("\\"))
    order = "<" if little_endian else ">"
    count = len(stated.value) // struct.calcsize(order + code)
    return tuple(
        f"{value:.9g}" if code == "f" else str(value)
        for value in struct.unpack_from(f"{order}{count}{code}", stated.value)
    )


def _number(texts: tuple[str, ...]) -> float:
    try:
        value = float(texts[0])
    except (IndexError, ValueError):
        return math.nan
    return value if math.isfinite(value) else math.nan
