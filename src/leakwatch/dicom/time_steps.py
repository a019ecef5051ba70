"""Turn recorded steps between frames, with the faults that exports put into them, into times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHORTEST_MS, LONGEST_MS = 1.0, 10_000.0
"""No fluoroscopy runs at 1000 frames/s, none takes a frame in ten seconds: such a period has another unit."""
USUAL_MS = (4.0, 2000.0)
"""Where the period of a run lies; an unstated unit must lead here."""
_NO_UNIT_MS = (1e-6, 1e9)
_LONGEST_PAUSE_MS = 86_400_000.0
_STANDING_MS = 0.01
_MOST_BAD = 0.25
_LEAST_FOR_ABSOLUTE = 8
_FACTORS = (1000.0, 0.001)
_UNITS = (("seconds", 1000.0), ("microseconds", 0.001))


@dataclass(frozen=True, slots=True)
class Mended:
    """`times_s` (frames,) float64, strictly increasing from 0, or None; `said`, what was done or is wrong.

    Each of `said` is the end of a sentence that begins with the attribute's name.
    """

    times_s: Floats | None
    said: tuple[str, ...]


def unit_of(period_ms: float, rate: float | None) -> tuple[float, str]:
    """Find the unit of a period that should be in milliseconds.

    Parameters
    ----------
    period_ms
        The value as it stands.
    rate
        Frames per second that the file states elsewhere, or None.

    Returns
    -------
    factor
        What makes it milliseconds; 1 where it is, 0 where nothing makes sense of it.
    unit
        ``seconds`` or ``microseconds``; empty where the factor is 1 or 0.

    Notes
    -----
    A stated rate decides, where one unit agrees with it and milliseconds do not. Without one, only a
    value that is no possible number of milliseconds is read otherwise, in the one unit that gives a
    period within `USUAL_MS`.
    """
    if not _NO_UNIT_MS[0] < period_ms < _NO_UNIT_MS[1]:
        return 0.0, ""
    possible = SHORTEST_MS <= period_ms <= LONGEST_MS
    if rate is not None and not agrees(period_ms, rate):
        for unit, factor in _UNITS:
            if agrees(period_ms * factor, rate):
                return factor, unit
    if possible:
        return 1.0, ""
    if rate is None:
        for unit, factor in _UNITS:
            if USUAL_MS[0] <= period_ms * factor <= USUAL_MS[1]:
                return factor, unit
    return 0.0, ""


def agrees(period_ms: float, rate: float) -> bool:
    """Whether a period fits a rate, which DICOM states in whole frames per second."""
    return abs(1000.0 / period_ms - rate) <= max(1.0 if rate > 2 else 0.5, 0.1 * rate)


def is_absolute(values: Floats, rate: float | None) -> bool:
    """Whether a vector that should hold increments counts time from the run's start instead.

    Such values rise from frame to frame, and most of them strictly. From `_LEAST_FOR_ABSOLUTE` values on
    no jitter of increments does that; with fewer, a stated rate must agree with the differences and
    disagree with the values.
    """
    known = values[np.isfinite(values)]
    if len(known) < 3:
        return False
    steps = np.diff(known)
    if (steps < 0).any() or np.mean(steps > 0) <= 0.5:
        return False
    if len(known) >= _LEAST_FOR_ABSOLUTE:
        return True
    rising = float(np.median(steps[steps > 0]))
    middle = float(np.median(known[1:]))
    return rate is not None and any(
        agrees(rising * factor, rate) and not agrees(middle * factor, rate) for factor in (1.0, *_FACTORS)
    )


def mend_steps(steps_ms: Floats) -> Mended:
    """Add up the steps to frames 1, 2, ..., and mend what is wrong with them.

    Parameters
    ----------
    steps_ms
        (frames - 1,) milliseconds from the frame before; NaN where unknown.

    Notes
    -----
    A step that is negative, not a number or longer than a day tells nothing: the usual step takes its
    place, if no more than a quarter of all are so. Steps of 0 (frames that carry the same time) are
    spread evenly up to the next frame with a later time, but no wider than is usual in the run, so that
    a pause after them stays one. A long step is a pause, and stays.
    """
    steps = np.asarray(steps_ms, np.float64)
    if not len(steps):
        return Mended(np.zeros(1), ())
    bad = ~((steps >= 0) & (steps <= _LONGEST_PAUSE_MS))
    rising = ~bad & (steps > _STANDING_MS)
    said: list[str] = []
    if bad.any():
        where = _where(bad, steps)
        if np.mean(bad) > _MOST_BAD:
            return Mended(None, (f"is no step forward in time at {where}",))
        if rising.any():
            usual = float(np.median(steps[rising]))
            said.append(
                f"is no step forward in time at {where}; the run's usual {usual:.6g} ms was put there"
            )
            steps = np.where(bad, usual, steps)
    if not rising.any():
        return Mended(None, ("never goes on",))
    standing = steps <= _STANDING_MS
    times = np.concatenate([[0.0], np.cumsum(np.where(standing, 0.0, steps))])
    if standing.any():
        said.append(
            f"stands still at {_where(standing, steps)}; frames with the same time are spread evenly up to "
            "the next"
        )
        times = _spread(times)
    if not (np.diff(times) > 0).all() or not np.isfinite(times[-1]):
        return Mended(None, ("leads to times that do not increase",))
    return Mended(times / 1000.0, tuple(said))


def _spread(times_ms: Floats) -> Floats:
    """Give frames of equal time times of their own; `times_ms` does not decrease, and increases somewhere."""
    starts = np.flatnonzero(np.diff(times_ms, prepend=-1.0) > 0)
    sizes = np.diff(np.append(starts, len(times_ms)))
    shares = np.diff(times_ms[starts]) / sizes[:-1]
    usual = float(np.median(shares))
    # the last frames have none after them to be spread up to; before a pause there is more room than is due
    shares = np.minimum(np.append(shares, usual), usual)
    rank = np.arange(len(times_ms)) - np.repeat(starts, sizes)
    return np.asarray(times_ms + rank * np.repeat(shares, sizes), np.float64)


def _where(marked: NDArray[np.bool_], steps: Floats) -> str:
    first = int(np.argmax(marked))
    value = f"{steps[first]:g} ms" if np.isfinite(steps[first]) else "no number"
    return f"{int(marked.sum())} of {len(steps)} steps, first at frame {1 + first} ({value})"
