"""What else a file says of its times, held against the clock that is followed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.clock_sources import DURATIONS, RATES, TIME, VECTOR, decimals
from leakwatch.dicom.header import Header
from leakwatch.dicom.time_steps import LONGEST_MS, SHORTEST_MS, agrees
from leakwatch.dicom.values import named, present, shown

_SAME = 0.1
"""Two statements of one duration or period that differ by less do not contradict."""


def stated_rate(header: Header) -> float | None:
    """Return the first possible rate the file states, frames per second."""
    for keyword in RATES:
        values = decimals(header, keyword)
        if len(values) == 1 and SHORTEST_MS <= 1000.0 / max(values[0], 1e-9) <= LONGEST_MS:
            return values[0]
    return None


def contradictions(header: Header, settled: Sequence[str], times_s: NDArray[np.float64]) -> list[str]:
    """Return a sentence for each attribute that does not agree with the clock followed, and for trims.

    `settled` holds the keyword of the clock followed, and after it those that need no more words.
    """
    found = []
    if len(times_s) >= 2:
        period_s = float(np.median(np.diff(times_s)))
        means = f"but {named(settled[0])}, which is followed, means"
        for keyword in (TIME, VECTOR, *RATES, *DURATIONS):
            if keyword not in settled and _contradicts(header, keyword, period_s, times_s):
                seconds = keyword in DURATIONS
                told = f"{len(times_s) * period_s:.4g} s" if seconds else f"{1 / period_s:.4g} frames/s"
                found.append(f"{named(keyword)} is {shown(header, keyword)}, {means} {told}")
    return found + _trims(header, len(times_s))


def _contradicts(header: Header, keyword: str, period_s: float, times_s: NDArray[np.float64]) -> bool:
    if not present(header, keyword):
        return False
    values = np.asarray(decimals(header, keyword))
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return False
    if keyword in RATES:
        return not agrees(1000.0 * period_s, float(values[0]))
    if keyword in DURATIONS:
        # pauses may count or not, and so may the time after the last frame
        shortest, longest = (len(times_s) - 1) * period_s, float(times_s[-1]) + period_s
        slack = _SAME * longest + period_s
        return not min(shortest, longest) - slack <= values[0] <= max(shortest, longest) + slack
    stated_s = float(np.median(values)) / 1000.0
    return not any(abs(stated_s * unit / period_s - 1.0) <= _SAME for unit in (1.0, 1e3, 1e-3))


def _trims(header: Header, frames: int) -> list[str]:
    """Start Trim and Stop Trim say what to show (PS3.3 C.7.6.5), and not what there is."""
    first, last = decimals(header, "StartTrim"), decimals(header, "StopTrim")
    if (not first or first[0] in (0, 1)) and (not last or last[0] in (0, frames)):
        return []
    keywords = [keyword for keyword in ("StartTrim", "StopTrim") if present(header, keyword)]
    said = " and ".join(f"{named(keyword)} {shown(header, keyword)}" for keyword in keywords)
    return [f"{said} would show a part of the run; all {frames} frames are read"]
