"""The tables: what became of the leaks, and of each that was missed, how far it came."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from leakwatch.bench.missed.record import Case, Leaked, Looked
from leakwatch.bench.survey.tables import table_text

_LEAST_MM2 = 3.0
"""As much as counts as a leak that can be seen."""
_FIGURES = ("product", "quanta per pixel", "disturbance", "breathing")


class Fate(StrEnum):
    """What became of a leak in a run, the farther the later."""

    BEGAN = "there when the run began"
    """Nothing that holds a frame against an earlier one sees it come."""
    UNDECIDED = "on frames that were not judged"
    HIDDEN = "within the outline's uncertainty, covered or under metal"
    UNMARKED = "not marked: no candidate lies on it"
    UNBELIEVED = "marked, never believed"
    SHORT = "believed, not for long enough"
    ALARM = "alarm"


def fate_of(run: Leaked) -> Fate:
    """Say how far a leak came. An alarm counts whatever raised it."""
    if run.alarm_s is not None:
        return Fate.ALARM
    if run.onset_s <= 0:
        return Fate.BEGAN
    looked = judged(run)
    if not looked:
        return Fate.UNDECIDED
    if max(one.open_mm2 for one in looked) < _LEAST_MM2:
        return Fate.HIDDEN
    if all(one.log_odds is None for one in looked):
        return Fate.UNMARKED
    return Fate.SHORT if max(one.evidence for one in looked) > 0 else Fate.UNBELIEVED


def judged(run: Leaked) -> tuple[Looked, ...]:
    """Give the judged frames on which a leak was large enough to be seen."""
    return tuple(one for one in run.looked if one.area_mm2 >= _LEAST_MM2)


def farthest(case: Case) -> Leaked:
    """Give the run in which the leak came farthest."""
    order = list(Fate)
    return max(case.runs, key=lambda run: order.index(fate_of(run)))


def tables(cases: Sequence[Case]) -> str:
    """Write both as Markdown; cases that no view shows are left out."""
    runs = [farthest(case) for case in cases if case.runs]
    fates = [fate_of(run) for run in runs]
    counted = [(fate.value, str(fates.count(fate))) for fate in Fate]
    missed = [
        _row(run, fate) for run, fate in zip(runs, fates, strict=True) if fate not in (Fate.ALARM, Fate.BEGAN)
    ]
    head = ("case", "leak", *_FIGURES, "became", "open mm²", "spreads", "over noise", "network", "odds")
    said = f"{len(runs)} leaks that a view shows, in the view in which they came farthest:"
    legend = (
        "Of each that was missed, on its last judged frame: what of it lies open beside the bone; its mean "
        "darkening there in spreads of the background, and in noise; the network's mean log odds; and the "
        "largest log odds of a candidate on any frame."
    )
    return (
        "\n\n".join((said, table_text(("became", "leaks"), counted), legend, table_text(head, missed))) + "\n"
    )


def _row(run: Leaked, fate: Fate) -> tuple[str, ...]:
    chosen = dict(run.chosen)
    facts = [chosen.get(name, "—") for name in _FIGURES]
    looked = judged(run)
    if not looked:
        return (str(run.case), run.way, *facts, fate.value, *("—",) * 5)
    last = looked[-1]
    odds = [one.log_odds for one in looked if one.log_odds is not None]
    return (
        str(run.case),
        run.way,
        *facts,
        fate.value,
        f"{last.open_mm2:.0f}",
        f"{last.z:.1f}",
        f"{last.contrast / last.floor:.1f}",
        f"{last.learned:+.1f}",
        f"{max(odds):+.1f}" if odds else "—",
    )
