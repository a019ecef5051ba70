"""When each frame of an Enhanced XA or XRF file was taken.

====================================================  ====================================================
What the file says                                    What is done
====================================================  ====================================================
Frame Acquisition DateTime of each frame              followed, if it goes on at nine of ten frames
it is missing, or does not go on                      Frame Reference DateTime (the middle of a frame)
neither goes on                                       Frame Time and the others of `clock`
there are none of those either                        the DateTimes above, equal ones spread as in `clock`
nothing                                               dicom.frame_time_ms; else the file is refused
Frame Acquisition Duration                            how long a frame took, not when it was; not read
a stamp missing, before the last, or not a time       as in `clock.clock_from_stamps`
a rate or duration that contradicts                   said, not followed
====================================================  ====================================================
"""

from __future__ import annotations

from datetime import datetime

from leakwatch.dicom.clock import Clock, clock_from_stamps, goes_on, read_clock
from leakwatch.dicom.clock_checks import contradictions
from leakwatch.dicom.functional_groups import FunctionalGroups
from leakwatch.dicom.header import Header
from leakwatch.dicom.stamps import parse_stamp
from leakwatch.dicom.values import named
from leakwatch.errors import InputError

_STAMPS = ("FrameAcquisitionDateTime", "FrameReferenceDateTime")


def read_enhanced_clock(header: Header, groups: FunctionalGroups, fallback_ms: float | None) -> Clock:
    """Find the clock of a file with functional groups, by the table above.

    Raises
    ------
    InputError
        No clock at all; the message names the tags.
    """
    sources = {keyword: _stamps(groups, keyword) for keyword in _STAMPS}
    said: list[str] = []
    for keyword, stamps in sources.items():
        if not goes_on(stamps):
            said.append(f"{named(keyword)} is missing or stands still at too many frames to be followed")
            continue
        clock, trouble = clock_from_stamps(stamps, named(keyword))
        if clock is not None:
            others = contradictions(header, (keyword,), clock.times_s)
            return Clock(clock.times_s, (*said, *clock.warnings, *others))
        said += trouble
    try:
        clock = read_clock(header, groups.frames, None)
    except InputError as error:
        for keyword, stamps in sources.items():
            coarse, _ = clock_from_stamps(stamps, named(keyword)) if any(stamps) else (None, ())
            if coarse is not None:
                return Clock(coarse.times_s, (*said, *coarse.warnings))
        if fallback_ms is None:
            msg = f"{error}; {' and '.join(map(named, _STAMPS))} are missing or unusable"
            raise InputError(msg) from error
        clock = read_clock(header, groups.frames, fallback_ms)
    return Clock(clock.times_s, (*said, *clock.warnings))


def _stamps(groups: FunctionalGroups, keyword: str) -> list[datetime | None]:
    return [
        parse_stamp("".join(groups.texts(frame, "FrameContentSequence", keyword)[:1]))
        for frame in range(groups.frames)
    ]
