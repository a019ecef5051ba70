"""The page that says how far off volumes are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from leakwatch.bench.volume.record import Measured, MeasuredFrame, MeasuredRun

LEAST_UL = 200.0
"""Of less cement, and of a leak of less than a tenth of it, a relative error says little."""
_WAYS = (
    ("masks as found", "found"),
    ("true masks", "given"),
    ("true masks, scatter known", "told"),
)
_COLUMNS = "runs | last frame: median | p90 | signed | all frames: median | p90 | interval covers"
_RULE = "|---|---|---|---|---|---|---|---|"
_INTRODUCTION = """# How far off volumes are

Made by `python -m leakwatch.bench.volume --cases {cases} --seed {seed} --page docs/volume.md`.

Of one view; [two views together](views.md#how-much-cement) need neither cement nor filtration told.
Cases are drawn as in the [survey](operating-point.md). The analysis is told the cement and the filtration,
and reads the tube voltage from the file. It is **not** told scatter, blur, patient or depth, and takes the
default settings for them. Simulator and analysis use the same tables of attenuation and the same model of
the tube (`leakwatch.beam`), so that nothing here says how good those are.

Errors are relative to what was injected, for frames with at least {least:g} µl of cement. Coverage is the
share of frames whose 95 % interval holds the truth; frames of one run are much alike, so it is as certain as
the count of runs allows. Runs that begin with cement already there are left out: it counts as background.
Asked: 5 % in the median.
"""


def page(runs: Sequence[MeasuredRun], cases: int, seed: int) -> str:
    """Write the page for the runs measured so far."""
    late = [run for run in runs if run.frames and run.frames[0].true_ul > 0]
    kept = [run for run in runs if run not in late and _judged(run)]
    parts = [
        _INTRODUCTION.format(cases=cases, seed=seed, least=LEAST_UL),
        f"{len({run.case for run in runs})} cases could be simulated, {len(runs)} runs. "
        f"{sum(bool(run.reason) for run in runs)} had no volumes, {len(late)} began too late, "
        f"{len(kept)} had enough cement.\n",
        "## All cement\n",
        _ways(kept, _cement),
        "## Leak, beside the bone\n",
        f"What the view shows outside the outline, for frames with at least {LEAST_UL / 10:g} µl of it.\n",
        _ways([run for run in kept if _leaking(run)], _leak),
        _beside(kept),
        *(
            f"## By {title}\n\n{_groups(kept, key)}"
            for title, key in (
                ("product", lambda run: run.product),
                ("view (primary/secondary, degrees)", lambda run: run.view),
                ("patient", lambda run: _strata(run.patient_mm, (180.0, 220.0), "mm of water")),
                ("scatter to primary", lambda run: _strata(run.scatter_to_primary, (0.5, 0.9), "")),
                ("intensity chain", lambda run: run.chain),
            )
        ),
    ]
    return "\n".join(parts)


def _judged(run: MeasuredRun) -> list[MeasuredFrame]:
    return [frame for frame in run.frames if frame.true_ul >= LEAST_UL]


def _leaking(run: MeasuredRun) -> list[MeasuredFrame]:
    return [frame for frame in run.frames if frame.true_outside_ul >= LEAST_UL / 10]


_Pair = tuple[float, Measured]


def _cement(run: MeasuredRun, way: str) -> list[_Pair]:
    found = [(frame.true_ul, getattr(frame, way)) for frame in _judged(run)]
    return [(true, measured) for true, measured in found if measured is not None]


def _leak(run: MeasuredRun, way: str) -> list[_Pair]:
    found = [(frame.true_outside_ul, getattr(frame, f"{way}_leak")) for frame in _leaking(run)]
    return [(true, measured) for true, measured in found if measured is not None]


def _ways(runs: Sequence[MeasuredRun], pairs: Callable[[MeasuredRun, str], list[_Pair]]) -> str:
    lines = [
        f"| | {_COLUMNS} |",
        _RULE,
    ]
    for title, way in _WAYS:
        each = [found for run in runs if (found := pairs(run, way))]
        lines.append(f"| {title} | {_figures(each)} |")
    return "\n".join(lines) + "\n"


def _groups(runs: Sequence[MeasuredRun], key: Callable[[MeasuredRun], str]) -> str:
    lines = [
        f"| masks as found | {_COLUMNS} |",
        _RULE,
    ]
    for name in sorted({key(run) for run in runs}):
        each = [found for run in runs if key(run) == name and (found := _cement(run, "found"))]
        lines.append(f"| {name} | {_figures(each)} |")
    return "\n".join(lines) + "\n"


def _figures(each: Sequence[Sequence[_Pair]]) -> str:
    if not each:
        return "0 | | | | | | "
    last = np.array([_error(pairs[-1]) for pairs in each])
    every = np.array([_error(pair) for pairs in each for pair in pairs])
    covered = np.mean([one.low <= true <= one.high for pairs in each for true, one in pairs])
    numbers = (
        np.median(np.abs(last)),
        np.quantile(np.abs(last), 0.9),
        None,
        np.median(np.abs(every)),
        np.quantile(np.abs(every), 0.9),
        covered,
    )
    cells = [f"{np.median(last):+.0%}" if one is None else f"{one:.0%}" for one in numbers]
    return " | ".join([str(len(each)), *cells])


def _error(pair: _Pair) -> float:
    true, measured = pair
    return (measured.value - true) / true


def _beside(runs: Sequence[MeasuredRun]) -> str:
    """Say how much of what leaked a view shows beside the bone."""
    shares = [
        run.frames[-1].true_outside_ul / run.frames[-1].true_leaked_ul
        for run in runs
        if run.frames[-1].true_leaked_ul >= LEAST_UL / 10
    ]
    if not shares:
        return "No run had a leak large enough to say how much of it a view shows beside the bone.\n"
    return (
        f"Of all that had leaked at the last frame, a view shows {np.median(shares):.0%} beside the bone "
        f"in the median of {len(shares)} runs; the rest lies before or behind it and is in the volume of the "
        "cement, not of the leak.\n"
    )


def _strata(value: float, edges: tuple[float, ...], unit: str) -> str:
    number = int(np.searchsorted(edges, value))
    bounds = (f"below {edges[0]:g}", *(f"{a:g} to {b:g}" for a, b in pairwise(edges)))
    return f"{number + 1}: {(*bounds, f'above {edges[-1]:g}')[number]} {unit}".strip()
