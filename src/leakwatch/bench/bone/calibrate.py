"""Hold the network's certainty against what came true: `python -m leakwatch.bench.bone.calibrate`.

Prints the numbers that `leakwatch.imaging.bone.trust` holds. Half of the views are looked at after a click.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from leakwatch.bench.bone.examine import examine
from leakwatch.bench.bone.gather import gather_to, load
from leakwatch.bench.collect import collect_files
from leakwatch.imaging.bone.network import load_bone_network

_KNOTS = 8
_WITHIN_ONE = 68.27


def main(arguments: Sequence[str] | None = None) -> int:
    """Gather what --out does not hold yet, look at it, and print both curves."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.bone.calibrate", description=__doc__)
    parser.add_argument("--patients", type=int, default=30, help="how many are drawn")
    parser.add_argument("--seed", type=int, default=3002, help="neither that of training nor one that judges")
    parser.add_argument("--jobs", type=int, default=2, help="patients at a time")
    parser.add_argument("--out", type=Path, default=Path("out/bone-calibrate"), help="folder for the views")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    network, rng = load_bone_network(), np.random.default_rng(options.seed)
    agreement, dice, scale = [], [], []
    for file in collect_files(gather_to, options.patients, options.seed, options.jobs, options.out):
        for at, view in enumerate(load(file)):
            seen = examine(network, view, rng if at % 2 else None)
            if seen.found is None:
                continue
            agreement.append(seen.found.agreement)
            dice.append(seen.dice)
            if not seen.elsewhere:
                scale.append(seen.errors_mm / seen.found.edge_mm)
    knots, values = dice_curve(np.array(agreement), np.array(dice))
    print(f"{len(dice)} views")
    print(f"_AGREEMENT = {tuple(round(float(n), 3) for n in knots)}")
    print(f"_DICE = {tuple(round(float(n), 3) for n in values)}")
    # so much of a normal distribution lies within one standard deviation; the square root of the mean square
    # would be that of the few outlines that are far off
    print(f"_ERROR_SCALE = {np.percentile(np.concatenate(scale), _WITHIN_ONE):.2f}")
    return 0


def dice_curve(
    agreement: NDArray[np.float64], dice: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit mean Dice as a rising function of agreement, and give it at a few places: of equally many views."""
    order = np.argsort(agreement)
    risen = isotonic_regression(dice[order]).x
    parts = np.array_split(np.arange(len(order)), _KNOTS)
    knots = np.array([agreement[order][part].mean() for part in parts])
    return knots, np.array([risen[part].mean() for part in parts])


if __name__ == "__main__":
    sys.exit(main())
