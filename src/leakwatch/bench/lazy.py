"""What does reading a run larger than memory cost? `python -m leakwatch.bench.lazy`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from leakwatch.bench.child import run_child

SIDE_PX = 1024
_FRAME_MB = 2 * SIDE_PX**2 / 1e6
FRAMES = {"native": 1000, "jpeg-ls": 150, "deflated": 150}
"""2.1 GB of pixels in native cells; the other two scaled down, for they are slow to make."""
ORDERS = ("forward", "random")


@dataclass(frozen=True, slots=True)
class Reading:
    """One process that reads every frame through `open_frames`; memory in 10^6 bytes, resident.

    `mb_per_s` counts decoded pixels over the whole time of the process, its start included.
    """

    coding: str
    order: str
    frames: int
    pixel_mb: float
    file_mb: float
    seconds: float
    mb_per_s: float
    peak_mb: float
    load: float


def measure(scale: float) -> list[Reading]:
    """Write one run of each coding, `scale` times as long as `FRAMES`, and read it in both orders.

    Raises
    ------
    RuntimeError
        There is no room for the files.
    """
    readings = []
    for coding, count in FRAMES.items():
        frames = max(2, round(scale * count))
        with TemporaryDirectory() as folder:
            if shutil.disk_usage(folder).free < 2e6 * frames * _FRAME_MB:
                msg = f"{folder} needs {2 * frames * _FRAME_MB / 1e3:.1f} GB of free space"
                raise RuntimeError(msg)
            path = Path(folder, "run.dcm")
            write = [sys.executable, "-m", __spec__.name, "--write", str(path)]
            subprocess.run([*write, "--coding", coding, "--frames", str(frames)], check=True)
            readings += [_read(path, coding, order, frames) for order in ORDERS]
    return readings


def _read(path: Path, coding: str, order: str, frames: int) -> Reading:
    load = os.getloadavg()[0]
    usage = run_child(["-m", __spec__.name, "--read", str(path), "--order", order])
    pixel_mb = frames * _FRAME_MB
    return Reading(
        coding,
        order,
        frames,
        round(pixel_mb, 1),
        round(path.stat().st_size / 1e6, 1),
        round(usage.wall_s, 2),
        round(pixel_mb / usage.wall_s, 1),
        round(usage.peak_mb, 1),
        round(load, 2),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1 reads 2.1 GB of native pixels")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--coding", choices=FRAMES, help=argparse.SUPPRESS)
    parser.add_argument("--frames", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--order", choices=ORDERS, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.write is not None or options.read is not None:
        from leakwatch.bench.long_run import read_all, write_long_run

        if options.write is not None:
            write_long_run(options.write, options.coding, options.frames, SIDE_PX)
        else:
            read_all(options.read, options.order)
        return
    readings = measure(options.scale)
    print(f"{'coding':>10} {'order':>8} {'pixels MB':>10} {'s':>8} {'MB/s':>8} {'peak MB':>8}")
    for one in readings:
        figures = f"{one.pixel_mb:>10.0f} {one.seconds:>8.1f} {one.mb_per_s:>8.0f} {one.peak_mb:>8.0f}"
        print(f"{one.coding:>10} {one.order:>8} {figures}")
    print(json.dumps([asdict(one) for one in readings]))


if __name__ == "__main__":
    main()
