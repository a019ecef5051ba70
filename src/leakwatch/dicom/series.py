"""Single-frame files that form a run.

Some machines and many archives keep a run as one file per frame. The rule by which they become one again:

1.  **Which belong together.** Single-frame XA or RF (or Secondary Capture with such a Modality) of one
    Series Instance UID, Modality, Image Type, plane, matrix, bits and intensity chain. Acquisition Number
    splits a series further, unless every picture has one of its own; and so do positioner angles, where
    more than 2 degrees lie between one picture's and the next larger ones. An arm that turns slowly makes
    one run, and a warning.
2.  **Copies** are left out and counted: files with the SOP Instance UID of another; files with the time of
    another, if no more than one in ten are so. Where more are, times are coarse (whole seconds, as many
    machines write), and only those are copies that have the same Instance Number too.
3.  **Order**: by the first of these that every frame has and no two share: Acquisition DateTime or Date
    and Time, Instance Number, Content Date and Time, Frame Reference Time, Trigger Time; else by file
    name, with a warning. Another of the first three that steps back in this order is a warning.
4.  **Time**: the first of the times above, in that order, that goes on at nine of ten frames; else the
    first file's Frame Time or Cine Rate for all; else times that are coarse, frames of equal time spread;
    else ``dicom.frame_time_ms``; else the run fails. Pauses between frames stay pauses, as long as they
    are. With a period for all, pictures that are missing by Instance Number keep their time.
5.  **Missing pictures**, by gaps in Instance Number, are a warning.
6.  **No run**: fewer than ``dicom.min_frames``, or a median of more than 3 s from picture to picture,
    which is a series of single exposures. Each stays what it is, a single picture.

Everything else (geometry, shutter, start) is that of the first frame, whose SOP Instance UID names the
run; angles and technique are kept frame by frame.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from leakwatch.config.dicom import DicomConfig
from leakwatch.dicom.clock import read_clock
from leakwatch.dicom.header import read_header
from leakwatch.dicom.member import Member
from leakwatch.dicom.per_frame import movement
from leakwatch.dicom.quiet import quiet
from leakwatch.dicom.read import read_run
from leakwatch.dicom.series_clock import series_clock
from leakwatch.dicom.series_order import ORDERS, Ordered, order_frames
from leakwatch.dicom.values import named
from leakwatch.errors import InputError
from leakwatch.nouns import PerFrame, Run

_SAME_VIEW_DEG = 2.0
_APART_S = 3.0
_ANY_PERIOD_MS = 100.0


@dataclass(frozen=True, slots=True)
class Series:
    """What single-frame files make.

    Attributes
    ----------
    runs
        Each with its `paths` in frame order, in the order in which their first frames were given.
    singles
        Files that belong to no run.
    copies
        Files left out of a run, each with the file that it repeats.
    failures
        Files of which the first should have begun a run, and one sentence why there is none.
    """

    runs: tuple[Run, ...]
    singles: tuple[Path, ...]
    copies: tuple[tuple[Path, Path], ...]
    failures: tuple[tuple[tuple[Path, ...], str], ...]


def form_runs(members: Sequence[Member], config: DicomConfig) -> Series:
    """Form runs of single-frame files, by the rule above."""
    runs: list[Run] = []
    singles: list[Path] = []
    copies: list[tuple[Path, Path]] = []
    failures: list[tuple[tuple[Path, ...], str]] = []
    for group in _groups(members):
        if len(group) < max(2, config.min_frames):
            singles.extend(one.path for one in group)
            continue
        ordered = order_frames(group)
        frames = tuple(one.path for one in ordered.frames)
        try:
            run = _run(ordered, config)
        except InputError as error:
            failures.append((frames, str(error)))
            continue
        copies.extend((one.path, of.path) for one, of in ordered.copies)
        if run is None:
            singles.extend(frames)
        else:
            runs.append(run)
    return Series(tuple(runs), tuple(singles), tuple(copies), tuple(failures))


def _groups(members: Sequence[Member]) -> list[list[Member]]:
    """Split by everything that the frames of a run share."""
    alike: dict[tuple[str, ...], list[Member]] = {}
    for one in members:
        alike.setdefault(one.likeness, []).append(one)
    groups: list[list[Member]] = []
    for series in alike.values():
        own = len({one.acquisition for one in series}) == len({one.sop_instance_uid for one in series})
        acquisitions: dict[str, list[Member]] = {}
        for one in series:
            acquisitions.setdefault("" if own else one.acquisition, []).append(one)
        for acquisition in acquisitions.values():
            groups.extend(_views(acquisition))
    return groups


def _views(members: Sequence[Member]) -> list[list[Member]]:
    """Split where angles have a gap, first the primary ones; each view in the order given."""
    views = [list(range(len(members)))]
    for angles in ([one.primary_deg for one in members], [one.secondary_deg for one in members]):
        views = [part for view in views for part in _without_gaps(view, angles)]
    return [[members[place] for place in sorted(view)] for view in views]


def _without_gaps(places: Sequence[int], angles_deg: Sequence[float]) -> list[list[int]]:
    silent = [place for place in places if math.isnan(angles_deg[place])]
    parts: list[list[int]] = [silent] if silent else []
    last_deg = math.nan
    for place in sorted(set(places) - set(silent), key=angles_deg.__getitem__):
        if angles_deg[place] - last_deg <= _SAME_VIEW_DEG:
            parts[-1].append(place)
        else:
            parts.append([place])
        last_deg = angles_deg[place]
    return parts


def _run(ordered: Ordered, config: DicomConfig) -> Run | None:
    """Make the run of frames in order; None if they are single exposures."""
    frames = ordered.frames
    first = frames[0].path
    if len(frames) > config.max_frames:
        msg = f"{first}: its series has {len(frames)} files, over the limit of {config.max_frames} frames"
        raise InputError(msg)
    if len(frames) < max(2, config.min_frames):
        return None
    period_ms = config.frame_time_ms or _ANY_PERIOD_MS
    # the first file read as a run of one frame says all but the times
    one = read_run(first, config.model_copy(update={"min_frames": 1, "frame_time_ms": period_ms}))
    with quiet():
        header = read_header(first)
        of_one = set(read_clock(header, 1, period_ms).warnings)
        clock = series_clock(ordered, header, config.frame_time_ms)
    if float(np.median(np.diff(clock.times_s))) > _APART_S:
        return None
    by = next((named(keyword) for keyword, _ in ORDERS if keyword == ordered.by), "file name")
    warnings = [
        f"the run is {len(frames)} single-frame files of one series, in the order of {by}",
        *ordered.warnings,
        *clock.warnings,
        *(warning for warning in one.warnings if warning not in of_one),
    ]
    if any(frame.shutter != frames[0].shutter for frame in frames):
        warnings.append("the shutter moves during the run; that of its first frame is taken")
    per_frame = _per_frame(frames)
    return replace(
        one,
        paths=tuple(frame.path for frame in frames),
        times_s=clock.times_s,
        warnings=(*warnings, *movement(per_frame)),
        per_frame=per_frame,
        tags={**one.tags, "NumberOfFrames": str(len(frames))},
    )


def _per_frame(frames: Sequence[Member]) -> PerFrame:
    def column(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
        array = np.array(values, np.float64)
        return None if np.isnan(array).all() else array

    return PerFrame(
        primary_deg=column([one.primary_deg for one in frames]),
        secondary_deg=column([one.secondary_deg for one in frames]),
        kvp=column([one.kvp for one in frames]),
        tube_current_ma=column([one.tube_current_ma for one in frames]),
        exposure_ms=column([one.exposure_ms for one in frames]),
    )
