"""The survey at a glance, as SVG: how soon leaks are alarmed, and what brings false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from leakwatch.bench.intervals import Share, share
from leakwatch.bench.survey.summarise import Breakdown, Summary

_WIDTH, _HEIGHT = 860, 380
_TOP, _BOTTOM = 46, 326
_LEFT, _RIGHT = 60, 400
_BARS_LEFT, _BARS_RIGHT = 560, 840
_FROM_S, _TO_S, _STEP_S = -0.5, 3.0, 0.05
_BLUE, _ORANGE, _GREY = "#1f5fa8", "#c05010", "#888888"


def draw_figure(summary: Summary) -> str:
    """Give the figure: on the left the share of visible leaks alarmed by then, on the right false alarms."""
    disturbed = next((one for one in summary.breakdowns if one.factor == "disturbance"), None)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        *_delays(summary.delays_s, summary.total.cases.hits.of),
        *([] if disturbed is None else _false_alarms(disturbed)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _delays(delays_s: Sequence[float], leaks: int) -> list[str]:
    """Draw the share alarmed by each moment after onset, with pointwise Wilson intervals."""
    parts = [_text(_LEFT, 22, f"Visible leaks alarmed, n = {leaks}", weight="bold")]
    for tenth in range(0, 11, 2):
        y = _y(tenth / 10)
        parts += [_line(_LEFT, y, _RIGHT, y, "#dddddd"), _text(_LEFT - 6, y + 4, f"{10 * tenth} %", "end")]
    for second in (0, 1, 2, 3):
        parts += [_text(_x(second), _BOTTOM + 18, str(second), "middle")]
        parts += [_line(_x(second), _BOTTOM, _x(second), _BOTTOM + 4, "black")]
    parts += [_text((_LEFT + _RIGHT) / 2, _BOTTOM + 38, "seconds after 3 mm² of leak show", "middle")]
    if leaks:
        count = round((_TO_S - _FROM_S) / _STEP_S)
        moments = [_FROM_S + _STEP_S * step for step in range(count + 1)]
        shares = [share(sum(delay <= moment for delay in delays_s), leaks) for moment in moments]
        upper = [(_x(moment), _y(one.high or 0)) for moment, one in zip(moments, shares, strict=True)]
        lower = [(_x(moment), _y(one.low or 0)) for moment, one in zip(moments, shares, strict=True)]
        middle = [(_x(moment), _y(one.rate or 0)) for moment, one in zip(moments, shares, strict=True)]
        parts += [f'<polygon points="{_points(upper + lower[::-1])}" fill="{_BLUE}" fill-opacity="0.18"/>']
        parts += [f'<polyline points="{_points(middle)}" fill="none" stroke="{_BLUE}" stroke-width="2"/>']
    return [
        *parts,
        _line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, "black"),
        _line(_x(0), _TOP, _x(0), _BOTTOM, _GREY),
    ]


def _false_alarms(disturbed: Breakdown) -> list[str]:
    """Draw, for each disturbance, the share of leak-free cases that alarmed, with its Wilson interval."""
    parts = [_text(_BARS_LEFT, 22, "Cases without a leak that alarmed", weight="bold")]
    groups = [group for group in disturbed.groups if group.cases.false_alarms.of]
    for half in range(3):
        x = _bar_x(half / 2)
        parts += [_line(x, _TOP, x, _BOTTOM, "#dddddd"), _text(x, _BOTTOM + 18, f"{50 * half} %", "middle")]
    height = (_BOTTOM - _TOP) / max(1, len(groups))
    for place, group in enumerate(groups):
        y = _TOP + (place + 0.5) * height
        found = group.cases.false_alarms
        parts.append(_text(_BARS_LEFT - 8, y + 4, f"{group.label} {found.hits}/{found.of}", "end"))
        parts += _bar(found, y, 0.28 * height)
    return [*parts, _line(_BARS_LEFT, _TOP, _BARS_LEFT, _BOTTOM, "black")]


def _bar(found: Share, y: float, half: float) -> list[str]:
    rate, low, high = found.rate or 0.0, found.low or 0.0, found.high or 0.0
    return [
        f'<rect x="{_BARS_LEFT}" y="{y - half:.1f}" width="{_bar_x(rate) - _BARS_LEFT:.1f}" '
        f'height="{2 * half:.1f}" fill="{_ORANGE}"/>',
        _line(_bar_x(low), y, _bar_x(high), y, "black"),
    ]


def _x(seconds: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (seconds - _FROM_S) / (_TO_S - _FROM_S)


def _y(share_of_all: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * share_of_all


def _bar_x(share_of_all: float) -> float:
    return _BARS_LEFT + (_BARS_RIGHT - _BARS_LEFT) * share_of_all


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, words: str, anchor: str = "start", weight: str = "normal") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
    return f"<text {place}>{escape(words)}</text>"


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
