"""A summary as Markdown."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from leakwatch.bench.intervals import Frequency, Quantile, Share
from leakwatch.bench.survey.figures import RunFigures
from leakwatch.bench.survey.record import Outcome
from leakwatch.bench.survey.summarise import Breakdown, Group, Refusal, Summary, View

_GROUP_HEAD = (
    "cases",
    "leaks hit",
    "delay s",
    "alarmed before",
    "false alarms",
    "undecided",
    "Dice",
    "motion mm",
)
_VIEW_HEAD = (
    "view",
    "runs",
    "Dice cement",
    "Dice leak",
    "motion mm",
    "undecided",
    "false alarms",
    "per minute",
)


CHIEF = (
    "leak",
    "bone",
    "views",
    "disturbance",
    "product",
    "frames/s",
    "quanta per pixel",
    "breathing",
    "stored values",
)
"""Factors that are worth a reader's time; the others are for whoever looks for a reason."""


def report(summary: Summary, figure: str, factors: Collection[str] | None = None) -> str:
    """Write the report, broken down by `factors` or by all.

    Parameters
    ----------
    figure
        Path of the picture as seen from the page.
    """
    shown = [
        one
        for one in summary.breakdowns
        if len(one.groups) > 1 and (factors is None or one.factor in factors)
    ]
    if factors is not None:
        shown.sort(key=lambda one: list(factors).index(one.factor))
    parts = [
        _totals(summary),
        f"![Delay of the alarm after onset, and false alarms by disturbance]({figure})",
        "### By view\n\n" + _views(summary.views),
        *(f"### By {one.factor}\n\n" + _breakdown(one) for one in shown),
        "### Not scored\n\n" + _refusals(summary.refusals),
    ]
    return "\n\n".join(parts) + "\n"


def _totals(summary: Summary) -> str:
    cases, runs = summary.total.cases, summary.total.runs
    rows = [
        ("cases drawn, scored", f"{summary.drawn}, {summary.scored} (seed {summary.seed})"),
        ("fluoroscopy", f"{summary.film_minutes:.1f} min in {runs.runs} runs"),
        ("visible leaks hit", share_text(cases.hits)),
        *((f"alarmed within {one.seconds:g} s of onset", share_text(one.share)) for one in cases.within),
        ("delay of hits, median", quantile_text(cases.delay_median_s, " s")),
        ("delay of hits, 90th percentile", quantile_text(cases.delay_p90_s, " s")),
        ("missed", f"{cases.missed}, of which {cases.missed_short} with less than 1 s of film after onset"),
        ("alarmed before the first leaked voxel", share_text(cases.alarmed_early)),
        ("leak never visible in any view, no alarm", str(cases.invisible)),
        ("false alarms, cases without a leak", share_text(cases.false_alarms)),
        ("false alarms, runs before any leak", share_text(runs.false_alarms)),
        ("false alarms per minute of such a run", frequency_text(runs.false_alarms_per_minute)),
        ("undecided frames", f"{percent(runs.no_decision)} ({_reasons(runs)})"),
        ("Dice of cement, median run", quantile_text(runs.dice_cement)),
        ("Dice of cement, 10th percentile of runs", quantile_text(runs.dice_cement_p10)),
        ("Dice of leak, median run", quantile_text(runs.dice_leak)),
        ("motion error (95th percentile in a run), median run", quantile_text(runs.motion_p95_mm, " mm")),
        ("the same, 90th percentile of runs", quantile_text(runs.motion_p95_mm_p90, " mm")),
        ("analysis failed", str(cases.failed)),
        ("seconds a case, simulation and analysis", f"{summary.simulate_s:.0f} and {summary.analyse_s:.0f}"),
    ]
    return table_text(("", ""), rows)


def _breakdown(breakdown: Breakdown) -> str:
    return table_text((breakdown.factor, *_GROUP_HEAD), [_group_row(group) for group in breakdown.groups])


def _group_row(group: Group) -> tuple[str, ...]:
    cases, runs = group.cases, group.runs
    return (
        group.label,
        str(cases.cases),
        share_text(cases.hits),
        _number(cases.delay_median_s.value),
        _count(cases.alarmed_early),
        share_text(cases.false_alarms),
        percent(runs.no_decision),
        _number(runs.dice_cement.value),
        _number(runs.motion_p95_mm.value),
    )


def _views(views: Sequence[View]) -> str:
    return table_text(_VIEW_HEAD, [_view_row(view.label, view.runs) for view in views])


def _view_row(label: str, runs: RunFigures) -> tuple[str, ...]:
    return (
        label,
        str(runs.runs),
        _number(runs.dice_cement.value),
        _number(runs.dice_leak.value),
        _number(runs.motion_p95_mm.value),
        percent(runs.no_decision),
        share_text(runs.false_alarms),
        frequency_text(runs.false_alarms_per_minute),
    )


def _refusals(refusals: Sequence[Refusal]) -> str:
    if not refusals:
        return "None: every case drawn was simulated, analysed and scored."
    words = {
        Outcome.IMPOSSIBLE: "refused by the simulator",
        Outcome.BROKEN: "ended by an error",
        Outcome.SCORED: "scored, with a run missing",
    }
    rows = [
        (words[one.outcome], str(len(one.indices)), one.error, ", ".join(map(str, one.indices)))
        for one in refusals
    ]
    return table_text(("", "cases", "why", "which"), rows)


def share_text(found: Share) -> str:
    """Write k/n with its rate and Wilson interval; a dash for none of none."""
    if found.rate is None or found.low is None or found.high is None:
        return "—"
    return f"{found.hits}/{found.of}: {found.rate:.0%} ({100 * found.low:.0f} to {found.high:.0%})"


def frequency_text(found: Frequency) -> str:
    """Write events per minute with the upper limit."""
    if found.per_minute is None or found.upper_per_minute is None:
        return "—"
    return (
        f"{found.per_minute:.2f}, at most {found.upper_per_minute:.2f} "
        f"({found.events} in {found.minutes:.1f} min)"
    )


def quantile_text(found: Quantile, unit: str = "") -> str:
    """Write a quantile with its interval; an open bound is a dash."""
    if found.value is None:
        return "—"
    # rounding may leave a minus before a nought
    value = round(found.value, 2) + 0.0
    return f"{value:.2f}{unit} ({_number(found.low)} to {_number(found.high)}, n = {found.of})"


def percent(value: float | None) -> str:
    """Write a share in per cent."""
    return "—" if value is None else f"{value:.0%}"


def _reasons(runs: RunFigures) -> str:
    return ", ".join(f"{one.reason} {one.share:.1%}" for one in runs.reasons) or "none"


def _count(found: Share) -> str:
    return "—" if found.of == 0 else f"{found.hits}/{found.of}"


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def table_text(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table in Markdown."""
    # A bar within a cell would end it.
    lines = [[cell.replace("|", "/") for cell in row] for row in [head, *rows]]
    lines.insert(1, ["---"] * len(head))
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)
