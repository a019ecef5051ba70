"""The tables: of the leaks that grew to so many times the stated size, how many had raised the alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.intervals import Share, share
from leakwatch.bench.smallest.record import Growth
from leakwatch.bench.survey.tables import share_text, table_text

TIMES = (0.5, 1.0, 2.0, 4.0)
SOON_S = 1.0
STATED = (("bone's edge", "edge_mm"), ("clear path", "clear_mm"))
SIZES = (("seen area", "disc_mm"), ("leaked volume", "ball_mm"))
_HEAD = ("stated for", "times", "runs", "alarmed by then", f"within {SOON_S:g} s", "by the end", "undecided")


@dataclass(frozen=True, slots=True)
class Reached:
    """What became of the runs whose leak grew to so many times the stated size.

    Attributes
    ----------
    by_then, soon, by_the_end
        Alarmed by the frame on which it was that large, within `SOON_S` of it, and at all.
    undecided
        Of the runs without an alarm by then, those that did not decide that very frame.
    """

    by_then: Share
    soon: Share
    by_the_end: Share
    undecided: Share


def reached(runs: Sequence[Growth], stated: str, size: str, times: float) -> Reached:
    """Count.

    Parameters
    ----------
    stated
        Field of `Growth` that the leak is held to. Runs without it are left out, and so are those that
        alarmed before anything had leaked.
    size
        Property of `Growth` that is the leak's size.
    """
    grown = then = soon = ends = silent = undecided = 0
    for run in runs:
        wanted_mm = attrgetter(stated)(run)
        if run.early or wanted_mm is None:
            continue
        large = np.flatnonzero(attrgetter(size)(run) >= times * wanted_mm)
        if not len(large):
            continue
        at = int(large[0])
        grown += 1
        in_time = run.alarm_frame is not None and run.alarm_frame <= at
        then += in_time
        silent += not in_time
        undecided += not in_time and at in run.undecided
        if run.alarm_frame is not None:
            ends += 1
            soon += run.times_s[run.alarm_frame] <= run.times_s[at] + SOON_S
    return Reached(share(then, grown), share(soon, grown), share(ends, grown), share(undecided, silent))


def tables(runs: Sequence[Growth]) -> str:
    """Write them as Markdown, one for each measure of a leak's size, and what is left out."""
    parts = [*(_table(runs, title, size) for title, size in SIZES), _alarmed_at(runs), _left_out(runs)]
    return "\n\n".join(parts) + "\n"


def _table(runs: Sequence[Growth], title: str, size: str) -> str:
    rows = []
    for place, stated in STATED:
        for times in TIMES:
            found = reached(runs, stated, size, times)
            rows.append(
                (
                    place,
                    f"{times:g}",
                    str(found.by_then.of),
                    share_text(found.by_then),
                    share_text(found.soon),
                    share_text(found.by_the_end),
                    f"{found.undecided.hits}/{found.undecided.of}",
                )
            )
    return f"Size by the {title}:\n\n{table_text(_HEAD, rows)}"


def at_alarm(runs: Sequence[Growth], stated: str, size: str) -> NDArray[np.float64]:
    """(alarms,) size of the leak on the frame of the alarm, in times the stated one; for names, `reached`."""
    found = [
        attrgetter(size)(run)[run.alarm_frame] / attrgetter(stated)(run)
        for run in runs
        if run.alarm_frame is not None and not run.early and attrgetter(stated)(run) is not None
    ]
    return np.array(found, np.float64)


def _alarmed_at(runs: Sequence[Growth]) -> str:
    told = [
        f"{title}, {place}: {_spread(at_alarm(runs, stated, size))}"
        for title, size in SIZES
        for place, stated in STATED
    ]
    return f"Size on the frame of the alarm, in times the stated one: {'; '.join(told)}."


def _spread(values: NDArray[np.float64]) -> str:
    """Write median, 10th and 90th percentile; a dash for none."""
    if not len(values):
        return "—"
    low, middle, high = np.percentile(values, (10, 50, 90))
    return f"{middle:.1f} ({low:.1f} to {high:.1f}, n = {len(values)})"


def _left_out(runs: Sequence[Growth]) -> str:
    cases = len({run.case for run in runs})
    early = sum(run.early for run in runs)
    sizes = [
        f"{place} {_spread(np.array([size for size in map(attrgetter(stated), runs) if size is not None]))}"
        for place, stated in STATED
    ]
    said = f"{len(runs)} runs of {cases} cases show a leak; {early} alarmed before it and are left out."
    return f"{said}\n\nStated, mm, median (10th to 90th percentile): {'; '.join(sizes)}."
