"""Make the cement network: `python -m leakwatch.bench.network --cases 260 --seed 2001 --out FOLDER`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from leakwatch.bench.network.gather import gather, save

_FILE = Path(__file__).parents[2] / "imaging" / "network" / "cement.onnx"


def main(arguments: Sequence[str] | None = None) -> int:
    """Gather what --out does not hold yet, then train on it and write the network."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.network", description=__doc__)
    parser.add_argument("--cases", type=int, default=260, help="how many cases are drawn")
    parser.add_argument("--seed", type=int, default=2001, help="never one that fits or judges")
    parser.add_argument("--steps", type=int, default=5000, help="batches to train on")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time, and threads that train")
    parser.add_argument("--out", type=Path, default=Path("out/network"), help="folder for the samples")
    parser.add_argument("--network", type=Path, default=_FILE, help="file to write")
    options = parser.parse_args(arguments)
    files = collect(options.cases, options.seed, options.jobs, options.out)
    from leakwatch.bench.network.train import train  # needs PyTorch, which gathering does not

    train(files, options.steps, options.seed, options.jobs, options.network)
    return 0


def collect(cases: int, seed: int, jobs: int, out: Path) -> list[Path]:
    """Gather what is not there yet; the files of all cases, by index."""
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"{seed}-{index:04d}.npz" for index in range(cases)]
    missing = [index for index, path in enumerate(paths) if not path.exists()]
    with get_context("spawn").Pool(jobs, maxtasksperchild=20) as pool:
        for index in pool.imap_unordered(partial(_gather_to, seed=seed, out=out), missing):
            print(f"case {index}", flush=True)
    return paths


def _gather_to(index: int, seed: int, out: Path) -> int:
    save(gather(index, seed), out / f"{seed}-{index:04d}.npz")
    return index


if __name__ == "__main__":
    sys.exit(main())
