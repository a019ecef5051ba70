"""A leaking run and a quiet one, analysed once, with their DICOM objects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread

from leakwatch.config import Config
from leakwatch.dicom.find import find_inputs
from leakwatch.nouns import AnalysedRun
from leakwatch.outline.given import load_outlines
from leakwatch.pipeline.analyse_run import analyse_run
from leakwatch.simulate.testing import tiny_case
from leakwatch.source.runs import read_runs

VERSION = "0.1.0"


@dataclass(frozen=True)
class Written:
    """An analysis with its folder and the run's file."""

    analysed: AnalysedRun
    folder: Path
    run_file: Path

    def path(self, name: str) -> Path:
        return self.folder / "dicom" / f"{name}.dcm"

    def read(self, name: str) -> Dataset:
        return dcmread(self.path(name))


def analyse(case: Path, out: Path, leak: str | None, frames: int = 32) -> Written:
    written = tiny_case(case, leak, size_px=90, frames=frames)
    config = Config()
    (run,) = read_runs(find_inputs([written.folder / "dicom"]), config.dicom, config.video).runs
    outlines = load_outlines(written.outline)
    analysed, _ = analyse_run(run, outlines, config, out, VERSION, lambda _: None, dicom=True)
    return Written(analysed, out / "runs" / run.sop_instance_uid, run.paths[0])


@pytest.fixture(scope="session")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("leaking")
    return analyse(folder / "case", folder / "out", "lateral")


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Seven frames, before there is any cement."""
    folder = tmp_path_factory.mktemp("quiet")
    return analyse(folder / "case", folder / "out", None, frames=7)
