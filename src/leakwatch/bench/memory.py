"""Does a long run need more memory than a short one? `python -m leakwatch.bench.memory`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from leakwatch.bench.child import run_child
from leakwatch.bench.recording import write_recording


@dataclass(frozen=True, slots=True)
class Measurement:
    """Peak resident memory, MB, of one `leakwatch analyze` and its worker, whichever held more."""

    frames: int
    peak_mb: float


def measure(frames: Sequence[int], side_px: int) -> list[Measurement]:
    """Analyse a recording of each length, each in a fresh process."""
    with TemporaryDirectory() as folder:
        return [_measure(Path(folder), count, side_px) for count in frames]


def _measure(folder: Path, frames: int, side_px: int) -> Measurement:
    recording = folder / f"{frames}.dcm"
    # The recording itself is written elsewhere too: it must not count as ours.
    write = [sys.executable, "-m", __spec__.name, "--write", str(recording)]
    subprocess.run([*write, "--frames", str(frames), "--side", str(side_px)], check=True)
    arguments = ["-m", "leakwatch.cli.main", "analyze", str(recording), "-o", str(folder / "out"), "--quiet"]
    peak_mb = run_child(arguments).peak_mb
    recording.unlink()
    return Measurement(frames, peak_mb)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, nargs="+", default=[400, 4000])
    parser.add_argument("--side", type=int, default=128, help="rows and columns of the pictures")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.write is not None:
        write_recording(options.write, options.frames[0], options.side)
        return
    measurements = measure(options.frames, options.side)
    print(f"{'frames':>8} {'peak MB':>10}")
    for one in measurements:
        print(f"{one.frames:>8} {one.peak_mb:>10.1f}")
    peaks = [one.peak_mb for one in measurements]
    print(
        json.dumps(
            {
                "side_px": options.side,
                "runs": [asdict(one) for one in measurements],
                "ratio": round(peaks[-1] / peaks[0], 4),
            }
        )
    )


if __name__ == "__main__":
    main()
