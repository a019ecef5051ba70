"""Leaks found soon against false alarms, one line per observer, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from leakwatch.bench.suite.curve import WITHIN_S, Point
from leakwatch.bench.suite.figures import Observed

_WIDTH, _HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 520, 40, 360
_COLOURS = {"leakwatch": "#1f5fa8", "subtraction": "#c05010", "mog2": "#2a8a4a", "knn": "#8a5ab0"}


def draw_curves(observers: Sequence[Observed]) -> str:
    """Draw the curves of the observers that watch leak-free cases as well.

    An open circle is an observer's own setting.
    """
    shown = [one for one in observers if one.observer in _COLOURS]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        _text(_LEFT, 22, f"Visible leaks alarmed within {WITHIN_S:g} s of onset", weight="bold"),
        *_axes(),
    ]
    for place, one in enumerate(shown):
        colour = _COLOURS[one.observer]
        steps = _staircase(one.points)
        parts.append(f'<polyline points="{steps}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(
            f'<circle cx="{_x(one.own.false_alarms.rate or 0):.1f}" cy="{_y(one.own.soon.rate or 0):.1f}" '
            f'r="5" fill="white" stroke="{colour}" stroke-width="2"/>'
        )
        y = _TOP + 18 + 20 * place
        parts.append(f'<line x1="550" y1="{y}" x2="580" y2="{y}" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(588, y + 4, one.observer))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _axes() -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        x, y = _x(tenth / 10), _y(tenth / 10)
        parts += [
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}" stroke="#dddddd"/>',
            _text(_LEFT - 6, y + 4, f"{10 * tenth} %", "end"),
            _text(x, _BOTTOM + 18, f"{10 * tenth} %", "middle"),
        ]
    middle = (_LEFT + _RIGHT) / 2
    parts.append(_text(middle, _BOTTOM + 40, "cases that alarm before, or without, a leak", "middle"))
    parts.append(f'<line x1="{_LEFT}" y1="{_BOTTOM}" x2="{_RIGHT}" y2="{_BOTTOM}" stroke="black"/>')
    parts.append(f'<line x1="{_LEFT}" y1="{_TOP}" x2="{_LEFT}" y2="{_BOTTOM}" stroke="black"/>')
    return parts


def _staircase(points: Sequence[Point]) -> str:
    """At each rate of false alarms the best that any threshold with no more of them does."""
    best, steps = 0.0, [(0.0, 0.0)]
    for point in sorted(points, key=lambda one: (one.false_alarms.rate or 0.0, -(one.soon.rate or 0.0))):
        rate, soon = point.false_alarms.rate or 0.0, point.soon.rate or 0.0
        if soon > best:
            steps += [(rate, best), (rate, soon)]
            best = soon
    steps.append((1.0, best))
    return " ".join(f"{_x(rate):.1f},{_y(soon):.1f}" for rate, soon in steps)


def _x(rate: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * rate


def _y(rate: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * rate


def _text(x: float, y: float, words: str, anchor: str = "start", weight: str = "normal") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
    return f"<text {place}>{escape(words)}</text>"
