"""The page that says what two views find together."""

from __future__ import annotations

from collections.abc import Sequence

from leakwatch.bench.figure_text import seconds_text, share_text
from leakwatch.bench.fusion.case import FusionCase
from leakwatch.bench.fusion.cement_table import cement_table
from leakwatch.bench.fusion.leak_table import leak_table
from leakwatch.bench.fusion.rules import RULES, judged, told_of
from leakwatch.bench.intervals import quantile
from leakwatch.bench.score import CaseScore, Verdict
from leakwatch.bench.survey.figures import case_figures

_INTRODUCTION = """# Two views against one

Made by `python -m leakwatch.bench.fusion {chosen} --page docs/fusion.md`.

{source}
Every case is analysed once, with its outlines and the default settings. Each row of the first table takes
another alarm from the same results and scores it by the output contract: a leak counts as visible once any
view shows 3 mm² of it, whichever view's alarm is looked at, so that a view that does not show a leak misses
it. Delays count from there. Intervals are Wilson's, 95 %; of a median, order statistics. No setting was
chosen by these cases.
"""
_DRAWN = (
    "Biplane cases are drawn as in the [survey](operating-point.md), by a seed that nothing was fitted to."
)
_GIVEN = "The cases are those of the folder."

_Scored = tuple[FusionCase, CaseScore]


def page(cases: Sequence[FusionCase], chosen: str, *, drawn: bool) -> str:
    """Write the page.

    Parameters
    ----------
    chosen
        The words of the command that choose these cases.
    drawn
        Whether they are drawn, and not those of a folder.
    """
    scored = [(case, case.record.score) for case in cases if case.record.score is not None]
    paired = [(case, score) for case, score in scored if case.together is not None]
    parts = [
        _INTRODUCTION.format(chosen=chosen, source=_DRAWN if drawn else _GIVEN),
        f"{len(cases)} cases, {len(scored)} scored, {len(paired)} with paired views. {_visible(paired)}\n",
        "| alarm | visible leaks hit | median delay | alarms without a leak | alarmed before the leak |",
        "|---|---|---|---|---|",
        *(_row(rule.name, [judged(case, score, rule) for case, score in paired]) for rule in RULES),
        "\n## What the other view says\n",
        "Of the first alarm of either view, by what became of the case; seconds are the median from alarm\n"
        "to the word.\n",
        _words(paired),
        "\n## How much cement\n",
        cement_table([case.cement for case, _ in paired if case.cement is not None]),
        "\n## How much of it leaked\n",
        leak_table([case.cement.leak for case, _ in paired if case.cement is not None and case.cement.leak]),
        "\n## Would more be found by adding up evidence?\n",
        _adding(paired),
    ]
    return "\n".join(parts)


def _row(name: str, scores: Sequence[CaseScore]) -> str:
    figures = case_figures(scores)
    cells = (
        share_text(figures.hits),
        seconds_text(figures.delay_median_s),
        share_text(figures.false_alarms),
        share_text(figures.alarmed_early),
    )
    return f"| {name} | {' | '.join(cells)} |"


def _visible(scored: Sequence[_Scored]) -> str:
    seen = [
        [run.plane for run in score.runs if run.onset_s is not None]
        for _, score in scored
        if score.leak is not None
    ]
    both, one = sum(len(planes) == 2 for planes in seen), sum(len(planes) == 1 for planes in seen)
    return (
        f"Of {len(seen)} leaks {both} show 3 mm² in both views, {one} in one only and "
        f"{len(seen) - both - one} in none."
    )


_VERDICTS = ("confirmed", "contradicted", "not_visible")


def _words(scored: Sequence[_Scored]) -> str:
    lines = ["| the other view says | of hits | of false alarms | seconds |", "|---|---|---|---|"]
    for verdict in _VERDICTS:
        told = [(score.verdict, one) for case, score in scored if (one := told_of(case)) is not None]
        counts = [
            sum(outcome is kind and one.verdict == verdict for outcome, one in told)
            for kind in (Verdict.HIT, Verdict.FALSE_ALARM)
        ]
        after = quantile([one.after_s for _, one in told if one.verdict == verdict], 0.5)
        lines.append(f"| `{verdict}` | {counts[0]} | {counts[1]} | {seconds_text(after)} |")
    return "\n".join(lines)


def _adding(scored: Sequence[_Scored]) -> str:
    """Say how often the peaks of both views would come to the threshold together where neither does alone."""
    silent = [(case, score) for case, score in scored if told_of(case) is None]
    missed = [_sum(case) for case, score in silent if score.verdict is Verdict.MISSED]
    quiet = [_sum(case) for case, score in silent if score.leak is None]
    nothing = sum(total == 0 for total in missed)
    return (
        "Each view's evidence is at its peak some share of the threshold. Where neither view alarmed,\n"
        "the two peaks are added, whenever each was: no sum of the two statistics can come to more.\n\n"
        "| | cases | neither view ever had any evidence | both peaks together reach the threshold |\n"
        "|---|---|---|---|\n"
        f"| visible leaks missed by both | {len(missed)} | {nothing} | {sum(one >= 1 for one in missed)} |\n"
        f"| cases without a leak | {len(quiet)} | {sum(one == 0 for one in quiet)} | "
        f"{sum(one >= 1 for one in quiet)} |\n"
    )


def _sum(case: FusionCase) -> float:
    return 0.0 if case.together is None else sum(case.together.peaks)
