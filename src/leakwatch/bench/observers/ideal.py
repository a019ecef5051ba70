"""The ideal observer of a simulated case: it knows the leak, the background and the noise.

Nothing that sees these frames can be faster at the same rate of false alarms; docs/observers.md says what
each kind of it knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.observers import sequential, waiting
from leakwatch.bench.observers.likelihood import LogRatio, log_ratio
from leakwatch.bench.observers.quanta import Quanta, quanta_of
from leakwatch.bench.observers.trace import Trace, first_alarm
from leakwatch.simulate.case import WrittenCase
from leakwatch.simulate.config.case import CaseSection
from leakwatch.simulate.run import SimulatedRun, simulate

FALSE_ALARMS_PER_RUN = 0.05
OBSERVERS = ("floor", "floor_outside", "ideal", "ideal_outside", "ideal_waiting")
_STREAM = 11
# Blur and the bone's motion between frames carry a leak's shadow this far.
_RIM_PX = 4
_MOST_PIXELS = 8_000


def watch(case: CaseSection, seed: int, written: WrittenCase) -> tuple[Trace, ...]:
    """Watch every run of a case that was written with this configuration and seed.

    Gives `OBSERVERS` for each run in turn. ``floor*`` is detectability, in standard deviations, and its alarm
    the frame before which no rule has even odds; ``ideal*`` is a log-likelihood ratio, and its alarm that of
    this run's own noise, at 0.05 false alarms per run. Nothing can be said (NaN) before the first frame in
    which the leak changes anything, and in a view that never shows it; only `ideal_waiting` speaks of every
    frame of a view that does.

    Raises
    ------
    ValueError
        The configuration cannot be simulated, or describes another number of runs than were written.
    """
    runs = simulate(case, seed)
    if len(runs) != len(written.sop_instance_uids):
        msg = f"the case describes {len(runs)} runs, and {len(written.sop_instance_uids)} were written"
        raise ValueError(msg)
    return tuple(
        trace
        for run, uid in zip(runs, written.sop_instance_uids, strict=True)
        for trace in watch_run(run, uid)
    )


def watch_run(run: SimulatedRun, sop_instance_uid: str) -> tuple[Trace, ...]:
    """Watch one run with each of `OBSERVERS`."""
    support = _support(run)
    if not support.any():
        unknown = (float("nan"),) * len(run.frame_times_s)
        return tuple(Trace(name, sop_instance_uid, unknown, None) for name in OBSERVERS)
    everywhere: list[LogRatio] = []
    outside: list[LogRatio] = []
    near: list[tuple[NDArray[np.float64], ...]] = []
    for quanta in quanta_of(run):
        everywhere.append(log_ratio(quanta.counted, quanta.without, quanta.with_leak))
        outside.append(log_ratio(quanta.counted, quanta.without, quanta.with_leak, quanta.outside))
        near.append(_cut(quanta, support))
    rng = np.random.default_rng([run.seed, _STREAM, run.plane])
    counted, without, weights = (np.stack(part) for part in zip(*near, strict=True))
    traces = (
        _floor(everywhere),
        _floor(outside),
        _known_start(everywhere, rng),
        _known_start(outside, rng),
        _unknown_start(counted, without, weights, rng),
    )
    return tuple(
        Trace(name, sop_instance_uid, statistic, alarm_frame)
        for name, (statistic, alarm_frame) in zip(OBSERVERS, traces, strict=True)
    )


Watched = tuple[tuple[float, ...], int | None]
"""Statistic of every frame, and the frame of the alarm."""


def _floor(ratios: Sequence[LogRatio]) -> Watched:
    return _judged(sequential.detectability(ratios), sequential.bound(FALSE_ALARMS_PER_RUN))


def _known_start(ratios: Sequence[LogRatio], rng: np.random.Generator) -> Watched:
    limit = sequential.threshold(ratios, FALSE_ALARMS_PER_RUN, rng)
    return _judged(sequential.cumulative(ratios), limit)


def _unknown_start(
    counted: NDArray[np.float64],
    without: NDArray[np.float64],
    weights: NDArray[np.float64],
    rng: np.random.Generator,
) -> Watched:
    begun = np.flatnonzero(weights.any(axis=1))
    if not len(begun):
        return (float("nan"),) * len(counted), None
    bank = waiting.build_bank(counted, without, weights[begun[0] :])
    limit = waiting.threshold(bank, FALSE_ALARMS_PER_RUN, rng)
    return _judged(waiting.largest_sums(bank.values), limit)


def _judged(statistic: NDArray[np.float64], limit: float) -> Watched:
    values = tuple(float(value) for value in statistic)
    return values, first_alarm(values, limit)


def _support(run: SimulatedRun) -> NDArray[np.bool_]:
    """Where the leak's shadow ever falls, (rows, columns)."""
    thickest = _thickest_mm(instant.leak_mm for instant in run.instants())
    shadow = (thickest > 0).astype(np.uint8)
    side = 2 * _RIM_PX + 1
    grown = cv2.dilate(shadow, np.ones((side, side), np.uint8)) > 0
    if np.count_nonzero(grown) > _MOST_PIXELS:
        least = np.partition(thickest, -_MOST_PIXELS, axis=None)[-_MOST_PIXELS]
        grown = thickest > max(float(least), 0.0)
    return grown


def _thickest_mm(leaks_mm: Iterator[NDArray[np.float32]]) -> NDArray[np.float32]:
    thickest = next(leaks_mm)
    for leak_mm in leaks_mm:
        thickest = np.maximum(thickest, leak_mm)
    return thickest


def _cut(quanta: Quanta, support: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
    """Give counts, their mean without the leak, and the leak's log ratio outside the bone, (pixels,) each."""
    without, with_leak = quanta.without[support], quanta.with_leak[support]
    # Behind lead that lets nothing through nothing is counted, leak or no leak.
    judged = quanta.outside[support] & (without > 0)
    weights = np.zeros(without.shape)
    weights[judged] = np.log(with_leak[judged] / without[judged])
    return quanta.counted[support], without, weights
