"""Make the sample cases of the repository: ``python -m leakwatch.simulate.sample sample_dicom``."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from leakwatch.simulate.case import write_case
from leakwatch.simulate.load import load_case

SAMPLES = (("leak-lateral", 8), ("quiet", 11))
"""Preset and seed of each sample case."""
DIGESTS = "SHA256SUMS"


def write_samples(folder: Path) -> None:
    """Write every sample case into `folder`, and the list of digests, as ``sha256sum -c`` reads it."""
    for preset, seed in SAMPLES:
        write_case(load_case(preset), seed, folder / preset)
    (folder / DIGESTS).write_text(digest_list(folder), encoding="utf-8")


def digest_list(folder: Path) -> str:
    """List the digests of all files of the sample cases under `folder`."""
    files = sorted(file for preset, _ in SAMPLES for file in (folder / preset).rglob("*") if file.is_file())
    lines = (
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}\n"
        for file in files
    )
    return "".join(lines)


def main(arguments: list[str]) -> int:
    """Run as a program; the one argument is the folder to write into."""
    if len(arguments) != 1:
        print("usage: python -m leakwatch.simulate.sample FOLDER", file=sys.stderr)
        return 2
    write_samples(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
