"""Enhanced XA and XRF: what their functional groups say, put where a classic file says it.

An attribute in a functional group (PS3.3 A.47.4, A.48.4, C.8.19.6) stands for one of the data set itself: of
the first frame for what a run has once, of every frame for times, geometry and technique.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from leakwatch.dicom.enhanced_clock import read_enhanced_clock
from leakwatch.dicom.functional_groups import GROUPS, FunctionalGroups, read_groups
from leakwatch.dicom.header import Header
from leakwatch.dicom.per_frame import movement
from leakwatch.dicom.recording import Recording
from leakwatch.dicom.subtraction import names_subtraction
from leakwatch.dicom.values import named, present, shown
from leakwatch.errors import InputError
from leakwatch.nouns import PerFrame

_PIXELS, _LUT = "FramePixelDataPropertiesSequence", "PixelIntensityRelationshipLUTSequence"
_SEPARATE = ("FrameContentSequence", "TablePositionSequence", _LUT)
_ONE_FOR_ALL = ("PixelIntensityRelationship", "PixelIntensityRelationshipSign")
_SIZES = (
    (_PIXELS, "ImagerPixelSpacing"),
    ("XRayGeometrySequence", "DistanceSourceToDetector"),
    ("XRayGeometrySequence", "DistanceSourceToIsocenter"),
)
_MOST_LUTS = 8


def read_enhanced(header: Header, frames: int, fallback_ms: float | None) -> Recording | None:
    """Read a file with functional groups; None where it has none.

    Raises
    ------
    InputError
        The groups are broken, are not as many as the frames, mix acquisitions or intensity relationships,
        or there is no clock.
    """
    groups = read_groups(header, frames)
    if groups is None:
        return None
    _check_one_run(header, groups)
    warnings: list[str] = []
    first = _first_frame(header, groups, warnings)
    clock = read_enhanced_clock(first, groups, fallback_ms)
    stated = _per_frame(groups)
    warnings += _changes(groups)
    return Recording(first, clock, stated, (*_part_of(header), *warnings, *movement(stated)))


def _part_of(header: Header) -> tuple[str, ...]:
    """Say that a recording goes on in other files, which are not put together (PS3.3 C.7.6.16)."""
    if not present(header, "InConcatenationNumber"):
        return ()
    part = shown(header, "InConcatenationNumber")
    return (
        f"{named('InConcatenationNumber')} is {part}: the recording is spread over several files, and each "
        "is taken for a run of its own, so cement of an earlier one counts as background",
    )


def _check_one_run(header: Header, groups: FunctionalGroups) -> None:
    count = groups.differing("FrameContentSequence", "FrameAcquisitionNumber")
    # some machines number every frame
    if 1 < count < groups.frames:
        msg = (
            f"{header.path}: {named('FrameAcquisitionNumber')} has {count} values: frames of several "
            "acquisitions are no run"
        )
        raise InputError(msg)
    for keyword in _ONE_FOR_ALL:
        if groups.differing(_PIXELS, keyword) > 1:
            msg = (
                f"{header.path}: {named(keyword)} differs between frames, so their values cannot be compared"
            )
            raise InputError(msg)


def _first_frame(header: Header, groups: FunctionalGroups, warnings: list[str]) -> Header:
    """Return the header with what holds for frame 0 in its classic place."""
    dataset = Dataset()
    dataset.update(header.dataset)
    if hasattr(header.dataset, "file_meta"):
        dataset.file_meta = header.dataset.file_meta
    for group, keywords in GROUPS.items():
        for keyword in keywords if group not in _SEPARATE else ():
            _put(dataset, groups, group, keyword)
    frame_types = [groups.texts(frame, _PIXELS, "FrameType") for frame in range(groups.frames)]
    subtracted = next((kind for kind in set(frame_types) if names_subtraction(kind)), None)
    if subtracted is not None:
        _set(dataset, "ImageType", list(subtracted))
        warnings.append(f"{named('FrameType')} of a frame is {'/'.join(subtracted)}; it is taken for all")
    stamp = groups.texts(0, "FrameContentSequence", "FrameAcquisitionDateTime")
    if stamp:
        _set(dataset, "AcquisitionDateTime", stamp[0])
    _put_lut(dataset, groups, warnings)
    return dataclasses.replace(header, dataset=dataset)


def _set(dataset: Dataset, keyword: str, value: object) -> None:
    """Set a value in place of whatever the file has under that name, be it of another kind."""
    if keyword in dataset:
        del dataset[keyword]
    setattr(dataset, keyword, value)


def _put(dataset: Dataset, groups: FunctionalGroups, group: str, keyword: str, number: int = 0) -> None:
    stated = groups.stated(0, group, keyword, number)
    if stated is None:
        return
    tag = BaseTag(stated.tag)
    dataset[tag] = RawDataElement(
        tag, stated.vr, len(stated.value), stated.value, 0, stated.vr is None, groups.little_endian
    )


def _put_lut(dataset: Dataset, groups: FunctionalGroups, warnings: list[str]) -> None:
    """Keep the table that leads to linear intensity, if all frames share one (PS3.3 C.7.6.16.2.13)."""
    if groups.differing(_LUT, "LUTData") > 1:
        warnings.append(f"{named(_LUT)} differs between frames, and was ignored")
        return
    for number in range(_MOST_LUTS):
        function = groups.stated(0, _LUT, "LUTFunction", number)
        if function is not None and function.value.strip(b" \0") == b"TO_LINEAR":
            item = Dataset()
            for keyword in ("LUTDescriptor", "LUTData"):
                _put(item, groups, _LUT, keyword, number)
            _set(dataset, _LUT, [item])
            return


def _per_frame(groups: FunctionalGroups) -> PerFrame:
    def column(group: str, keyword: str) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
        values = groups.column(group, keyword)
        return None if np.isnan(values).all() else values

    table = np.stack(
        [
            groups.column("TablePositionSequence", f"TableTop{axis}Position")
            for axis in ("Vertical", "Longitudinal", "Lateral")
        ],
        axis=1,
    )
    return PerFrame(
        primary_deg=column("PositionerPositionSequence", "PositionerPrimaryAngle"),
        secondary_deg=column("PositionerPositionSequence", "PositionerSecondaryAngle"),
        table_mm=None if np.isnan(table).all() else table - table[0],
        kvp=column("FrameAcquisitionSequence", "KVP"),
        tube_current_ma=column("FrameAcquisitionSequence", "XRayTubeCurrentInmA"),
        exposure_ms=column("FrameAcquisitionSequence", "ExposureTimeInms"),
    )


def _changes(groups: FunctionalGroups) -> list[str]:
    said = [
        f"{named(keyword)} changes during the run; the first frame's is taken, so sizes are wrong in others"
        for group, keyword in _SIZES
        if groups.differing(group, keyword) > 1
    ]
    for group in ("FrameDisplayShutterSequence", "CollimatorShapeSequence"):
        if any(groups.differing(group, keyword) > 1 for keyword in GROUPS[group]):
            said.append(f"{named(group)} moves during the run; that of the first frame is taken")
    for group, keyword in (
        *_SIZES[1:],
        *(("PositionerPositionSequence", f"Positioner{axis}Angle") for axis in ("Primary", "Secondary")),
    ):
        silent = int(np.isnan(groups.column(group, keyword)).sum())
        if 0 < silent < groups.frames:
            said.append(f"{named(keyword)} is missing or no number in {silent} of {groups.frames} frames")
    return said
