"""Which version of the program is at work."""

from __future__ import annotations

import subprocess
from pathlib import Path

import leakwatch


def revision() -> str:
    """Give git's short name of the revision, ``+changes`` if files differ; else the version."""
    here = Path(__file__).parent
    try:
        name = _git(here, "rev-parse", "--short", "HEAD")
        changed = _git(here, "status", "--porcelain", "--", str(Path(leakwatch.__file__).parent))
    except (OSError, subprocess.CalledProcessError):
        return f"version {leakwatch.__version__}"
    return f"{name}+changes" if changed else name


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
