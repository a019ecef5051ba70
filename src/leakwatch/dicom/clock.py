"""When each frame was taken, from DICOM time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pydicom.valuerep import DA, DT, TM

from leakwatch.dicom.header import Header
from leakwatch.dicom.values import named, numbers, present, shown, text, texts
from leakwatch.errors import InputError

_TIME, _VECTOR = "FrameTime", "FrameTimeVector"
_POINTS_TO = {"(0018,1063)": _TIME, "(0018,1065)": _VECTOR}
_SHORTEST_MS, _LONGEST_MS = 1.0, 60_000.0
"""No fluoroscopy runs at 1000 frames/s, none waits a minute per frame: such a value has another unit."""
_RATE_SLACK = 1.0
"""Rates are whole frames per second in DICOM, so one that differs by less does not contradict."""


@dataclass(frozen=True, slots=True)
class Clock:
    """`times_s` (frames,) float64, strictly increasing from 0; `warnings`, a sentence per rule applied."""

    times_s: NDArray[np.float64]
    warnings: tuple[str, ...]


def read_clock(header: Header, frames: int, fallback_ms: float | None) -> Clock:
    """Find the clock of a multi-frame file.

    Rule: the attribute that Frame Increment Pointer (0028,0009) names; if it is missing or unusable, the
    other of Frame Time and Frame Time Vector; then Cine Rate, Recommended Display Frame Rate, and
    `fallback_ms`. Every step down is a warning, and so is a rate that contradicts the clock found, which
    stands.

    Raises
    ------
    InputError
        No clock at all; the message names the tags.
    """
    pointed = [_POINTS_TO[item] for item in texts(header, "FrameIncrementPointer") if item in _POINTS_TO]
    preferred = pointed[0] if pointed else _TIME
    order = [preferred, _VECTOR if preferred == _TIME else _TIME, "CineRate", "RecommendedDisplayFrameRate"]
    warnings: list[str] = []
    for keyword in order:
        if not present(header, keyword):
            continue
        times = _times(header, keyword, frames, warnings)
        if times is None:
            continue
        if keyword not in (_TIME, _VECTOR) or (pointed and keyword != pointed[0]):
            warnings.append(f"frame times are taken from {named(keyword)}")
        elif not pointed:
            warnings.append(
                f"{named('FrameIncrementPointer')} is missing; frame times are taken from {named(keyword)}"
            )
        warnings.extend(_contradictions(header, keyword, times))
        return Clock(times, tuple(warnings))
    if fallback_ms is None:
        msg = (
            f"{header.path}: no usable frame times: {named(_TIME)} is {_said(header, _TIME)}, "
            f"{named(_VECTOR)} is {_said(header, _VECTOR)}, "
            "and neither a rate nor dicom.frame_time_ms is given"
        )
        raise InputError(msg)
    warnings.append(f"the file states no usable frame times; dicom.frame_time_ms = {fallback_ms:g} is used")
    return Clock(_uniform(frames, fallback_ms), tuple(warnings))


def _times(header: Header, keyword: str, frames: int, warnings: list[str]) -> NDArray[np.float64] | None:
    if keyword == _VECTOR:
        return _from_vector(header, frames, warnings)
    values = numbers(header, keyword)
    value = values[0] if len(values) == 1 else float("nan")
    period_ms = value if keyword == _TIME else (1000.0 / value if value > 0 else float("nan"))
    if not _SHORTEST_MS <= period_ms <= _LONGEST_MS:
        warnings.append(f"{named(keyword)} is {shown(header, keyword)}, no possible value, and was ignored")
        return None
    return _uniform(frames, period_ms)


def _from_vector(header: Header, frames: int, warnings: list[str]) -> NDArray[np.float64] | None:
    """Sum the increments (PS3.3 C.7.6.5.1.2): the first belongs to frame 0 and should be 0."""
    increments = np.asarray(numbers(header, _VECTOR))
    if len(increments) == frames - 1:
        warnings.append(f"{named(_VECTOR)} has {frames - 1} values for {frames} frames; frame 0 has none")
        increments = np.concatenate([[0.0], increments])
    if len(increments) != frames:
        warnings.append(f"{named(_VECTOR)} has {len(increments)} values for {frames} frames and was ignored")
        return None
    steps = increments[1:]
    bad = ~((steps > 0) & (steps <= np.inf))
    if bad.any():
        first = 1 + int(np.argmax(bad))
        value = texts(header, _VECTOR)[first - frames]
        warnings.append(
            f"{named(_VECTOR)} is {value!r} at frame {first}, where time must go on, and was ignored"
        )
        return None
    return np.concatenate([[0.0], np.cumsum(steps)]) / 1000.0


def _contradictions(header: Header, followed: str, times: NDArray[np.float64]) -> list[str]:
    if len(times) < 2:
        return []
    rate = 1.0 / float(np.median(np.diff(times)))
    found = []
    for keyword in ("CineRate", "RecommendedDisplayFrameRate"):
        values = numbers(header, keyword)
        if keyword != followed and len(values) == 1 and abs(values[0] - rate) > _RATE_SLACK:
            found.append(
                f"{named(keyword)} is {shown(header, keyword)}, but {named(followed)}, which is "
                f"followed, means {rate:.4g} frames/s"
            )
    return found


def _uniform(frames: int, period_ms: float) -> NDArray[np.float64]:
    return np.arange(frames, dtype=np.float64) * (period_ms / 1000.0)


def _said(header: Header, keyword: str) -> str:
    return shown(header, keyword) if present(header, keyword) else "missing"


def read_start(header: Header) -> datetime | None:
    """Return when frame 0 was taken: Acquisition DateTime, else Acquisition Date and Time, else Content.

    The zone is dropped: planes of one machine share theirs, and most files state none. None where the
    file gives no time of day.
    """
    if len(text(header, "AcquisitionDateTime")) >= 14:
        try:
            stamp = DT(text(header, "AcquisitionDateTime"))
        except ValueError:
            stamp = None
        if isinstance(stamp, datetime):
            return datetime.combine(stamp.date(), stamp.time())
    for event in ("Acquisition", "Content"):
        try:
            day, time = DA(text(header, f"{event}Date")), TM(text(header, f"{event}Time"))
        except ValueError:
            continue
        if day and time:
            return datetime.combine(day, time)
    return None
