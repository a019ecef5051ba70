"""Make the cement network: `python -m leakwatch.bench.network --cases 260 --seed 2001 --out FOLDER`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from leakwatch.bench.collect import collect_files
from leakwatch.bench.network.gather import gather_to

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
    files = collect_files(gather_to, options.cases, options.seed, options.jobs, options.out)
    from leakwatch.bench.network.train import train  # needs PyTorch, which gathering does not

    train(files, options.steps, options.seed, options.jobs, options.network)
    return 0


if __name__ == "__main__":
    sys.exit(main())
