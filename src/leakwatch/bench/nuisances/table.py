"""The results as Markdown, and run by run."""

from __future__ import annotations

from collections.abc import Sequence

from leakwatch.bench.nuisances.count import Count, has_recovered
from leakwatch.bench.nuisances.play import Played

_ADDED = (
    "quiet",
    "quiet_alarms",
    "leaking",
    "early",
    "shown",
    "hits",
    "in_time",
    "recovered",
    "calm",
    "frames",
)


def table(counts: Sequence[Count]) -> list[str]:
    """Lay the counts out as Markdown."""
    head = (
        "nuisance",
        "no leak: alarms",
        "recovered",
        "leak: alarmed before",
        "hit",
        "in time",
        "median delay",
        "undecided after the cement began",
    )
    rows = [
        (
            one.name,
            f"{one.quiet_alarms}/{one.quiet}",
            f"{one.recovered}/{one.calm}",
            f"{one.early}/{one.leaking}",
            f"{one.hits}/{one.shown}",
            f"{one.in_time}/{one.shown}",
            "—" if one.delay_s is None else f"{one.delay_s:.2f} s",
            ", ".join(f"{why.reason} {why.frames / one.frames:.1%}" for why in one.reasons) or "none",
        )
        for one in [*counts, _sum(counts)]
    ]
    return [_row(head), _row(("---",) * len(head)), *(_row(row) for row in rows)]


def _sum(counts: Sequence[Count]) -> Count:
    total = {name: sum(getattr(one, name) for one in counts) for name in _ADDED}
    return Count(name="all", delay_s=None, reasons=(), **total)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def line(run: Played) -> str:
    """Say of one run what became of it."""
    alarm = "no alarm" if run.alarm_s is None else f"alarm {run.alarm_s:.2f} s"
    onset = "" if run.onset_s is None else f", onset {run.onset_s:.2f} s"
    first = "" if run.first_leak_s is None else f", leak {run.first_leak_s:.2f} s"
    false = " FALSE" if run.is_false_alarm else ""
    settled = "" if run.alarm_s is not None or has_recovered(run) else " NOT RECOVERED"
    kind = ", leaking" if run.leaking else ""
    return f"{run.nuisance}, seed {run.seed}{kind}: {alarm}{false}{first}{onset}{settled}"
