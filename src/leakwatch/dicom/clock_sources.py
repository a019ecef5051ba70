"""What each attribute alone says of a run's times."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from leakwatch.dicom.header import Header
from leakwatch.dicom.time_steps import LONGEST_MS, SHORTEST_MS, is_absolute, mend_steps, unit_of
from leakwatch.dicom.values import named, shown, texts

TIME, VECTOR = "FrameTime", "FrameTimeVector"
RATES = ("CineRate", "RecommendedDisplayFrameRate")
DURATIONS = ("EffectiveDuration", "AcquisitionDuration")
"""Seconds that the whole run took."""

_LARGEST = 1e100

Times = NDArray[np.float64]


def times_from(
    header: Header, keyword: str, frames: int, rate: float | None, warnings: list[str]
) -> Times | None:
    """Return the times (frames,) in seconds that one attribute gives; None, with a warning, if unusable.

    Parameters
    ----------
    rate
        Frames per second that the file states, to tell units apart.
    """
    if keyword == VECTOR:
        return _from_vector(header, frames, rate, warnings)
    values = decimals(header, keyword, warnings)
    value = values[0] if len(values) == 1 else math.nan
    factor, unit = 1.0, ""
    if keyword == TIME:
        factor, unit = unit_of(value, rate)
        period_ms = value * factor
    elif keyword in DURATIONS:
        period_ms = 1000.0 * value / frames
    else:
        period_ms = 1000.0 / value if value > 0 else math.nan
    if not (factor and SHORTEST_MS <= period_ms <= LONGEST_MS):
        warnings.append(f"{named(keyword)} is {shown(header, keyword)}, no possible value, and was ignored")
        return None
    if unit:
        warnings.append(_unit_said(header, keyword, unit, rate))
    return np.arange(frames, dtype=np.float64) * (period_ms / 1000.0)


def _from_vector(header: Header, frames: int, rate: float | None, warnings: list[str]) -> Times | None:
    """Sum the increments (PS3.3 C.7.6.5.1.2): the first belongs to frame 0 and does not count."""
    values = np.asarray(decimals(header, VECTOR, warnings))
    # what is beyond is no number of milliseconds either, and would overflow
    values = np.where(np.abs(values) < _LARGEST, values, np.nan)
    if len(values) == frames - 1:
        warnings.append(f"{named(VECTOR)} has {frames - 1} values for {frames} frames; frame 0 has none")
        steps = values
    elif len(values) != frames:
        warnings.append(f"{named(VECTOR)} has {len(values)} values for {frames} frames and was ignored")
        return None
    elif is_absolute(values, rate):
        warnings.append(
            f"{named(VECTOR)} rises throughout: its values are times, not the increments they should be"
        )
        steps = np.diff(values)
    else:
        steps = values[1:]
    rising = steps[np.isfinite(steps) & (steps > 0)]
    factor, unit = unit_of(float(np.median(rising)), rate) if len(rising) else (1.0, "")
    if not factor:
        warnings.append(f"{named(VECTOR)} is {shown(header, VECTOR)}, no possible values, and was ignored")
        return None
    if unit:
        warnings.append(_unit_said(header, VECTOR, unit, rate))
    mended = mend_steps(steps * factor)
    warnings.extend(f"{named(VECTOR)} {part}" for part in mended.said[:-1])
    if mended.said:
        end = " and was ignored" if mended.times_s is None else ""
        warnings.append(f"{named(VECTOR)} {mended.said[-1]}{end}")
    return mended.times_s


def decimals(header: Header, keyword: str, warnings: list[str] | None = None) -> tuple[float, ...]:
    """Return the values as floats; what is no finite number is NaN, and a decimal comma is a point.

    A comma is not allowed in DS (PS3.5 6.2), and met where an export wrote its own locale.
    """
    found = texts(header, keyword)
    mended = tuple(
        item.replace(",", ".") if item.count(",") == 1 and "." not in item else item for item in found
    )
    if warnings is not None and mended != found:
        warnings.append(
            f"{named(keyword)} is {shown(header, keyword)}; the comma was read as a decimal point"
        )
    return tuple(_finite(item) for item in mended)


def _finite(item: str) -> float:
    try:
        value = float(item)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _unit_said(header: Header, keyword: str, unit: str, rate: float | None) -> str:
    why = "milliseconds are not possible" if rate is None else f"which agrees with {rate:g} frames/s"
    return f"{named(keyword)} is {shown(header, keyword)}; it was read as {unit}: {why}"
