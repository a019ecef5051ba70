"""How long does it take to say what a large folder holds? `python -m leakwatch.bench.finding`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from leakwatch.bench.child import run_child

_DONE, _SOME_FAILED = 0, 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One `leakwatch inspect` of a folder, process start included; `peak_mb` is resident memory, 10^6 bytes.

    `load` is the machine's load average over the minute before.
    """

    files: int
    seconds: float
    cpu_s: float
    files_per_s: float
    peak_mb: float
    load: float


def measure(files: int, repeats: int) -> tuple[dict[str, int], list[Finding]]:
    """Write a mixed folder and inspect it `repeats` times; returns the mixture, too."""
    with TemporaryDirectory() as folder:
        # Written elsewhere: what the writer holds must not count as ours.
        write = [sys.executable, "-m", __spec__.name, "--files", str(files), "--write", folder]
        mixture = json.loads(subprocess.run(write, check=True, capture_output=True, text=True).stdout)
        return mixture, [_inspect(folder, files) for _ in range(repeats)]


def _inspect(folder: str, files: int) -> Finding:
    load = os.getloadavg()[0]
    # the folder holds broken files, on purpose
    arguments = ["-m", "leakwatch.cli.main", "inspect", folder, "--json"]
    usage = run_child(arguments, accepted=(_DONE, _SOME_FAILED), silent=True)
    return Finding(
        files,
        round(usage.wall_s, 2),
        round(usage.cpu_s, 2),
        round(files / usage.wall_s),
        round(usage.peak_mb, 1),
        round(load, 2),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3, help="how often to inspect it")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.write is not None:
        from leakwatch.bench.mixed_folder import write_mixed_folder

        print(json.dumps(write_mixed_folder(options.write, options.files)))
        return
    mixture, findings = measure(options.files, options.repeats)
    print(json.dumps({"mixture": mixture, "runs": [asdict(one) for one in findings]}))


if __name__ == "__main__":
    main()
