"""When each frame was taken, from DICOM time.

=====================================================  ==================================================
What the file says                                     What is done
=====================================================  ==================================================
Frame Increment Pointer names Frame Time or Vector     that one is followed, whatever else contradicts it
no such pointer                                        Frame Time Vector, then Frame Time
that one is missing or unusable                        the other one
neither is usable                                      Cine Rate, Effective Duration over the frames,
                                                       Acquisition Duration over the frames, Recommended
                                                       Display Frame Rate, dicom.frame_time_ms; else the
                                                       file is refused
a period that is no possible number of milliseconds    seconds or microseconds, if a stated rate agrees
or contradicts the rate a thousandfold                 or, without a rate, only one of them is possible
decimal comma                                          read as a point
a vector one value short                               frame 0 has none
a vector of another length                             not followed
values that rise throughout (8 or more, or a rate      they are times, not increments
agrees)
increment of frame 0                                   does not count (PS3.3 C.7.6.5.1.2)
increments of 0                                        frames are kept and spread up to the next time
increments below 0, not a number or over a day         the usual increment, if no more than a quarter
a long increment                                       a pause, kept
rate, duration or other clock that contradicts         said, not followed
Start Trim, Stop Trim, Preferred Playback Sequencing   for display; every frame is read, in stored order
Frame Delay                                            belongs to the start of the run (`stamps`)
Exposure Time, Actual Frame Duration                   how long a frame took, not when it was; not read
=====================================================  ==================================================

Every line but the first is said in a warning when it applies, except those marked as what the standard
says itself (frame 0, pauses, sequencing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.clock_checks import contradictions, stated_rate
from leakwatch.dicom.clock_sources import DURATIONS, RATES, TIME, VECTOR, times_from
from leakwatch.dicom.header import Header
from leakwatch.dicom.stamps import read_start as read_start
from leakwatch.dicom.time_steps import mend_steps
from leakwatch.dicom.values import named, present, shown, texts
from leakwatch.errors import InputError

_MOSTLY = 0.9
_POINTS_TO = {"(0018,1063)": TIME, "(0018,1065)": VECTOR}


@dataclass(frozen=True, slots=True)
class Clock:
    """`times_s` (frames,) float64, strictly increasing from 0; `warnings`, a sentence per rule applied."""

    times_s: NDArray[np.float64]
    warnings: tuple[str, ...]


def read_clock(header: Header, frames: int, fallback_ms: float | None) -> Clock:
    """Find the clock of a multi-frame file, by the table above.

    Raises
    ------
    InputError
        No clock at all; the message names the tags.
    """
    warnings: list[str] = []
    pointed = _pointed(header, warnings)
    order = (TIME, VECTOR) if pointed == TIME else (VECTOR, TIME)
    rate = stated_rate(header)
    unusable: list[str] = []
    for keyword in (*order, RATES[0], *DURATIONS, *RATES[1:]):
        if not present(header, keyword):
            continue
        times = times_from(header, keyword, frames, rate, warnings)
        if times is None:
            unusable.append(keyword)
            continue
        if keyword != pointed and (pointed or keyword not in (TIME, VECTOR)):
            warnings.append(f"frame times are taken from {named(keyword)}")
        elif pointed is None and not present(header, "FrameIncrementPointer"):
            warnings.append(
                f"{named('FrameIncrementPointer')} is missing; frame times are taken from {named(keyword)}"
            )
        warnings.extend(contradictions(header, (keyword, *unusable), times))
        return Clock(times, tuple(warnings))
    if fallback_ms is None:
        msg = (
            f"{header.path}: no usable frame times: {named(TIME)} is {_said(header, TIME)}, "
            f"{named(VECTOR)} is {_said(header, VECTOR)}, "
            "and neither a rate nor dicom.frame_time_ms is given"
        )
        raise InputError(msg)
    warnings.append(f"the file states no usable frame times; dicom.frame_time_ms = {fallback_ms:g} is used")
    return Clock(np.arange(frames, dtype=np.float64) * (fallback_ms / 1000.0), tuple(warnings))


def clock_from_stamps(stamps: Sequence[datetime | None], source: str) -> tuple[Clock | None, tuple[str, ...]]:
    """Make a clock of one stamp per frame, in the order of the frames.

    Parameters
    ----------
    stamps
        None where a frame has none.
    source
        Name of the attribute, for the warnings, as `values.named` gives it.

    Returns
    -------
    The clock, its `warnings` included; or None and the sentences that say why the stamps are no use.
    """
    if len(stamps) < 2 or stamps[0] is None:
        return None, (f"{source} is missing at frame 0, so the stamps were ignored",)
    first = stamps[0]
    since = [np.nan if stamp is None else (stamp - first).total_seconds() * 1000.0 for stamp in stamps]
    known = np.flatnonzero(np.isfinite(since))
    missing = len(since) - len(known)
    said = []
    if missing:
        if missing > len(since) // 4:
            return None, (f"{source} is missing at {missing} of {len(since)} frames, so it was ignored",)
        said.append(f"{source} is missing at {missing} of {len(since)} frames; their times were put between")
    filled = np.interp(np.arange(known[-1] + 1), known, np.asarray(since)[known]).astype(np.float64)
    # frames after the last stamp have nothing to lie between
    steps = np.append(np.diff(filled), np.full(len(since) - len(filled), np.nan))
    mended = mend_steps(steps)
    said += [f"{source} {part}" for part in mended.said]
    if mended.times_s is None:
        return None, (*said[:-1], f"{said[-1]} and was ignored")
    return Clock(mended.times_s, tuple(said)), ()


def goes_on(stamps: Sequence[datetime | None]) -> bool:
    """Whether time goes on at nine of ten frames: else stamps are coarse, or are not the frames' own."""
    steps = [
        earlier is not None and later is not None and later > earlier for earlier, later in pairwise(stamps)
    ]
    return bool(steps) and sum(steps) >= _MOSTLY * len(steps)


def _pointed(header: Header, warnings: list[str]) -> str | None:
    """Return the clock that Frame Increment Pointer (0028,0009) names first, if it names one."""
    tags = texts(header, "FrameIncrementPointer")
    found = next((_POINTS_TO[tag] for tag in tags if tag in _POINTS_TO), None)
    if found is None and present(header, "FrameIncrementPointer"):
        warnings.append(
            f"{named('FrameIncrementPointer')} is {shown(header, 'FrameIncrementPointer')}, which is no clock"
        )
    return found


def _said(header: Header, keyword: str) -> str:
    return shown(header, keyword) if present(header, keyword) else "missing"
