"""The table that says how far off leaks of two views are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leakwatch.bench.fusion.cement import Leaked, columns
from leakwatch.bench.survey.tables import table_text

_LEAST_UL = 20.0
_HEAD = ("leaks", "cases", "told over leaked: 10 %", "median", "90 %", "interval covers")


def leak_table(leaks: Sequence[Leaked]) -> str:
    """Write the table."""
    enough = [leak for leak in leaks if leak.true_ul >= _LEAST_UL]
    told = [leak for leak in enough if leak.volume_ul is not None]
    lines = [
        f"By the end of {len(enough)} pairs {_LEAST_UL:g} µl or more had leaked; in {len(told)} of them the",
        "volume of a leak is told. All leaks of a pair are taken together, and held against all that had",
        "leaked, before and behind the bone too.\n",
        table_text(_HEAD, [_row("all", told)] if told else []),
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, leaks: Sequence[Leaked]) -> tuple[str, ...]:
    true, told, low, high = columns(leaks, "true_ul", "volume_ul", "low_ul", "high_ul")
    tenth, half, most = np.percentile(told / true, [10, 50, 90])
    covered = int(np.count_nonzero((low <= true) & (true <= high)))
    return name, str(len(leaks)), f"{tenth:.2f}", f"{half:.2f}", f"{most:.2f}", f"{covered}/{len(leaks)}"
