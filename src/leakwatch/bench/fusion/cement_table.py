"""The table that says how far off the cement of two views is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from leakwatch.bench.fusion.cement import Cement, columns
from leakwatch.bench.intervals import share
from leakwatch.bench.survey.tables import table_text

LEAST_UL = 200.0
_NARROW_DEG = 70.0
_HEAD = ("views", "cases", "error: median", "p90", "signed", "interval covers", "hull over truth")


def cement_table(cases: Sequence[Cement]) -> str:
    """Write the table, and why there is no volume where there is none."""
    enough = [case for case in cases if case.true_ul >= LEAST_UL]
    told = [case for case in enough if case.volume_ul is not None]
    why = Counter(case.reason for case in enough if case.volume_ul is None)
    across = [case for case in told if case.degrees >= _NARROW_DEG]
    narrow = [case for case in told if case.degrees < _NARROW_DEG]
    rows = [
        _row(name, some)
        for name, some in (
            ("all", told),
            (f"{_NARROW_DEG:g} degrees apart or more", across),
            ("less", narrow),
        )
        if some
    ]
    lines = [
        f"The cement that both views show at their end, in the {len(enough)} of {len(cases)} pairs with",
        f"{LEAST_UL:g} µl or more; neither product nor beam is told. Errors are relative to what was",
        "injected.\n",
        table_text(_HEAD, rows),
    ]
    if why:
        lines += ["", "No volume:", "", *(f"- {count}: {reason}" for reason, count in sorted(why.items()))]
    return "\n".join(lines) + "\n"


def _row(name: str, cases: Sequence[Cement]) -> tuple[str, ...]:
    true, told, low, high, hull = columns(cases, "true_ul", "volume_ul", "low_ul", "high_ul", "hull_ul")
    off = told / true - 1
    covered = share(int(np.count_nonzero((low <= true) & (true <= high))), len(cases))
    return (
        name,
        str(len(cases)),
        f"{np.median(np.abs(off)):.0%}",
        f"{np.percentile(np.abs(off), 90):.0%}",
        f"{np.median(off):+.0%}",
        f"{covered.hits}/{covered.of}",
        f"{np.median(hull / true):.1f}",
    )
