"""The report of a suite: Markdown, and one self-contained page of HTML made from the same parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from pydantic import TypeAdapter

from leakwatch.bench.suite.bought_text import bought_text
from leakwatch.bench.suite.curve import RATES, WITHIN_S, at_rate
from leakwatch.bench.suite.figures import IDEAL, LEAST_ML_MIN, LEAST_MM, Observed, SuiteFigures, figures_of
from leakwatch.bench.suite.picture import draw_curves
from leakwatch.bench.suite.watched import LEAKWATCH, SuiteCase
from leakwatch.bench.survey.picture import draw_figure
from leakwatch.bench.survey.summarise import summarise
from leakwatch.bench.survey.tables import quantile_text, report, share_text, table_text
from leakwatch.notice import RESEARCH_USE

_CURVES, _DELAYS = "curves.svg", "delays.svg"
_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;margin:1rem 0;font-size:13px}"
    "td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left}th{background:#f2f2f2}"
    "svg{max-width:100%;height:auto}"
)


def write_pages(cases: Sequence[SuiteCase], seed: int, out: Path, version: str) -> Path:
    """Write report.html, report.md, figures.json and the pictures; give the page's path."""
    summary = summarise([case.record for case in cases], seed)
    figures = figures_of(cases)
    pictures = {_CURVES: draw_curves(figures.observers), _DELAYS: draw_figure(summary)}
    for name, svg in pictures.items():
        (out / name).write_text(svg, encoding="utf-8")
    text = f"# leakwatch bench\n\n{RESEARCH_USE} leakwatch {version}.\n\n{body(figures)}\n## The suite\n\n"
    text += report(summary, _DELAYS)
    (out / "report.md").write_text(text, encoding="utf-8")
    told = TypeAdapter(SuiteFigures).dump_json(figures, indent=1).decode()
    (out / "figures.json").write_text(told + "\n", encoding="utf-8")
    page = out / "report.html"
    partial = out / "report.html.partial"
    partial.write_text(_html(text, pictures), encoding="utf-8")
    partial.replace(page)
    return page


def body(figures: SuiteFigures) -> str:
    """Write what a survey does not say: the target, the others on the same frames, what each stage buys."""
    own = next((one for one in figures.observers if one.observer == LEAKWATCH), None)
    rows = [
        (f"leaks of {LEAST_MM:g} mm and {LEAST_ML_MIN:g} ml/min or more, hit", share_text(figures.target)),
        ("their delay, median", quantile_text(figures.target_median_s, " s")),
        ("their delay, 90th percentile", quantile_text(figures.target_p90_s, " s")),
        ("visible leaks that were there when their view began", str(figures.already_there)),
    ]
    if figures.ratio is not None:
        rows.append(
            (
                f"delay after the first leaked voxel over that of `{IDEAL}`, median of the leaks both found",
                f"{figures.ratio.value:.1f} ({figures.ratio.of} leaks)",
            )
        )
    if own is not None:
        rows.append(("cases that alarm before, or without, a leak", share_text(own.own.false_alarms)))
    return "\n\n".join(
        [
            "## The target\n\n" + table_text(["", ""], rows),
            "## Beside others, on the same frames\n\n" + _own_settings(figures.observers),
            f"![Leaks found soon against false alarms]({_CURVES})",
            "Ideal observers say nothing of a case without a leak; their false alarms are those before it.",
            "### At the same share of false alarms\n\n" + _same_rates(figures.observers),
            *([bought_text(figures.bought)] if figures.bought else []),
            "",
        ]
    )


def _own_settings(observers: Sequence[Observed]) -> str:
    head = [
        "observer, at its own setting",
        "visible leaks hit",
        f"within {WITHIN_S:g} s",
        "delay after 3 mm², median",
        "after the first leaked voxel, median",
        "cases alarmed before, or without, a leak",
    ]
    rows = [
        [
            one.observer,
            share_text(one.own.hits),
            share_text(one.own.soon),
            quantile_text(one.own.delay_median_s, " s"),
            quantile_text(one.after_first_voxel_s, " s"),
            share_text(one.own.false_alarms),
        ]
        for one in observers
    ]
    return table_text(head, rows)


def _same_rates(observers: Sequence[Observed]) -> str:
    """Say what is found within a second by thresholds with at most so many false alarms."""
    rows = []
    for one in observers:
        if not one.watches_all:
            continue
        points = [at_rate(one.points, rate) for rate in RATES]
        rows.append([one.observer, *("—" if point is None else share_text(point.soon) for point in points)])
    return table_text(["observer", *(f"at most {rate:.0%}" for rate in RATES)], rows)


def _html(text: str, pictures: dict[str, str]) -> str:
    """Turn the few forms of Markdown that the report uses into HTML, pictures inline."""
    parts: list[str] = []
    for block in re.split(r"\n\n+", text.strip()):
        heading = re.match(r"(#+) (.*)", block)
        picture = re.match(r"!\[(.*)\]\((.*)\)", block)
        if heading:
            level = len(heading[1])
            parts.append(f"<h{level}>{escape(heading[2])}</h{level}>")
        elif picture:
            parts.append(pictures[picture[2]])
        elif block.startswith("|"):
            parts.append(_html_table(block))
        else:
            parts.append(f"<p>{escape(block)}</p>")
    head = f'<meta charset="utf-8"><title>leakwatch bench</title><style>{_STYLE}</style>'
    begin, end = f'<!doctype html>\n<html lang="en"><head>{head}</head><body>', "</body></html>\n"
    return "\n".join([begin, *parts, end])


def _html_table(block: str) -> str:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
    lines = ["<table>"]
    for number, row in enumerate(rows):
        if number == 1:
            continue
        tag = "td" if number else "th"
        lines.append("<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>")
    return "\n".join([*lines, "</table>"])
