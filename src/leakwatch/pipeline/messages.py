"""What a worker tells the process that started it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leakwatch.config import Config
from leakwatch.nouns import AnalysedRun, Outline, Run


@dataclass(frozen=True, slots=True)
class Follows:
    """The job whose run a run goes on from.

    Attributes
    ----------
    job
        Its place among the jobs.
    after_start_s, pause_s
        From its first frame, and from its last, to the first frame of the run that follows.
    left
        What it learned, pickled; empty before it has ended, and where there is nothing or it failed.
    """

    job: int
    sop_instance_uid: str
    after_start_s: float
    pause_s: float
    left: bytes = b""


@dataclass(frozen=True, slots=True)
class Job:
    """One run to analyse, complete: a worker needs nothing else.

    `leaves` says that another run goes on from it, whose `follows` then is not None.
    """

    run: Run
    outlines: tuple[Outline, ...]
    config: Config
    out: Path
    version: str
    dicom: bool = False
    leaves: bool = False
    follows: Follows | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Frames finished so far."""

    frames: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is analysed and its folder stands; `left` is what another can go on from, pickled."""

    analysed: AnalysedRun
    left: bytes = b""


@dataclass(frozen=True, slots=True)
class Failed:
    """The run has no result: one sentence why, and the traceback for those who ask for it."""

    sentence: str
    traceback: str = ""


Message = Progress | Finished | Failed
