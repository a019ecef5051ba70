from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leakwatch.bench.recording import write_recording
from leakwatch.config import Config
from leakwatch.config.report import ReportConfig
from leakwatch.nouns import Run
from leakwatch.pipeline.request import BatchReport, Request, RunReport


class Listener:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.done: list[int] = []

    def planned(self, runs: list[Run]) -> None:
        self.runs = [run.sop_instance_uid for run in runs]

    def advanced(self, number: int, frames: int) -> None:
        assert frames > 0

    def ended(self, number: int, report: RunReport) -> None:
        self.done.append(number)


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Write a recording beside the others."""

    def write(name: str, frames: int = 30, **options: object) -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_recording(path, frames, **options)  # type: ignore[arg-type]
        return path

    return write


@pytest.fixture
def analyse(tmp_path: Path) -> Callable[..., BatchReport]:
    """Analyse into tmp_path/out, without the report page."""
    from leakwatch.pipeline.batch import analyse_batch

    def run(*paths: Path, **changes: object) -> BatchReport:
        values: dict[str, object] = {
            "paths": paths,
            "out": tmp_path / "out",
            "outlines": (),
            "config": Config(report=ReportConfig(enabled=False)),
            "version": "0",
            "jobs": 2,
        }
        return analyse_batch(Request(**(values | changes)), Listener())  # type: ignore[arg-type]

    return run
