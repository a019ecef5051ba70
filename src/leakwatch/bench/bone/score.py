"""Score the shipped network: `python -m leakwatch.bench.bone.score --patients 40 --seed 3003`.

Every view is looked at twice: as it is, and after a click in the bone. Tables in Markdown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from leakwatch.bench.bone.examine import Examined, examine
from leakwatch.bench.bone.gather import gather_to, load
from leakwatch.bench.bone.table import reliability_table, sharpness_table, views_table
from leakwatch.bench.collect import collect_files
from leakwatch.config.imaging import BoneConfig
from leakwatch.imaging.bone.network import load_bone_network


def main(arguments: Sequence[str] | None = None) -> int:
    """Gather what --out does not hold yet, look at it, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.bone.score", description=__doc__)
    parser.add_argument("--patients", type=int, default=40, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=3003, help="of patients that nobody has seen")
    parser.add_argument("--jobs", type=int, default=2, help="patients at a time")
    parser.add_argument("--out", type=Path, default=Path("out/bone-score"), help="folder for the views")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    network, rng = load_bone_network(), np.random.default_rng(options.seed)
    alone: list[Examined] = []
    clicked: list[Examined] = []
    for file in collect_files(gather_to, options.patients, options.seed, options.jobs, options.out):
        for view in load(file):
            alone.append(examine(network, view))
            clicked.append(examine(network, view, rng))
    least = BoneConfig().least_confidence
    print(f"{len(alone)} views of {options.patients} patients, seed {options.seed}\n")
    print(views_table({"alone": alone, "click": clicked}, least))
    print(reliability_table([*alone, *clicked]))
    print(sharpness_table([*alone, *clicked], least))
    return 0


if __name__ == "__main__":
    sys.exit(main())
