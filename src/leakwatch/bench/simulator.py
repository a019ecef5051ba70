"""How fast and how large is a simulation? `python -m leakwatch.bench.simulator`."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from leakwatch.bench.child import run_child

_FIELD_AT_DETECTOR_MM = 148.48
"""Width of the detector that is read, as by default, however finely."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One ``leakwatch simulate``: what was asked for, and what it took."""

    preset: str
    planes: int
    frames: int
    side_px: int
    wall_s: float
    cpu_s: float
    frames_per_s: float
    peak_mb: float


def measure(preset: str, frames: int, side_px: int, profile: Path | None = None) -> Measurement:
    """Simulate a biplane case in a fresh process, with the time it takes to start.

    Parameters
    ----------
    frames
        Of each plane.
    profile
        File to keep cProfile's statistics in; it costs time itself.

    Raises
    ------
    RuntimeError
        The simulation ended with an error.
    """
    spacing_mm = _FIELD_AT_DETECTOR_MM / side_px
    machine = {
        "rows": side_px,
        "columns": side_px,
        "frames": frames,
        "imager_spacing_mm": spacing_mm,
        "views": [{"primary_deg": 0.0}, {"primary_deg": 90.0}],
    }
    profiler = [] if profile is None else ["-m", "cProfile", "-o", str(profile)]
    with TemporaryDirectory() as name:
        config = Path(name) / "case.json"
        config.write_text(json.dumps({"machine": machine}), encoding="utf-8")
        out = Path(name) / "out"
        command = ["simulate", preset, "--config", str(config), "--out", str(out), "--quiet"]
        usage = run_child([*profiler, "-m", "leakwatch.cli.main", *command])
        planes = len(list((out / "dicom").glob("*.dcm")))
    rate = planes * frames / usage.wall_s
    return Measurement(preset, planes, frames, side_px, usage.wall_s, usage.cpu_s, rate, usage.peak_mb)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="leak-lateral")
    parser.add_argument("--frames", type=int, default=100, help="of each plane")
    parser.add_argument("--side", type=int, default=512, help="rows and columns of the pictures")
    parser.add_argument("--profile", type=Path, help="keep cProfile's statistics in this file (slower)")
    options = parser.parse_args(arguments)
    measurement = measure(options.preset, options.frames, options.side, options.profile)
    print(json.dumps({**asdict(measurement), "cores": os.cpu_count()}, indent=2))


if __name__ == "__main__":
    main()
