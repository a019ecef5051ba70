"""The clock of a run in single-frame files, by the rule in `series`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from leakwatch.dicom.clock import Clock, clock_from_stamps, goes_on, read_clock
from leakwatch.dicom.clock_checks import contradictions
from leakwatch.dicom.header import Header
from leakwatch.dicom.member import Member
from leakwatch.dicom.series_order import Ordered, place_in_series
from leakwatch.dicom.values import named
from leakwatch.errors import InputError

_LONGEST_GAP = 4
"""Times as many pictures as there are: numbers with wider gaps are not counted as time."""


def series_clock(ordered: Ordered, header: Header, fallback_ms: float | None) -> Clock:
    """Find when each frame was taken.

    Parameters
    ----------
    header
        Of the first frame.

    Raises
    ------
    InputError
        No clock at all; the message names the tags.
    """
    frames = ordered.frames
    sources = [(keyword, stamps) for keyword, stamps in _sources(frames) if any(stamps)]
    for keyword, stamps in sources:
        if goes_on(stamps):
            clock, _ = clock_from_stamps(stamps, named(keyword))
            if clock is not None:
                said = (f"frame times are taken from {named(keyword)} of each file", *clock.warnings)
                return Clock(clock.times_s, (*said, *contradictions(header, (keyword,), clock.times_s)))
    try:
        return _stated(frames, header, None)
    except InputError:
        for keyword, stamps in sources:
            clock, _ = clock_from_stamps(stamps, named(keyword))
            if clock is not None:
                return Clock(
                    clock.times_s,
                    (f"frame times are taken from {named(keyword)} of each file", *clock.warnings),
                )
        return _stated(frames, header, fallback_ms)


def _sources(frames: Sequence[Member]) -> list[tuple[str, list[datetime | None]]]:
    return [
        ("AcquisitionTime", [one.acquired for one in frames]),
        ("ContentTime", [one.content for one in frames]),
        ("FrameReferenceTime", [_since(one.reference_ms) for one in frames]),
        ("TriggerTime", [_since(one.trigger_ms) for one in frames]),
    ]


def _since(milliseconds: float | None) -> datetime | None:
    if milliseconds is None:
        return None
    return datetime(2000, 1, 1) + timedelta(milliseconds=milliseconds)


def _stated(frames: Sequence[Member], header: Header, fallback_ms: float | None) -> Clock:
    """Take one period for all; pictures that are missing by their numbers keep their time."""
    places = place_in_series(frames) or list(range(len(frames)))
    if places[-1] >= _LONGEST_GAP * len(frames):
        places = list(range(len(frames)))
    clock = read_clock(header, places[-1] + 1, fallback_ms)
    coarse = [stamp for stamp in (one.acquired or one.content for one in frames) if stamp is not None]
    said = list(clock.warnings)
    times_s = clock.times_s[np.asarray(places)]
    span_s = (max(coarse) - min(coarse)).total_seconds() if coarse else 0.0
    # stamps to the second may be off by one at either end
    if span_s > 0 and abs(span_s - float(times_s[-1])) > 2.0 + 0.2 * span_s:
        said.append(
            f"the files are stamped over {span_s:g} s, but the period that is followed means "
            f"{float(times_s[-1]):.4g} s"
        )
    return Clock(times_s, tuple(said))
