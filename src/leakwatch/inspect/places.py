"""Files by names that are short and still find them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from leakwatch.dicom import quiet


def common_folder(paths: Sequence[Path]) -> Path | None:
    """Return the folder that all the paths given lie in, a folder given lying in itself; None without."""
    folders = [path if path.is_dir() else path.parent for path in paths]
    try:
        common = os.path.commonpath(folders)
    # absolute beside relative paths, or two drives
    except ValueError:
        return None
    return Path(common) if common not in ("", os.sep) else None


def short_name(path: Path, base: Path | None) -> str:
    """Name a file relative to `base`, or as it was given."""
    if base is not None and path.is_relative_to(base):
        return str(path.relative_to(base))
    return str(path)


def printable(text: str, encoding: str = "utf-8") -> str:
    """Make text safe to print: one line, and nothing that `encoding` does not have."""
    return quiet.printable(text).encode(encoding, "replace").decode(encoding)
