"""What each stage buys, as Markdown."""

from __future__ import annotations

from leakwatch.bench.intervals import Quantile
from leakwatch.bench.suite.bought import Bought, Without
from leakwatch.bench.survey.tables import percent, share_text, table_text

_HEAD = (
    "without",
    "visible leaks hit",
    "leaks won, lost",
    "false alarms per run",
    "cases alarmed before, or without, a leak",
    "delay, median (90 %)",
    "Dice of cement, median (10 %)",
    "motion p95, median (90 %)",
    "undecided",
    "hit at the whole program's share of false alarms",
)
_EXPLAINED = (
    "Each row is one more analysis of the same files, with one stage left out and all else as it was. "
    "Nothing was calibrated or fitted afresh: threshold and learned odds are those of the whole program, "
    "so that a row says what taking the stage out does, and not how good a program without it could be "
    "made. Won and lost are visible leaks that are hit only without the stage, and only with it; more and"
    " fewer are cases that alarm before, or without, a leak only without it, and only with it. The last "
    "column replays each row against every threshold and takes the lowest with no larger a share of such "
    "cases than the whole program has at its own setting."
)


def bought_text(bought: Bought) -> str:
    """Write the section."""
    rows = [_row(one) for one in (bought.whole, *bought.without)]
    parts = [
        "## What each stage buys",
        f"{bought.compared} cases, the same in every row. {_EXPLAINED}",
        table_text(_HEAD, rows),
    ]
    if bought.broken:
        told = [(str(one.index), one.stage or "(the whole program)", one.error) for one in bought.broken]
        parts += [
            "Not in the comparison, because an analysis failed:",
            table_text(("case", "without", "why"), told),
        ]
    return "\n\n".join(parts)


def _row(one: Without) -> tuple[str, ...]:
    whole = not one.setting
    return (
        "(the whole program)" if whole else one.stage,
        share_text(one.cases.hits),
        "" if whole else f"{one.won} won, {one.lost} lost",
        share_text(one.runs.false_alarms),
        "" if whole else f"{one.woke} more, {one.fell_quiet} fewer",
        _pair(one.cases.delay_median_s, one.cases.delay_p90_s, " s"),
        _pair(one.runs.dice_cement, one.runs.dice_cement_p10),
        _pair(one.runs.motion_p95_mm, one.runs.motion_p95_mm_p90, " mm"),
        percent(one.runs.no_decision),
        "—" if one.replayed is None else share_text(one.replayed.hits),
    )


def _pair(middle: Quantile, far: Quantile, unit: str = "") -> str:
    if middle.value is None or far.value is None:
        return "—"
    # rounding may leave a minus before a nought
    return f"{round(middle.value, 2) + 0.0:.2f} ({round(far.value, 2) + 0.0:.2f}){unit}"
