"""What came of cases that were analysed twice, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from leakwatch.bench.figure_text import seconds_text, share_text
from leakwatch.bench.paired.twice import Twice
from leakwatch.bench.score import CaseScore, Verdict
from leakwatch.bench.survey.figures import case_figures, run_figures, runs_of
from leakwatch.bench.survey.tables import percent, table_text

_HEAD = (
    "analysed with",
    "visible leaks hit",
    "median delay",
    "p90",
    "alarms without a leak",
    "before one",
    "undecided",
)


def table(cases: Sequence[Twice], trial: str) -> str:
    """Write a row for each analysis, and how many cases came out otherwise; `trial` says what was tried."""
    both = [(one.default, one.other) for one in cases if one.default is not None and one.other is not None]
    names = ("default settings, drawn outlines", trial)
    rows = [_row(name, [pair[at] for pair in both]) for at, name in enumerate(names)]
    told = [
        f"\nOf {len(cases)} cases {len(both)} were scored twice.",
        _moved(both, Verdict.HIT, "hit", trial),
        _moved(both, Verdict.FALSE_ALARM, "falsely alarmed", trial),
    ]
    return table_text(_HEAD, rows) + "\n" + "\n".join(told) + "\n"


def _row(name: str, scores: Sequence[CaseScore]) -> tuple[str, ...]:
    figures = case_figures(scores)
    return (
        name,
        share_text(figures.hits),
        seconds_text(figures.delay_median_s),
        seconds_text(figures.delay_p90_s),
        share_text(figures.false_alarms),
        share_text(figures.alarmed_early),
        percent(run_figures(runs_of(scores)).no_decision),
    )


def _moved(both: Sequence[tuple[CaseScore, CaseScore]], verdict: Verdict, words: str, trial: str) -> str:
    """Count the cases that one of the analyses alone brought to a verdict: all that can tell them apart."""
    won = sum(a.verdict is not verdict and b.verdict is verdict for a, b in both)
    lost = sum(a.verdict is verdict and b.verdict is not verdict for a, b in both)
    return f"{won} were {words} with {trial} alone, {lost} by default alone."
