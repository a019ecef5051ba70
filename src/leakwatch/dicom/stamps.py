"""Dates and times of day that a file states: when a frame was taken, and when a run began."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Literal

from pydicom.valuerep import DA, DT, TM

from leakwatch.dicom.header import Header
from leakwatch.dicom.values import numbers, text

_TO_THE_SECOND = 14
"""Digits of a date and time that name a second; a shorter one orders no frames."""
_LONGEST_DELAY_MS = 60_000.0

Event = Literal["Acquisition", "Content"]
_EVENTS: tuple[Event, ...] = ("Acquisition", "Content")


def read_start(header: Header) -> datetime | None:
    """Return when frame 0 was taken: Acquisition DateTime, else Acquisition Date and Time, else Content.

    Frame Delay (0018,1066) counts from Content Time to the first frame (PS3.3 C.7.6.5) and is added to
    it. None where the file gives no time of day.
    """
    return next(_stamps(header), None)


def read_stamp(header: Header, event: Event) -> datetime | None:
    """Return one event's stamp, to the second or better: its DateTime, else its Date and Time, or None.

    For the order of single-frame files, which must all be stamped by the same event. Content has no
    DateTime of its own, and Frame Delay is left out.
    """
    if event == "Acquisition":
        stamp = parse_stamp(text(header, "AcquisitionDateTime"))
        if stamp is not None:
            return stamp
    return join_stamp(text(header, f"{event}Date"), text(header, f"{event}Time"))


def parse_stamp(value: str) -> datetime | None:
    """Parse a DT value; None where it is none or does not reach to the second.

    The zone is dropped: planes and frames of one machine share theirs, and most files state none.
    """
    value = value.strip(" \0")
    if not value[:_TO_THE_SECOND].isdecimal() or len(value) < _TO_THE_SECOND:
        return None
    try:
        stamp = DT(value)
    # pydicom's parser meets free text here and may fail in more ways than one
    except Exception:
        return None
    return datetime.combine(stamp.date(), stamp.time()) if isinstance(stamp, datetime) else None


def join_stamp(date: str, time: str) -> datetime | None:
    """Join a DA and a TM value; None where either is missing or wrong."""
    try:
        day, clock = DA(date.strip(" \0")), TM(time.strip(" \0"))
    except Exception:
        return None
    return datetime.combine(day, clock) if day and clock else None


def _stamps(header: Header) -> Iterator[datetime]:
    for event in _EVENTS:
        stamp = read_stamp(header, event)
        if stamp is None:
            continue
        delay = numbers(header, "FrameDelay")
        if event == "Content" and len(delay) == 1 and 0 < delay[0] <= _LONGEST_DELAY_MS:
            with suppress(OverflowError):  # a stamp in the last minute of the year 9999
                stamp += timedelta(milliseconds=delay[0])
        yield stamp
