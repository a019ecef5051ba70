"""Does another renderer see what the simulator sees? `python -m leakwatch.bench.renderer -o FOLDER`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from leakwatch.bench.renderer.check import Setup, check
from leakwatch.bench.renderer.report import write_report
from leakwatch.simulate.config.machine import MachineSection


def main(arguments: Sequence[str] | None = None) -> int:
    """Render, compare, print the tables and write figures and pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--out", type=Path, default=Path("out/renderer"), help="folder for the results")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--voxel-mm", type=float, default=0.5, help="edge of the simulator's voxels")
    parser.add_argument("--side", type=int, default=256, help="rows and columns; the field stays as wide")
    parser.add_argument("--oversampling", type=int, default=2, help="the simulator's rays per pixel side")
    parser.add_argument("--reference-oversampling", type=int, default=6, help="gVirtualXray's")
    options = parser.parse_args(arguments)
    setup = Setup(options.seed, options.voxel_mm, options.oversampling, options.reference_oversampling)
    try:
        result = check(setup, _machine(options.side))
    except RuntimeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(write_report(result, options.out))
    return 0


def _machine(side_px: int) -> MachineSection:
    usual = MachineSection()
    spacing_mm = usual.imager_spacing_mm * usual.columns / side_px
    return MachineSection(rows=side_px, columns=side_px, imager_spacing_mm=spacing_mm)


if __name__ == "__main__":
    sys.exit(main())
