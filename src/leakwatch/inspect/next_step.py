"""What to type next."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

OUT = "OUT"
OUTLINE = "OUTLINE.json"


def analyze_command(
    paths: Sequence[Path], ignored: Sequence[Path], config: Path | None, video: Sequence[str]
) -> str:
    """Give the call of `leakwatch analyze` for the same inputs.

    Parameters
    ----------
    ignored
        Files among which outlines may lie; where there are any, the folders given are looked through for
        them. Else a placeholder stands for the outline still to be drawn.
    video
        Options that state the size and rate of a video, to be repeated.
    """
    drawn = [path for path in ignored if path.name.startswith("outline") and path.suffix == ".json"]
    folders = [path for path in paths if path.is_dir() and any(file.is_relative_to(path) for file in drawn)]
    words = ["leakwatch", "analyze", *map(str, paths), "-o", OUT]
    for outline in map(str, folders) if folders else (OUTLINE,):
        words += ["--outline", outline]
    if config is not None:
        words += ["--config", str(config)]
    return shlex.join([*words, *video])
