"""Score the shipped network on cases it has not seen: `python -m leakwatch.bench.network.score`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from leakwatch.bench.collect import collect_files
from leakwatch.bench.network.gather import STEPS_PER_UNIT, SURE, gather_to, load
from leakwatch.imaging.network.network import load_cement_network
from leakwatch.imaging.network.planes import PLANES

_SEEN = 146
"""Cases of the seed that the shipped network learned from or was watched on."""
_ENOUGH_PX, _ENOUGH_LEAK_PX = 80, 16  # 20 and 4 mm2
_LEVELS = (-1.0, 0.0, 1.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Gather what --out does not hold yet, and print Dice and the share of leak found at some log odds."""
    parser = argparse.ArgumentParser(prog="python -m leakwatch.bench.network.score", description=__doc__)
    parser.add_argument("--cases", type=int, default=260, help="how many cases are drawn")
    parser.add_argument("--seed", type=int, default=2001, help="that of the training")
    parser.add_argument("--jobs", type=int, default=2, help="cases at a time")
    parser.add_argument("--out", type=Path, default=Path("out/network"), help="folder for the samples")
    options = parser.parse_args(arguments)
    files = collect_files(gather_to, options.cases, options.seed, options.jobs, options.out)[_SEEN:]
    network, place = load_cement_network(), PLANES.index("open")
    dice: dict[float, list[float]] = {level: [] for level in _LEVELS}
    found: dict[float, list[float]] = {level: [] for level in _LEVELS}
    for file in files:
        samples = load(file)
        for planes, truth in zip(samples.planes, samples.truth, strict=True):
            network.net.setInput(planes[None].astype(np.float32) / STEPS_PER_UNIT)
            odds = np.asarray(network.net.forward())[0, 0]
            open_ = planes[place] > STEPS_PER_UNIT // 2
            cement, leak = ((share > SURE // 2) & open_ for share in truth)
            for level in _LEVELS:
                marked = (odds > level) & open_
                if cement.sum() > _ENOUGH_PX:
                    both = 2 * np.count_nonzero(marked & cement)
                    dice[level].append(both / (marked.sum() + cement.sum()))
                if leak.sum() > _ENOUGH_LEAK_PX:
                    found[level].append(np.count_nonzero(marked & leak) / leak.sum())
    print(f"{len(files)} cases, {len(dice[0.0])} frames with cement, {len(found[0.0])} with a leak")
    for level in _LEVELS:
        mean, middle = np.mean(dice[level]), np.median(dice[level])
        leak_share = np.mean(found[level])
        print(
            f"log odds {level:+.0f}: Dice {mean:.3f} mean, {middle:.3f} median; leak found {leak_share:.3f}"
        )
    return 0


if __name__ == "__main__":
    cv2.setNumThreads(1)
    sys.exit(main())
