"""What the network's odds add to the leak model: `python -m leakwatch.bench.leak_model.score --out FOLDER`.

Fitted to the cases of one seed and judged on those of another, and the other way round, with the terms of the
network and without. Only the model and the alarm's sum are replayed, not the whole program.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leakwatch.bench.leak_model.__main__ import collect
from leakwatch.bench.leak_model.calibrate import largest_evidence
from leakwatch.bench.leak_model.fit import Samples, fit, gather_leaks, log_odds_of
from leakwatch.bench.leak_model.record import CaseRecord
from leakwatch.config.imaging import AlarmConfig
from leakwatch.imaging.credence import TERMS

SOON_S = 1.5
_RATES = (0.02, 0.035, 0.05, 0.08)
_THRESHOLDS = np.arange(0.5, 60.0, 0.25)
_LEARNED = [number for number, term in enumerate(TERMS) if term.startswith("learned")]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Largest summed evidence of runs.

    Attributes
    ----------
    quiet
        (n,) where nothing had leaked yet.
    quiet_runs
        As how many whole runs these count.
    leaking, leaking_soon
        (m,) of runs with a visible leak: at any time, and within 1.5 s of its onset.
    """

    quiet: NDArray[np.float64]
    quiet_runs: float
    leaking: NDArray[np.float64]
    leaking_soon: NDArray[np.float64]


def replay(records: Sequence[CaseRecord], scores: NDArray[np.float64]) -> Evidence:
    """Sum the evidence of each run; `scores` are in the order of `gather_leaks`."""
    config, position, quiet_runs = AlarmConfig(), 0, 0.0
    quiet: list[float] = []
    leaking: list[float] = []
    soon: list[float] = []
    for run in (run for record in records for run in record.runs):
        mine = scores[position : position + len(run.candidates)]
        position += len(run.candidates)
        frames = len(run.times_s)
        before = frames if run.first_leak_s is None else sum(t < run.first_leak_s for t in run.times_s)
        if before:
            quiet.append(largest_evidence(run, mine, config, before))
            quiet_runs += before / frames
        if run.onset_s is not None:
            early = sum(t <= run.onset_s + SOON_S for t in run.times_s)
            leaking.append(largest_evidence(run, mine, config))
            soon.append(largest_evidence(run, mine, config, early))
    return Evidence(np.array(quiet), quiet_runs, np.array(leaking), np.array(soon))


def join(one: Evidence, other: Evidence) -> Evidence:
    """Put two together."""
    return Evidence(
        np.concatenate([one.quiet, other.quiet]),
        one.quiet_runs + other.quiet_runs,
        np.concatenate([one.leaking, other.leaking]),
        np.concatenate([one.leaking_soon, other.leaking_soon]),
    )


def table(name: str, found: Evidence) -> list[str]:
    """One line for each rate of false alarms; thresholds are those that keep it on these very runs."""
    lines = []
    for rate in _RATES:
        kept = [
            level
            for level in _THRESHOLDS
            if (np.count_nonzero(found.quiet >= level) + 1) / (found.quiet_runs + 1) <= rate
        ]
        hits, soon = (int(np.count_nonzero(x >= kept[0])) for x in (found.leaking, found.leaking_soon))
        lines.append(
            f"| {name} | {rate:g} | {kept[0]:g} | {hits}/{len(found.leaking)} | {soon}/{len(found.leaking)} |"
        )
    return lines


def without(samples: Samples, terms: Sequence[int]) -> Samples:
    """Leave terms out: they are 0 for all."""
    blank = samples.terms.copy()
    blank[:, list(terms)] = 0.0
    return replace(samples, terms=blank)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.leak_model.score", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs=2, default=(1001, 1002))
    parser.add_argument("--cases", type=int, nargs=2, default=(240, 240), help="of each seed")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--out", type=Path, default=Path("out/leak-model"), help="folder for the records")
    options = parser.parse_args(arguments)
    records = [
        collect(cases, seed, options.jobs, options.out, "weighs")
        for seed, cases in zip(options.seeds, options.cases, strict=True)
    ]
    samples = [gather_leaks(one) for one in records]
    print("| terms of the network | false alarms a run, at most | threshold | found | within 1.5 s |")
    print("|---|---|---|---|---|")
    for name, left_out in (("with", ()), ("without", _LEARNED)):
        halves = [
            replay(records[judged], log_odds_of(blank.terms, fit(without(samples[1 - judged], left_out))))
            for judged, blank in enumerate(without(one, left_out) for one in samples)
        ]
        print("\n".join(table(name, join(*halves))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
