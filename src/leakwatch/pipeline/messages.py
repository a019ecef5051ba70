"""What a worker tells the process that started it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leakwatch.config import Config
from leakwatch.nouns import AnalysedRun, Outline, Run


@dataclass(frozen=True, slots=True)
class Job:
    """One run to analyse, complete: a worker needs nothing else."""

    run: Run
    outlines: tuple[Outline, ...]
    config: Config
    out: Path
    version: str
    dicom: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Frames finished so far."""

    frames: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is analysed and its folder stands."""

    analysed: AnalysedRun


@dataclass(frozen=True, slots=True)
class Failed:
    """The run has no result: one sentence why, and the traceback for those who ask for it."""

    sentence: str
    traceback: str = ""


Message = Progress | Finished | Failed
