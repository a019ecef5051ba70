"""Make the bone network: `python -m leakwatch.bench.bone --patients 400 --seed 3001 --out FOLDER`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from leakwatch.bench.bone.gather import gather_to
from leakwatch.bench.collect import collect_files

_FILE = Path(__file__).parents[2] / "imaging" / "bone" / "bone.onnx"


def main(arguments: Sequence[str] | None = None) -> int:
    """Gather what --out does not hold yet, then train on it and write the network."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.bone", description=__doc__)
    parser.add_argument("--patients", type=int, default=400, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=3001, help="never one that judges")
    parser.add_argument("--steps", type=int, default=6000, help="batches to train on; 0: gather alone")
    parser.add_argument("--jobs", type=int, default=2, help="patients at a time, and threads that train")
    parser.add_argument("--out", type=Path, default=Path("out/bone"), help="folder for the views")
    parser.add_argument("--network", type=Path, default=_FILE, help="file to write")
    options = parser.parse_args(arguments)
    files = collect_files(gather_to, options.patients, options.seed, options.jobs, options.out)
    if options.steps:
        from leakwatch.bench.bone.train import train  # needs PyTorch, which gathering does not

        kept = options.out / f"training-{options.seed}-{options.patients}-{options.steps}.pt"
        train(files, options.steps, options.seed, options.jobs, options.network, kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
