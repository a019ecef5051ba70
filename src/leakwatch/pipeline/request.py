"""What a batch is asked, says on its way, and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from leakwatch.config import Config
from leakwatch.nouns import AnalysedRun, Run


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for.

    `jobs` None takes one process per processor; `dicom` asks for DICOM objects of the results.
    """

    paths: tuple[Path, ...]
    out: Path
    outlines: tuple[Path, ...]
    config: Config
    version: str
    jobs: int | None = None
    dicom: bool = False


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run of the batch: its result, or the sentence why there is none."""

    run: Run
    analysed: AnalysedRun | None
    error: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class BatchReport:
    """The whole batch; `failures` are the sentences of inputs that never became runs, or of a page."""

    runs: tuple[RunReport, ...]
    failures: tuple[str, ...]
    warnings: tuple[str, ...]
    page: Path | None

    @property
    def failed(self) -> bool:
        """Whether any input failed, wholly or in part."""
        return bool(self.failures) or any(report.error for report in self.runs)


class Watcher(Protocol):
    """Whoever wants to see the batch go on."""

    def planned(self, runs: Sequence[Run]) -> None:
        """Say which runs will be analysed."""

    def advanced(self, number: int, frames: int) -> None:
        """Run `number` has finished `frames` frames."""

    def ended(self, number: int, report: RunReport) -> None:
        """Run `number` is done, one way or the other."""
