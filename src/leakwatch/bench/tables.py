"""What is read back from published files and from truth: tables, the facts of a case, label pages."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: its rows as text, by column."""

    rows: tuple[dict[str, str], ...]

    def __len__(self) -> int:
        """Give the number of rows."""
        return len(self.rows)

    def text(self, name: str) -> tuple[str, ...]:
        """Give a column as it stands."""
        return tuple(row.get(name) or "" for row in self.rows)

    def numbers(self, name: str) -> NDArray[np.float64]:
        """Give a column as numbers, (rows,); an empty cell is nan."""
        return np.array([float(cell) if cell else np.nan for cell in self.text(name)], np.float64)


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What truth says of one run; `start_s` is its first frame on the case's clock."""

    sop_instance_uid: str
    plane: str
    primary_deg: float
    secondary_deg: float
    start_s: float
    onset_frame: int | None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What truth says of a case; `leak` is the kind, None for a case without."""

    case: str
    leak: str | None
    runs: tuple[RunFacts, ...]


def read_table(path: Path) -> Table:
    """Read a CSV file with a line of column names."""
    with path.open(newline="", encoding="utf-8") as handle:
        return Table(tuple(csv.DictReader(handle)))


def read_case_facts(path: Path) -> CaseFacts:
    """Read truth/case.json."""
    content = json.loads(path.read_text(encoding="utf-8"))
    runs = tuple(_run_facts(uid, run) for uid, run in content["runs"].items())
    return CaseFacts(content["case"], content["leak"], runs)


def _run_facts(uid: str, run: dict[str, Any]) -> RunFacts:
    return RunFacts(
        uid,
        run["plane"],
        run["primary"],
        run["secondary"],
        run.get("start_s", 0.0),
        run["onset_visible_frame"],
    )


def read_run_folders(out: Path) -> tuple[tuple[str, Path], ...]:
    """SOP Instance UID and folder of every run in index.csv that has one."""
    rows = read_table(out / "index.csv").rows
    return tuple((row["sop_instance_uid"], out / row["folder"]) for row in rows if row["folder"])


def label_pairs(paths: Sequence[Path]) -> Iterator[tuple[NDArray[np.uint8], ...]]:
    """Give the pages of several label files side by side, one frame at a time.

    Raises
    ------
    ValueError
        They differ in pages or in matrix; the text says how.
    """
    files = [tifffile.TiffFile(path) for path in paths]
    try:
        shapes = [(len(file.pages), *file.pages.first.shape) for file in files]
        if len(set(shapes)) != 1:
            msg = f"labels are {' and '.join('x'.join(map(str, shape)) for shape in shapes)}"
            raise ValueError(msg)
        for index in range(len(files[0].pages)):
            yield tuple(np.asarray(file.pages[index].asarray(), np.uint8) for file in files)
    finally:
        for file in files:
            file.close()
