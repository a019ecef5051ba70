"""The retired X-Ray Angiographic Bi-Plane Image: one file with the frames of both planes.

No source that is still public says how its frames are ordered or timed. What is done:

*   Two planes have half of the frames each; an odd number is refused. Planes (0028,0012) of 1 makes one run.
*   **Order**: by `biplane_order`.
*   **Times**: Frame Time and rates are those of one plane; a Frame Time Vector with a value for every frame
    of the file is shared out in the order of the frames.
*   **Geometry**: the first item of Bi-Plane Acquisition Sequence (0028,5000) is plane A, the second B. Where
    there are not two, distances and spacing of the file hold for both, and its angles for plane A alone.
*   **Identity**: the file's SOP Instance UID is plane A's. Plane B has a UID of its own, ``2.25.`` and the
    number of the name-based UUID (RFC 9562, version 5) of ``<that UID> plane B`` among OIDs (PS3.5 B.2).
"""

from __future__ import annotations

import dataclasses
import uuid

import numpy as np
from pydicom.dataset import Dataset

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.biplane_order import Order, find_order
from leakwatch.dicom.capacity import too_few
from leakwatch.dicom.clock import Clock, read_clock
from leakwatch.dicom.header import Header
from leakwatch.dicom.identity import read_identity
from leakwatch.dicom.keywords import GEOMETRY, TECHNIQUE
from leakwatch.dicom.layout import Layout
from leakwatch.dicom.per_frame import read_per_frame
from leakwatch.dicom.recording import Recording
from leakwatch.dicom.values import items, named, numbers
from leakwatch.errors import InputError, NotFluoroscopy
from leakwatch.nouns import Plane

_SEQUENCE = "BiPlaneAcquisitionSequence"
_ANGLES = ("PositionerPrimaryAngle", "PositionerSecondaryAngle")


def split_planes(header: Header, layout: Layout, config: DicomConfig) -> tuple[Recording, ...]:
    """Make a recording of each plane, by the rules above.

    Raises
    ------
    NotFluoroscopy
        There are too few frames in each plane to be a run.
    InputError
        The frames cannot be shared out, or nothing tells how they are ordered.
    """
    if numbers(header, "Planes") == (1.0,):
        clock = read_clock(header, layout.frames, config.frame_time_ms)
        per_frame, warnings = read_per_frame(header, layout.frames)
        said = f"the file is of the retired biplane class, but {named('Planes')} is 1: it is read as one run"
        return (Recording(header, clock, per_frame, (said, *warnings)),)
    if layout.frames % 2:
        msg = f"{header.path}: {named('NumberOfFrames')} is {layout.frames}, which two planes cannot share"
        raise InputError(msg)
    each = layout.frames // 2
    if each < config.min_frames:
        raise NotFluoroscopy(too_few(header.path, each, config))
    order, why = find_order(header, layout)
    own = read_identity(header).sop_instance_uid
    uids = (own, plane_b_uid(own))
    headers, warnings = _headers(header)
    recordings = []
    for number, plane in enumerate((Plane.A, Plane.B)):
        frames = (
            np.arange(number, 2 * each, 2) if order is Order.ALTERNATE else number * each + np.arange(each)
        )
        recordings.append(
            Recording(
                header=headers[number],
                clock=_clock(header, layout.frames, frames, config),
                per_frame=None,
                warnings=(
                    f"the file holds the frames of two planes; this is plane {plane}, {each} of "
                    f"{layout.frames} frames",
                    why,
                    *warnings,
                ),
                frame_numbers=tuple(frames.tolist()),
                plane=plane,
                sop_instance_uid=uids[number],
                partners=(uids[1 - number],),
            )
        )
    return tuple(recordings)


def plane_b_uid(sop_instance_uid: str) -> str:
    """Return the UID under which plane B of a file is filed; the same each time."""
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, f'{sop_instance_uid} plane B').int}"


def _clock(header: Header, stored: int, frames: np.ndarray, config: DicomConfig) -> Clock:
    if len(numbers(header, "FrameTimeVector")) in (stored - 1, stored):
        clock = read_clock(header, stored, config.frame_time_ms)
        times_s = clock.times_s[frames]
        return Clock(times_s - times_s[0], clock.warnings)
    clock = read_clock(header, len(frames), config.frame_time_ms)
    return Clock(clock.times_s, (*clock.warnings, "frame times are taken to be those of one plane"))


def _headers(header: Header) -> tuple[tuple[Header, Header], tuple[str, ...]]:
    """Return the header of each plane, and a sentence where the file does not tell them apart."""
    described = items(header.dataset, _SEQUENCE)
    if len(described) == 2:
        a, b = (_with(header, item) for item in described)
        return (a, b), ()
    said = (
        f"{named(_SEQUENCE)} does not describe two planes: distances and spacing are taken for both, and the "
        "angles for plane A alone"
    )
    without = _with(header, Dataset())
    for keyword in _ANGLES:
        without.dataset.pop(keyword, None)
    return (header, without), (said,)


def _with(header: Header, item: Dataset) -> Header:
    dataset = Dataset()
    dataset.update(header.dataset)
    for keyword in (*GEOMETRY, *TECHNIQUE):
        if keyword in item:
            dataset[keyword] = item[keyword]
    return dataclasses.replace(header, dataset=dataset)
