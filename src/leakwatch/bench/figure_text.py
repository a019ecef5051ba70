"""Figures as they stand in tables, with their intervals."""

from __future__ import annotations

from leakwatch.bench.intervals import Quantile, Share


def share_text(one: Share) -> str:
    """Write k of n, and its share with the interval where there is one."""
    if one.rate is None or one.low is None or one.high is None:
        return f"{one.hits}/{one.of}"
    return f"{one.hits}/{one.of}: {one.rate:.0%} ({100 * one.low:.0f} to {one.high:.0%})"


def seconds_text(one: Quantile) -> str:
    """Write a quantile of seconds, with its interval where there is one; nothing where there is no value."""
    if one.value is None:
        return ""
    if one.low is None or one.high is None:
        return f"{one.value:.2f} s (n = {one.of})"
    return f"{one.value:.2f} s ({one.low:.2f} to {one.high:.2f}, n = {one.of})"
