"""Try every nuisance over several seeds: `python -m leakwatch.bench.nuisances --seeds 8`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from leakwatch.bench.nuisances.catalogue import named, nuisances
from leakwatch.bench.nuisances.count import count
from leakwatch.bench.nuisances.table import line, table
from leakwatch.bench.nuisances.work import Task, work


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a Markdown table, one row per nuisance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=8, help="runs with and without a leak, of each")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", help="names of nuisances; default: all")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--each", action="store_true", help="print every run as well")
    options = parser.parse_args(arguments)
    names = options.only or [one.name for one in nuisances()]
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    tasks = [Task(name, seed, leaking) for name in names for seed in seeds for leaking in (False, True)]
    # Not forked: OpenCV's threads do not survive it.
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        runs = [run for run in pool.map(work, tasks) if run is not None]
    if options.each:
        print(*(line(run) for run in runs), sep="\n")
    counts = [
        count(name, [run for run in runs if run.nuisance == name], named(name).cement_s) for name in names
    ]
    print(*table(counts), sep="\n")


if __name__ == "__main__":
    main()
